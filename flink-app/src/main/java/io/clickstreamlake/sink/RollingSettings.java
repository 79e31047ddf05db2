package io.clickstreamlake.sink;

import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/** When files roll, how much memory they may hold, and how stubbornly the file system is asked. */
final class RollingSettings implements Serializable {

  private static final long serialVersionUID = 1L;

  final String identity;
  final Path basePath;

  /** Folder of the commit markers; null if there are none. */
  @Nullable final Path markers;

  final long rollIntervalMillis;
  final long rollBytes;
  final int rowGroupRows;
  final long rowGroupBytes;
  final int partBytes;
  final int maxOpenFiles;
  final long memoryBytes;
  final boolean rowsAreReused;
  final Retries retries;

  RollingSettings(
      String identity,
      Path basePath,
      @Nullable Path markers,
      long rollIntervalMillis,
      long rollBytes,
      int rowGroupRows,
      long rowGroupBytes,
      int partBytes,
      int maxOpenFiles,
      long memoryBytes,
      boolean rowsAreReused,
      Retries retries) {
    this.identity = identity;
    this.basePath = basePath;
    this.markers = markers;
    this.rollIntervalMillis = rollIntervalMillis;
    this.rollBytes = rollBytes;
    this.rowGroupRows = rowGroupRows;
    this.rowGroupBytes = rowGroupBytes;
    this.partBytes = partBytes;
    this.maxOpenFiles = maxOpenFiles;
    this.memoryBytes = memoryBytes;
    this.rowsAreReused = rowsAreReused;
    this.retries = retries;
  }

  /** The first end of a roll interval after {@code time}; intervals count from 1970, UTC. */
  long intervalEndAfter(long time) {
    return Math.floorDiv(time, rollIntervalMillis) * rollIntervalMillis + rollIntervalMillis;
  }
}
