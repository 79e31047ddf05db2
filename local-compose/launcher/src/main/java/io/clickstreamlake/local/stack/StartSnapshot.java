package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The snapshot that a start continues from, checked before anything starts.
 *
 * <p>A snapshot is missed if {@code ./lake stop} wrote it and it is gone, or if the tables have
 * rows and there is no snapshot at all. A start without it would read the stream from its beginning
 * and write all of it again, so it needs {@code --without-state}.
 */
public final class StartSnapshot {

  private final StateFolder state;
  private final Snapshots snapshots;
  private final JobSnapshotCheck check;

  public StartSnapshot(ProjectFiles project, StateFolder state) {
    this.state = state;
    this.snapshots = state.snapshots();
    this.check = new JobSnapshotCheck(project);
  }

  /**
   * Returns the snapshot that a start with these settings continues from; empty at the first start.
   *
   * @throws LakeException if it is missing or cannot be read; the message lists the ways out
   */
  Optional<Path> choose(LocalStackSettings settings) {
    if (settings.withoutState()) {
      return Optional.empty();
    }
    Optional<Path> wanted =
        settings
            .fromSnapshot()
            .map(snapshots::find)
            .or(() -> lastSavepoint())
            .or(snapshots::newest);
    if (wanted.isEmpty()) {
      requireNothingPublished();
      return Optional.empty();
    }
    List<Path> candidates = new ArrayList<>(List.of(wanted.get()));
    for (Snapshots.Snapshot other : snapshots.list()) {
      if (!other.folder().equals(wanted.get())) {
        candidates.add(other.folder());
      }
    }
    List<JobSnapshotCheck.Result> results = check.untilReadable(candidates);
    if (results.isEmpty()) {
      throw new LakeException("The check of the snapshot " + wanted.get() + " printed no result.");
    }
    results
        .get(0)
        .problem()
        .ifPresent(
            problem -> {
              throw unreadable(wanted.get(), problem, results);
            });
    return wanted;
  }

  private void requireNothingPublished() {
    Optional<Instant> published = new Publications(state).newest();
    if (published.isPresent()) {
      throw new LakeException(
          "There is no snapshot in "
              + state.flink()
              + ", but the tables hold rows that were published until "
              + seconds(published.get())
              + ": the savepoints and checkpoints were deleted. Nothing was started. Ways out:"
              + "\n  put them back, if there is a copy"
              + "\n  ./lake start --without-state      start without a snapshot; it first says what"
              + " may be lost or written twice");
    }
  }

  private LakeException unreadable(
      Path wanted, String problem, List<JobSnapshotCheck.Result> results) {
    StringBuilder message = new StringBuilder();
    message
        .append("The snapshot ")
        .append(snapshots.name(wanted))
        .append(" cannot be read: ")
        .append(problem)
        .append(". Nothing was started. Ways out:")
        .append("\n  put the file back, if there is a copy");
    JobSnapshotCheck.Result last = results.get(results.size() - 1);
    if (last.problem().isEmpty()) {
      message
          .append("\n  ./lake start --from-snapshot ")
          .append(snapshots.name(last.folder()))
          .append(" --set sink.on-older-snapshot=REWIND")
          .append("\n      go back to the newest snapshot that can be read, of ")
          .append(written(last.folder()))
          .append(
              "; rows that were published since are moved aside and read from the stream again, each"
                  + " once. Without the setting the job refuses if there are such rows.");
    } else {
      message.append("\n  (no older snapshot can be read)");
    }
    return new LakeException(
        message
            .append("\n  ./lake start --without-state")
            .append(
                "\n      start without a snapshot; it first says what may be lost or written twice")
            .toString());
  }

  private String written(Path snapshot) {
    return snapshots.list().stream()
        .filter(each -> each.folder().equals(snapshot))
        .findFirst()
        .map(each -> seconds(each.written()))
        .orElse("an unknown time");
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Describes what a start without a snapshot may lose or write twice; empty if there is nothing to
   * forget.
   */
  public Optional<String> loss(LocalStackSettings settings) {
    Optional<Path> newest = lastSavepoint().or(snapshots::newest);
    Optional<Instant> published = new Publications(state).newest();
    if (newest.isEmpty() && published.isEmpty()) {
      return Optional.empty();
    }
    String position =
        settings.jobSettings().getOrDefault("source.initial-position", "TRIM_HORIZON");
    StringBuilder text = new StringBuilder("A start without state forgets where the job was:");
    switch (position.toUpperCase(Locale.ROOT)) {
      case "TRIM_HORIZON" ->
          text.append("\n  - It reads the stream '")
              .append(settings.stream())
              .append("' from its oldest record (source.initial-position=TRIM_HORIZON).")
              .append(
                  "\n  - The ids of de-duplication are forgotten: events that are in the tables and"
                      + " still in the stream are written twice. A stream that was created again has"
                      + " none of them.");
      case "AT_TIMESTAMP" ->
          text.append("\n  - It reads the stream '")
              .append(settings.stream())
              .append("' from ")
              .append(settings.jobSettings().get("source.initial-timestamp"))
              .append(" (source.initial-timestamp).")
              .append(
                  "\n  - Events that arrived before and are not in the tables are lost; events that"
                      + " arrived after and are in the tables are written twice.");
      default ->
          text.append("\n  - It reads the stream '")
              .append(settings.stream())
              .append("' from now on (source.initial-position=")
              .append(position)
              .append("): events that arrived before and are not in the tables are lost.");
    }
    newest.ifPresent(snapshot -> text.append("\n  - ").append(openFiles(snapshot)));
    if (position.equalsIgnoreCase("TRIM_HORIZON") && published.isPresent()) {
      text.append(
              "\n  To write nothing twice, start at the last publication instead; events that"
                  + " arrived before it and are not in the tables are lost then:")
          .append(
              "\n    ./lake start --without-state --set source.initial-position=AT_TIMESTAMP --set"
                  + " source.initial-timestamp=")
          .append(seconds(published.get()));
    }
    return Optional.of(
        text.append("\n  The snapshots stay on disk; ./lake snapshots lists them.").toString());
  }

  private String openFiles(Path snapshot) {
    JobSnapshotCheck.Result result = check.untilReadable(List.of(snapshot)).get(0);
    String name = "The snapshot " + snapshots.name(snapshot);
    if (result.problem().isPresent()) {
      return name
          + " cannot be read ("
          + result.problem().get()
          + "): the rows of files that were open in it are lost, unless they are read again.";
    }
    return result.openFiles() == 0
        ? name + " has no open files, so no row is lost with it."
        : name
            + " has "
            + result.openFiles()
            + " open files, and only it can finish them: their rows are lost, unless they are read"
            + " again.";
  }

  // ---------------------------------------------------------------- the savepoint of a stop

  /** The savepoint of the last stop, whether it exists or not; empty after a start or a crash. */
  private Optional<Path> lastSavepoint() {
    try {
      return Optional.of(
          state.savepoints().resolve(Files.readString(state.lastSavepoint()).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers the savepoint of a stop, so that the next start misses it if it is gone. */
  static void stoppedWith(StateFolder state, String savepoint) throws IOException {
    Files.writeString(
        state.lastSavepoint(),
        Path.of(savepoint).getFileName() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** Forgets the savepoint of the last stop: from now on, checkpoints are newer. */
  static void jobRuns(StateFolder state) throws IOException {
    Files.deleteIfExists(state.lastSavepoint());
  }
}
