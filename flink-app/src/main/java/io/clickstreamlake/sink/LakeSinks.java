package io.clickstreamlake.sink;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.function.SerializableFunction;

/** The sinks of the processed zone, one for each table. */
public final class LakeSinks {

  private static final String EVENTS = "click_events";
  private static final String REJECTED = "rejected_events";
  private static final String LEDGER = "ledger";
  private static final List<String> TABLES = List.of(EVENTS, REJECTED, LEDGER);
  private static final String METADATA = "_sink";

  /** Few rows go there: rejections and counts. */
  private static final long SMALL_TABLE_SHARE = 4;

  private final JobSettings settings;
  private final String jobVersion;

  /** One for all tables: they are restored together. */
  private final String epoch = RollingParquetSink.newEpoch();

  public LakeSinks(JobSettings settings, String jobVersion) {
    this.settings = settings;
    this.jobVersion = jobVersion;
  }

  /**
   * click_events: Parquet, by the day of the event.
   *
   * @throws InvalidSettingsException if the settings of the sink do not fit together
   */
  public Sink<ClickEvent> events() {
    DayBuckets<ClickEvent> days = new DayBuckets<>(ClickEvent::getEventTime);
    if (settings.get(JobOptions.SINK_TYPE) == JobOptions.SinkType.CHECKPOINT) {
      return CheckpointParquetSink.of(
          folder(EVENTS), ClickEvent.class, days, settings.get(JobOptions.ZSTD_LEVEL));
    }
    return build(
        () -> {
          RollingParquetSink.Builder<ClickEvent> sink = rolling(EVENTS, ClickEvent.class);
          settings
              .get(JobOptions.BLOOM_FILTERS)
              .forEach(column -> sink.bloomFilter(column, settings.get(JobOptions.ROW_GROUP_ROWS)));
          return sink.bucketBy(event -> days.bucket(event.getEventTime().toEpochMilli()))
              .sortBy(settings.get(JobOptions.ROW_GROUP_SORT))
              // Every event has another: a dictionary of them would only be thrown away.
              .withoutDictionary("event_id", "sequence_number")
              .build();
        });
  }

  /** ledger: Parquet, by the day of arrival. */
  public Sink<LedgerEntry> ledger() {
    return byDay(LEDGER, LedgerEntry.class, LedgerEntry::getArrivalHour);
  }

  /** rejected_events: Parquet, by the day of arrival. */
  public Sink<RejectedEvent> rejected() {
    return byDay(REJECTED, RejectedEvent.class, RejectedEvent::getArrivalTime);
  }

  /** The heap of all open files of rejected_events, and that of ledger. */
  public static MemorySize smallTableMemory(JobSettings settings) {
    return settings.get(JobOptions.SINK_MEMORY).divide(SMALL_TABLE_SHARE);
  }

  private <T extends SpecificRecordBase & SpecificRecord> Sink<T> byDay(
      String table, Class<T> type, SerializableFunction<T, Instant> time) {
    DayBuckets<T> days = new DayBuckets<>(time);
    if (settings.get(JobOptions.SINK_TYPE) == JobOptions.SinkType.CHECKPOINT) {
      return CheckpointParquetSink.of(
          folder(table), type, days, settings.get(JobOptions.ZSTD_LEVEL));
    }
    return build(
        () ->
            rolling(table, type)
                .memory(smallTableMemory(settings))
                .rowGroupMemory(
                    smaller(
                        settings.get(JobOptions.ROW_GROUP_MEMORY),
                        smallTableMemory(settings).divide(2)))
                .bucketBy(row -> days.bucket(time.apply(row).toEpochMilli()))
                .build());
  }

  private <T extends SpecificRecord> RollingParquetSink.Builder<T> rolling(
      String table, Class<T> type) {
    RollingParquetSink.Builder<T> sink = RollingParquetSink.forAvro(type);
    if (settings.get(JobOptions.SINK_ON_OLDER_SNAPSHOT) == JobOptions.OlderSnapshot.REWIND) {
      sink.rewindToOlderSnapshots();
    }
    return sink.epoch(epoch)
        .basePath(folder(table))
        .identity(settings.get(JobOptions.JOB_NAME) + "/" + table)
        // Beside the tables: nothing that crawls or queries one meets it.
        .metadata(metadata(table))
        .metadataOfOtherTables(
            TABLES.stream()
                .filter(other -> !other.equals(table))
                .map(this::metadata)
                .collect(Collectors.toList()))
        .createdBy("clickstream-lake version " + jobVersion + " (build parquet-java)")
        // Parser and ledger make a new object for each row.
        .rowsAreNotReused()
        .rollInterval(settings.get(JobOptions.ROLL_INTERVAL))
        .rollSize(settings.get(JobOptions.ROLL_SIZE))
        .rowGroupRows(settings.get(JobOptions.ROW_GROUP_ROWS))
        .rowGroupMemory(settings.get(JobOptions.ROW_GROUP_MEMORY))
        .memory(settings.get(JobOptions.SINK_MEMORY))
        .zstdLevel(settings.get(JobOptions.ZSTD_LEVEL));
  }

  private static <T> Sink<T> build(Supplier<Sink<T>> sink) {
    try {
      return sink.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException(List.of(e.getMessage()));
    }
  }

  private static MemorySize smaller(MemorySize one, MemorySize other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private Path metadata(String table) {
    return folder(METADATA + "/" + table);
  }

  private Path folder(String table) {
    return new Path(settings.get(JobOptions.SINK_PATH) + "/" + table);
  }
}
