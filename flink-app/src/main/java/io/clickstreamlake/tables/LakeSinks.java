package io.clickstreamlake.tables;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.sink.BatchParquetWriter;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.RollingParquetSink;
import io.clickstreamlake.sink.RollingParquetSinkBuilder;
import io.clickstreamlake.sink.SettledMark;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;

/** The sinks of the processed zone, one per {@link LakeTable}. */
public final class LakeSinks {

  /** Tables with few rows, rejections and counts, get this fraction of sink.memory: one fourth. */
  private static final long SMALL_TABLE_DIVISOR = 4;

  private static final String RUNS_FOLDER = "_runs";
  private static final String ERASURES_FOLDER = "_erase/running";

  private final JobSettings settings;
  private final EventColumns eventColumns;
  private final String jobVersion;

  /** All tables share one epoch, since they are restored together. */
  private final String epoch = RollingParquetSink.newEpoch();

  private final Map<LakeTable<?>, Sink<?>> sinks = new HashMap<>();

  private LakeSinks(JobSettings settings, EventColumns eventColumns, String jobVersion) {
    this.settings = settings;
    this.eventColumns = eventColumns;
    this.jobVersion = jobVersion;
    try {
      for (LakeTable<?> table : LakeTable.ALL) {
        sinks.put(table, create(table));
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException(List.of(e.getMessage()));
    }
  }

  /**
   * Creates the sinks of all tables.
   *
   * @param eventColumns columns of click_events
   * @param jobVersion is written into the footer of every Parquet file
   * @throws InvalidSettingsException if the settings of the sinks do not fit together
   */
  public static LakeSinks of(JobSettings settings, EventColumns eventColumns, String jobVersion) {
    return new LakeSinks(settings, eventColumns, jobVersion);
  }

  /** The sink of a table. */
  @SuppressWarnings("unchecked") // create() puts a sink of T for each LakeTable<T>.
  public <T extends SpecificRecordBase & SpecificRecord> Sink<T> of(LakeTable<T> table) {
    return (Sink<T>) sinks.get(table);
  }

  /**
   * The operator that writes the rows of a batch for a table.
   *
   * @throws InvalidSettingsException if sink.type is not ROLLING
   */
  public <T extends SpecificRecordBase & SpecificRecord> BatchParquetWriter<T> batchWriter(
      LakeTable<T> table) {
    Sink<T> sink = of(table);
    if (!(sink instanceof RollingParquetSink)) {
      throw new InvalidSettingsException(
          List.of(JobOptions.SINK_TYPE.key() + ": a batch needs ROLLING"));
    }
    return ((RollingParquetSink<T>) sink).batchWriter(table.name());
  }

  /**
   * A run of a batch over these tables.
   *
   * @param command its name, in lower case
   */
  public BatchRun batchRun(String command) {
    Map<String, Path> metadata = new LinkedHashMap<>();
    LakeTable.ALL.forEach(table -> metadata.put(table.name(), metadata(table)));
    String lake = settings.lakeRoot();
    return RollingParquetSink.batchRun(runs(lake), command, metadata, erasures(lake));
  }

  /**
   * Folder of the runs of batches.
   *
   * @param lake {@code sink.path}
   */
  public static Path runs(String lake) {
    return new Path(lake, RUNS_FOLDER);
  }

  /**
   * Folder that has a file while rows of persons are erased.
   *
   * @param lake {@code sink.path}
   */
  public static Path erasures(String lake) {
    return new Path(lake, ERASURES_FOLDER);
  }

  /**
   * The time before which all rows that arrived are settled in all tables, see {@link SettledMark}.
   *
   * @return empty if it is not known for one of them
   */
  public Optional<Instant> settled() throws IOException {
    return settled(settings.lakeRoot());
  }

  /**
   * The same of another lake, such as another generation of the tables.
   *
   * @param lake its root
   */
  public static Optional<Instant> settled(String lake) throws IOException {
    Instant settled = Instant.MAX;
    for (LakeTable<?> table : LakeTable.ALL) {
      if (hasSettledMark(table)) {
        Optional<Instant> mark = SettledMark.read(table.metadata(lake));
        if (mark.isEmpty()) {
          return Optional.empty();
        }
        settled = mark.get().isBefore(settled) ? mark.get() : settled;
      }
    }
    return Optional.of(settled);
  }

  /** The counts of an arrival hour are written at checkpoints, after later watermarks. */
  private static boolean hasSettledMark(LakeTable<?> table) {
    return table != LakeTable.LEDGER;
  }

  /**
   * Whether the state of a table's writer has an open file; false for every {@code sink.type} but
   * ROLLING.
   *
   * @param state an entry of the writers' state in a snapshot
   */
  public static boolean hasOpenFile(byte[] state) throws IOException {
    return RollingParquetSink.hasOpenFile(state);
  }

  /** Maximum heap of all open files of one table with few rows, per writer. */
  public static MemorySize smallTableMemory(JobSettings settings) {
    return settings.get(JobOptions.SINK_MEMORY).divide(SMALL_TABLE_DIVISOR);
  }

  private <T extends SpecificRecordBase & SpecificRecord> Sink<T> create(LakeTable<T> table) {
    DayBuckets<T> days = new DayBuckets<>(table);
    if (settings.get(JobOptions.SINK_TYPE) == JobOptions.SinkType.CHECKPOINT) {
      return CheckpointParquetSink.of(
          location(table),
          table.type(),
          table.schema(eventColumns),
          days,
          settings.get(JobOptions.ZSTD_LEVEL));
    }
    RollingParquetSinkBuilder<T> rolling = rolling(table).bucketBy(days::bucket);
    return (table == LakeTable.CLICK_EVENTS ? large(rolling) : small(rolling)).build();
  }

  private <T> RollingParquetSinkBuilder<T> large(RollingParquetSinkBuilder<T> rolling) {
    settings
        .get(JobOptions.BLOOM_FILTERS)
        .forEach(column -> rolling.bloomFilter(column, settings.get(JobOptions.ROW_GROUP_ROWS)));
    return rolling
        .sortBy(settings.get(JobOptions.ROW_GROUP_SORT))
        // Each event has a different value, so a dictionary would be built and discarded.
        .withoutDictionary("event_id", "sequence_number");
  }

  private <T> RollingParquetSinkBuilder<T> small(RollingParquetSinkBuilder<T> rolling) {
    MemorySize memory = smallTableMemory(settings);
    return rolling
        .memory(memory)
        .rowGroupMemory(minimum(settings.get(JobOptions.ROW_GROUP_MEMORY), memory.divide(2)));
  }

  private <T extends SpecificRecordBase & SpecificRecord> RollingParquetSinkBuilder<T> rolling(
      LakeTable<T> table) {
    RollingParquetSinkBuilder<T> rolling = RollingParquetSink.forAvro(table.schema(eventColumns));
    if (settings.get(JobOptions.SINK_ON_OLDER_SNAPSHOT) == JobOptions.OlderSnapshot.REWIND) {
      rolling.rewindToOlderSnapshots();
    }
    if (hasSettledMark(table)) {
      rolling.settledMark();
    }
    return rolling
        .epoch(epoch)
        .basePath(location(table))
        .identity(settings.get(JobOptions.JOB_NAME) + "/" + table.name())
        .metadata(metadata(table))
        .metadataOfOtherTables(
            LakeTable.ALL.stream()
                .filter(other -> other != table)
                .map(this::metadata)
                .collect(Collectors.toList()))
        .createdBy("clickstream-lake version " + jobVersion + " (build parquet-java)")
        // The parser and the ledger create a new object per row.
        .rowsAreNotReused()
        .rollInterval(settings.get(JobOptions.ROLL_INTERVAL))
        .rollSize(settings.get(JobOptions.ROLL_SIZE))
        .rowGroupRows(settings.get(JobOptions.ROW_GROUP_ROWS))
        .rowGroupMemory(settings.get(JobOptions.ROW_GROUP_MEMORY))
        .memory(settings.get(JobOptions.SINK_MEMORY))
        .zstdLevel(settings.get(JobOptions.ZSTD_LEVEL));
  }

  private static MemorySize minimum(MemorySize one, MemorySize other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Folder of a table. */
  public Path location(LakeTable<?> table) {
    return table.location(settings.lakeRoot());
  }

  private Path metadata(LakeTable<?> table) {
    return table.metadata(settings.lakeRoot());
  }
}
