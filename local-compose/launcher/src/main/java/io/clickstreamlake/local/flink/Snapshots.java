package io.clickstreamlake.local.flink;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The savepoints and retained checkpoints on disk. No job may be running on them. */
public final class Snapshots {

  /** Flink writes this file last, so a snapshot with it is complete. */
  private static final String METADATA = "_metadata";

  /** JOB/chk-N/_metadata, or savepoint-X/_metadata. */
  private static final int DEPTH = 3;

  private static final Comparator<Snapshot> NEWEST_FIRST =
      Comparator.comparing(Snapshot::written).reversed().thenComparing(Snapshot::name);

  private final Path savepoints;
  private final Path checkpoints;

  /**
   * @param savepoints folder of savepoints
   * @param checkpoints folder of checkpoints
   */
  public Snapshots(Path savepoints, Path checkpoints) {
    this.savepoints = savepoints;
    this.checkpoints = checkpoints;
  }

  /**
   * A complete savepoint or checkpoint.
   *
   * @param name {@code savepoint-X} or {@code JOB/chk-N}
   */
  public record Snapshot(String name, Path folder, Instant written) {}

  /** All complete snapshots, newest first. */
  public List<Snapshot> list() {
    return Stream.of(savepoints, checkpoints)
        .flatMap(folder -> complete(folder).stream())
        .sorted(NEWEST_FIRST)
        .toList();
  }

  /**
   * The newest snapshot, from which a start continues by default: only this one includes everything
   * that was published.
   */
  public Optional<Path> newest() {
    return list().stream().findFirst().map(Snapshot::folder);
  }

  /** The name of a snapshot; its path if it is outside of the two folders. */
  public String name(Path folder) {
    return list().stream()
        .filter(snapshot -> snapshot.folder().equals(folder))
        .findFirst()
        .map(Snapshot::name)
        .orElseGet(folder::toString);
  }

  /**
   * Finds a snapshot by name or path.
   *
   * @param nameOrPath a name of {@link #list}, or the folder of any snapshot
   * @throws LakeException if it does not exist; the message lists the existing ones
   */
  public Path find(String nameOrPath) {
    List<Snapshot> all = list();
    for (Snapshot snapshot : all) {
      if (snapshot.name().equals(nameOrPath)) {
        return snapshot.folder();
      }
    }
    Path folder = Path.of(nameOrPath).toAbsolutePath().normalize();
    if (Files.isRegularFile(folder.resolve(METADATA))) {
      return folder;
    }
    throw new LakeException(
        "There is no snapshot '"
            + nameOrPath
            + "', and no complete snapshot in a folder of that path. "
            + (all.isEmpty()
                ? "This state folder has none: ./lake stop writes a savepoint."
                : "Existing snapshots, newest first: "
                    + all.stream().map(Snapshot::name).collect(Collectors.joining(", "))
                    + "."));
  }

  /**
   * Deletes the oldest savepoints. A savepoint is self-contained, so no other snapshot needs them.
   *
   * @param kept number of newest savepoints that are kept
   * @return names of the deleted savepoints
   */
  public List<String> deleteSavepointsBut(int kept) {
    List<Snapshot> old =
        complete(savepoints).stream().sorted(NEWEST_FIRST).skip(kept).collect(Collectors.toList());
    old.forEach(savepoint -> delete(savepoint.folder()));
    return old.stream().map(Snapshot::name).toList();
  }

  /**
   * Deletes the folders of checkpoints of old jobs, and of jobs that ended with a savepoint. No job
   * may be running.
   *
   * @param kept number of newest jobs whose checkpoints are kept
   */
  public void deleteCheckpointsBut(int kept) {
    if (!Files.isDirectory(checkpoints)) {
      return;
    }
    List<Path> newest =
        complete(checkpoints).stream()
            .sorted(NEWEST_FIRST)
            .map(checkpoint -> checkpoint.folder().getParent())
            .distinct()
            .limit(kept)
            .toList();
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      jobs.filter(job -> !newest.contains(job)).forEach(Snapshots::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Snapshot> complete(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      return files
          .filter(file -> file.endsWith(METADATA))
          .map(file -> snapshot(folder, file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Snapshot snapshot(Path folder, Path metadata) {
    Path snapshot = metadata.getParent();
    try {
      return new Snapshot(
          folder.relativize(snapshot).toString(),
          snapshot,
          Files.getLastModifiedTime(metadata).toInstant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the metadata first: an interrupted deletion leaves no snapshot that looks complete. */
  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      Files.deleteIfExists(folder.resolve(METADATA));
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
