package io.clickstreamlake.local.flink;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    List<Snapshot> found = new ArrayList<>();
    visit(
        folder,
        DEPTH,
        new Visitor() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.endsWith(METADATA)) {
              Path snapshot = file.getParent();
              found.add(
                  new Snapshot(
                      folder.relativize(snapshot).toString(),
                      snapshot,
                      attributes.lastModifiedTime().toInstant()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** Deletes the metadata first: an interrupted deletion leaves no snapshot that looks complete. */
  private static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(METADATA));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    visit(
        folder,
        Integer.MAX_VALUE,
        new Visitor() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException error)
              throws IOException {
            super.postVisitDirectory(directory, error);
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void visit(Path folder, int depth, Visitor visitor) {
    try {
      Files.walkFileTree(folder, Set.of(), depth, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A visitor of folders in which Flink deletes old checkpoints at the same time. */
  private abstract static class Visitor extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
      return gone(error);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException error)
        throws IOException {
      return error == null ? FileVisitResult.CONTINUE : gone(error);
    }

    private static FileVisitResult gone(IOException error) throws IOException {
      if (error instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw error;
    }
  }
}
