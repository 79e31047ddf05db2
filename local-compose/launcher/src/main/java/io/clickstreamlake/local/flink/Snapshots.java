package io.clickstreamlake.local.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The savepoints and retained checkpoints that lie on disk. */
public final class Snapshots {

  /** Flink writes this file last, so a snapshot that has it is complete. */
  private static final String METADATA = "_metadata";

  private static final int DEPTH = 4;

  private Snapshots() {}

  /**
   * The newest complete savepoint or checkpoint. Only the newest will do: files that the job has
   * finished since an older one would be written a second time.
   *
   * @param folder the state of the cluster
   */
  public static Optional<Path> newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      return files
          .filter(file -> file.getFileName().toString().equals(METADATA))
          .max(Comparator.comparing(Snapshots::written))
          .map(Path::getParent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime written(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
