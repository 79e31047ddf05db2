package io.clickstreamlake.sink;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.core.fs.Path;

/** When files roll, how much memory they may hold, and how stubbornly the file system is asked. */
final class RollingSettings implements Serializable {

  private static final long serialVersionUID = 1L;

  final String identity;
  final Path basePath;

  /** Identifies this submission of the job; see {@link Lineage}. */
  final String epoch;

  /** Folder of this table's {@link PublicationLog}. */
  final Path log;

  /** Folders of the logs of the job's other tables. */
  final List<Path> siblingLogs;

  /** Where files go that were published after a snapshot to which the table is rewound. */
  final Path rewound;

  /** Whether an older snapshot rewinds the table; otherwise it is refused. */
  final boolean rewind;

  final long rollIntervalMillis;
  final long rollBytes;
  final int rowGroupRows;
  final long rowGroupBytes;
  final int partBytes;
  final long memoryBytes;
  final boolean rowsAreReused;
  final Retries retries;

  RollingSettings(
      String identity,
      Path basePath,
      String epoch,
      Path log,
      List<Path> siblingLogs,
      Path rewound,
      boolean rewind,
      long rollIntervalMillis,
      long rollBytes,
      int rowGroupRows,
      long rowGroupBytes,
      int partBytes,
      long memoryBytes,
      boolean rowsAreReused,
      Retries retries) {
    this.identity = identity;
    this.basePath = basePath;
    this.epoch = epoch;
    this.log = log;
    this.siblingLogs = siblingLogs;
    this.rewound = rewound;
    this.rewind = rewind;
    this.rollIntervalMillis = rollIntervalMillis;
    this.rollBytes = rollBytes;
    this.rowGroupRows = rowGroupRows;
    this.rowGroupBytes = rowGroupBytes;
    this.partBytes = partBytes;
    this.memoryBytes = memoryBytes;
    this.rowsAreReused = rowsAreReused;
    this.retries = retries;
  }

  /** The first end of a roll interval after {@code time}; intervals count from 1970, UTC. */
  long intervalEndAfter(long time) {
    return Math.floorDiv(time, rollIntervalMillis) * rollIntervalMillis + rollIntervalMillis;
  }
}
