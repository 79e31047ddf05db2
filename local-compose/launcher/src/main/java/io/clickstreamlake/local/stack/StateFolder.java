package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.flink.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Everything that one stack keeps on disk.
 *
 * <pre>
 * stack.json          addresses and settings of the last start
 * demo                there if `lake demo` made this state, so the next demo may clear it
 * pids/  logs/        one file a process
 * kinesis/            the streams' records
 * s3/BUCKET/…         the objects, as plain files
 * catalog/            databases, tables, partitions
 * archive/            position of the raw archive
 * job/settings.json   the job's settings
 * flink/              configuration, checkpoints, savepoints
 * trino/              configuration and scratch space
 * </pre>
 */
public record StateFolder(Path root) {

  public StateFolder {
    root = root.toAbsolutePath().normalize();
  }

  public Path stackFile() {
    return root.resolve("stack.json");
  }

  public Path lockFile() {
    return root.resolve("lock");
  }

  public Path demoMark() {
    return root.resolve("demo");
  }

  public Path pids() {
    return root.resolve("pids");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path kinesis() {
    return root.resolve("kinesis");
  }

  public Path s3() {
    return root.resolve("s3");
  }

  public Path s3Configuration() {
    return root.resolve("s3proxy.properties");
  }

  public Path catalogFile() {
    return root.resolve("catalog/catalog.json");
  }

  /** Of a crawler that is a process of its own. */
  public Path crawler() {
    return root.resolve("crawler");
  }

  public Path archive() {
    return root.resolve("archive");
  }

  public Path jobSettings() {
    return root.resolve("job/settings.json");
  }

  public Path flink() {
    return root.resolve("flink");
  }

  public Path checkpoints() {
    return flink().resolve("checkpoints");
  }

  public Path savepoints() {
    return flink().resolve("savepoints");
  }

  /** What a start can continue from. */
  public Snapshots snapshots() {
    return new Snapshots(savepoints(), checkpoints());
  }

  public Path trino() {
    return root.resolve("trino");
  }

  /** Whether there is nothing in it, or it is not there at all. */
  public boolean isEmpty() {
    if (!Files.isDirectory(root)) {
      return true;
    }
    try (Stream<Path> files = Files.list(root)) {
      return files.allMatch(file -> file.equals(lockFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes all that is in it but the lock that the caller holds. */
  public void clear() {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(file -> !file.equals(root) && !file.equals(lockFile()))
          .forEach(StateFolder::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
