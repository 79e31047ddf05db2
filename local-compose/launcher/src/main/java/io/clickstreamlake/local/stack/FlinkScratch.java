package io.clickstreamlake.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scratch space of Flink: copies of the job's jar, RocksDB's working files, uploads. A process
 * that is killed leaves over 100 MB of it behind, and no other process reads it.
 */
final class FlinkScratch {

  /** Beginnings of the names that each process uses. */
  private static final Map<String, List<String>> NAMES =
      Map.of(
          Service.JOBMANAGER.key(), List.of("jm_", "executionGraphStore-"),
          Service.TASKMANAGER.key(), List.of("tm_", "flink-io-", "flink-netty-shuffle-"));

  private final Path tmp;
  private final Path uploads;

  FlinkScratch(StateFolder state) {
    this.tmp = state.flink().resolve("tmp");
    this.uploads = state.flink().resolve("uploads");
  }

  /** Deletes everything. No process of Flink may be running. */
  void clear() {
    new StateFolder(uploads).clear();
    new StateFolder(tmp).clear();
  }

  /** Deletes what one process left behind. It may not be running. */
  void clear(String process) {
    if (process.equals(Service.JOBMANAGER.key())) {
      new StateFolder(uploads).clear();
    }
    List<String> names = NAMES.getOrDefault(process, List.of());
    if (names.isEmpty() || !Files.isDirectory(tmp)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> all = Files.list(tmp)) {
      left =
          all.filter(path -> names.stream().anyMatch(path.getFileName().toString()::startsWith))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path each : left) {
      new StateFolder(each).clear();
      try {
        Files.deleteIfExists(each);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
