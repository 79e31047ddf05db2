package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.flink.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The folder with the state of one stack.
 *
 * <pre>
 * stack.json          URLs, stream and job of the last start
 * demo                exists if `lake demo` created this state, so the next demo may clear it
 * pids/  logs/        one file per process
 * supervision.json    commands of the services, for the supervisor; absent without one
 * kinesis/            the streams' records
 * s3/BUCKET/…         the objects, as plain files
 * catalog/            databases, tables, partitions
 * archive/            position of the raw archive
 * job/settings.json   the job's settings
 * job/last-start.json the settings of the last start, with which the next one continues
 * job/…-record.json   all values of the settings, defaults included, at this start and the last one
 * flink/              configuration, checkpoints, savepoints
 * flink/continue-from  the snapshot of the last stop or start
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

  Path supervision() {
    return root.resolve("supervision.json");
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

  /** The heartbeat of a crawler that is a separate process. */
  public Path crawler() {
    return root.resolve("crawler");
  }

  public Path archive() {
    return root.resolve("archive");
  }

  public Path jobSettings() {
    return root.resolve("job/settings.json");
  }

  /** The columns of the job's tables, as its settings check wrote them. */
  public Path jobTables() {
    return root.resolve("job/tables.json");
  }

  public Path rememberedSettings() {
    return root.resolve("job/last-start.json");
  }

  /** The record of the settings that the job's check wrote for this start. */
  Path startRecord() {
    return root.resolve("job/start-record.json");
  }

  /** The record of the last start, for the check of this one. */
  Path lastRecord() {
    return root.resolve("job/last-record.json");
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

  /** What the last start continued from, or the savepoint of the last stop. */
  Path continuation() {
    return flink().resolve("continue-from");
  }

  /** The snapshots that a start can continue from. */
  public Snapshots snapshots() {
    return new Snapshots(savepoints(), checkpoints());
  }

  public Path trino() {
    return root.resolve("trino");
  }

  /** Whether the folder is empty, or does not exist. */
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

  /** Deletes the content of the folder, except for the lock, which the caller holds. */
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
