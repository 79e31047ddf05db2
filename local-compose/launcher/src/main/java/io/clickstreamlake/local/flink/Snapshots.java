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

/** The savepoints and retained checkpoints that lie on disk. No job may be running on them. */
public final class Snapshots {

  /** Flink writes this file last, so a snapshot that has it is complete. */
  private static final String METADATA = "_metadata";

  /** JOB/chk-N/_metadata, or savepoint-X/_metadata. */
  private static final int DEPTH = 3;

  private static final Comparator<Snapshot> NEWEST_FIRST =
      Comparator.comparing(Snapshot::written).reversed().thenComparing(Snapshot::name);

  private final Path savepoints;
  private final Path checkpoints;

  /**
   * @param savepoints folder in which savepoints are written
   * @param checkpoints folder in which checkpoints are written
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

  /** All complete ones, the newest first. */
  public List<Snapshot> list() {
    return Stream.of(savepoints, checkpoints)
        .flatMap(folder -> complete(folder).stream())
        .sorted(NEWEST_FIRST)
        .toList();
  }

  /**
   * The newest, from which a start continues: it alone lets the job go on without a look back,
   * since whatever was published is part of it.
   */
  public Optional<Path> newest() {
    return list().stream().findFirst().map(Snapshot::folder);
  }

  /** A snapshot's name; of one that lies elsewhere, its path. */
  public String name(Path folder) {
    return list().stream()
        .filter(snapshot -> snapshot.folder().equals(folder))
        .findFirst()
        .map(Snapshot::name)
        .orElseGet(folder::toString);
  }

  /**
   * The one that a person named.
   *
   * @param nameOrPath a name of {@link #list}, or the folder of any snapshot
   * @throws LakeException if there is none; the message lists those that are there
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
            + "', and no complete one in the folder of that name. "
            + (all.isEmpty()
                ? "This state folder has none: ./lake stop writes a savepoint."
                : "There are, the newest first: "
                    + all.stream().map(Snapshot::name).collect(Collectors.joining(", "))
                    + "."));
  }

  /**
   * Deletes the oldest savepoints. Each savepoint is whole in itself, so no other snapshot misses
   * them.
   *
   * @param kept how many stay, the newest
   * @return names of those that are gone
   */
  public List<String> deleteSavepointsBut(int kept) {
    List<Snapshot> old =
        complete(savepoints).stream().sorted(NEWEST_FIRST).skip(kept).collect(Collectors.toList());
    old.forEach(savepoint -> delete(savepoint.folder()));
    return old.stream().map(Snapshot::name).toList();
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

  /** What makes it complete goes first: a deletion that is interrupted leaves no damaged one. */
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
