package io.clickstreamlake.sink;

import java.io.Serializable;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/** The settings of a sink: locations, when files roll, memory limits, retries. Immutable. */
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

  /** Folder for files that were published after a snapshot to which the table is rewound. */
  final Path rewound;

  /** Folder of this table's metadata, such as its {@link ErasedFiles}. */
  final Path metadata;

  /** Whether restoring an older snapshot rewinds the table; otherwise the snapshot is refused. */
  final boolean rewind;

  /** Folder of this table's settled mark; null if it has none. */
  @Nullable final Path settled;

  final long rollIntervalMillis;
  final long rollBytes;
  final int rowGroupRows;
  final long rowGroupBytes;
  final int partBytes;
  final long memoryBytes;
  final boolean rowsAreReused;
  final Retries retries;

  /** Copies the settings of the builder, which has already validated them. */
  RollingSettings(RollingParquetSinkBuilder<?> builder) {
    this.identity = builder.identity;
    this.basePath = builder.basePath;
    this.epoch = builder.epoch;
    this.log = builder.log();
    this.siblingLogs = builder.otherLogs();
    this.rewound = builder.rewound();
    this.metadata = builder.metadata();
    this.rewind = builder.rewind;
    this.settled = builder.settledMark ? builder.settled() : null;
    this.rollIntervalMillis = builder.rollInterval.toMillis();
    this.rollBytes = builder.rollSize.getBytes();
    this.rowGroupRows = builder.rowGroupRows;
    this.rowGroupBytes = builder.rowGroupMemory.getBytes();
    this.partBytes = Math.toIntExact(builder.partSize.getBytes());
    this.memoryBytes = builder.memory.getBytes();
    this.rowsAreReused = builder.rowsAreReused;
    this.retries = new Retries(builder.attempts, builder.firstPause);
  }

  /** The next end of a roll interval after {@code time}; intervals are aligned to 1970, UTC. */
  long intervalEndAfter(long time) {
    return Math.floorDiv(time, rollIntervalMillis) * rollIntervalMillis + rollIntervalMillis;
  }
}
