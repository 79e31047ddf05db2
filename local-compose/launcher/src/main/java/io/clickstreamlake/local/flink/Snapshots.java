package io.clickstreamlake.local.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The savepoints and retained checkpoints that lie on disk. */
public final class Snapshots {

  /** Flink writes this file last, so a snapshot that has it is complete. */
  private static final String METADATA = "_metadata";

  /** JOB/chk-N/_metadata, or savepoint-X/_metadata. */
  private static final int DEPTH = 3;

  private Snapshots() {}

  /**
   * The newest complete savepoint or checkpoint. Only the newest will do: files that the job has
   * finished since an older one would be written a second time.
   *
   * @param folders where savepoints and checkpoints are written; no job may be running on them
   */
  public static Optional<Path> newest(List<Path> folders) {
    return folders.stream()
        .filter(Files::isDirectory)
        .flatMap(folder -> complete(folder).stream())
        .max(Comparator.comparing(Snapshots::written))
        .map(Path::getParent);
  }

  private static List<Path> complete(Path folder) {
    try (Stream<Path> files = Files.walk(folder, DEPTH)) {
      return files.filter(file -> file.endsWith(METADATA)).toList();
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
