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

  /** Takes the settings that the builder has checked. */
  RollingSettings(RollingParquetSinkBuilder<?> builder) {
    this.identity = builder.identity;
    this.basePath = builder.basePath;
    this.epoch = builder.epoch;
    this.log = builder.log();
    this.siblingLogs = builder.otherLogs();
    this.rewound = builder.rewound();
    this.rewind = builder.rewind;
    this.rollIntervalMillis = builder.rollInterval.toMillis();
    this.rollBytes = builder.rollSize.getBytes();
    this.rowGroupRows = builder.rowGroupRows;
    this.rowGroupBytes = builder.rowGroupMemory.getBytes();
    this.partBytes = Math.toIntExact(builder.partSize.getBytes());
    this.memoryBytes = builder.memory.getBytes();
    this.rowsAreReused = builder.rowsAreReused;
    this.retries = new Retries(builder.attempts, builder.firstPause);
  }

  /** The first end of a roll interval after {@code time}; intervals count from 1970, UTC. */
  long intervalEndAfter(long time) {
    return Math.floorDiv(time, rollIntervalMillis) * rollIntervalMillis + rollIntervalMillis;
  }
}
