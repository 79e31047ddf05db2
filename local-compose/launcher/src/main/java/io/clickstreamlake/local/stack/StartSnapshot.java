package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
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
    Optional<Path> wanted = settings.fromSnapshot().map(snapshots::find).or(() -> next(state));
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
    Instant since = lastRecord().orElse(Instant.MIN);
    Optional<Instant> published = new Publications(state).newest().filter(since::isBefore);
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
    Optional<Path> newest = next(state);
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

  // ---------------------------------------------------------------- where the job continues

  /**
   * The snapshot from which a submission continues: the newest one that was written since the last
   * stop or start, or else the savepoint of that stop, or the snapshot of that start. So a job that
   * is submitted again before its first checkpoint continues where this start did, and a savepoint
   * that is gone is missed. Empty at the first start, and after a start without state.
   */
  static Optional<Path> next(StateFolder state) {
    Optional<Snapshots.Snapshot> newest = state.snapshots().list().stream().findFirst();
    try {
      Instant since = Files.getLastModifiedTime(state.continuation()).toInstant();
      return newest
          .filter(snapshot -> snapshot.written().isAfter(since))
          .map(Snapshots.Snapshot::folder)
          .or(() -> recorded(state));
    } catch (NoSuchFileException e) {
      return newest.map(Snapshots.Snapshot::folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> recorded(StateFolder state) {
    try {
      String path = Files.readString(state.continuation()).strip();
      return path.isEmpty() ? Optional.empty() : Optional.of(state.flink().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records the savepoint of a stop. */
  static void stoppedWith(StateFolder state, Path savepoint) throws IOException {
    record(state, Optional.of(savepoint), Instant.now());
  }

  /**
   * Records what a start continued from, once its job runs.
   *
   * @param submitted when the job was submitted: its checkpoints are newer
   */
  static void startedFrom(StateFolder state, Optional<Path> snapshot, Instant submitted)
      throws IOException {
    record(state, snapshot, submitted);
  }

  private static void record(StateFolder state, Optional<Path> snapshot, Instant time)
      throws IOException {
    Path file = state.continuation();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Path flink = state.flink().toAbsolutePath();
    Files.writeString(
        temporary,
        snapshot.map(path -> flink.relativize(path.toAbsolutePath()).toString()).orElse("") + "\n");
    Files.setLastModifiedTime(temporary, FileTime.from(time));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The time of the last start or stop, before which nothing is missed; empty at the first one. */
  private Optional<Instant> lastRecord() {
    try {
      return Optional.of(Files.getLastModifiedTime(state.continuation()).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
