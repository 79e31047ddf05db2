package io.clickstreamlake.sink;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.Rejection;
import java.time.Duration;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;

/** The sinks of the processed zone, one for each table. */
public final class LakeSinks {

  private final JobSettings settings;
  private final String jobVersion;

  public LakeSinks(JobSettings settings, String jobVersion) {
    this.settings = settings;
    this.jobVersion = jobVersion;
  }

  /** click_events: Parquet, by the day of the event. */
  public Sink<ClickEvent> events() {
    return CheckpointParquetSink.of(
        folder("click_events"), ClickEvent.class, new DayBuckets<>(ClickEvent::getEventTime));
  }

  /** ledger: Parquet, by the day of arrival. */
  public Sink<LedgerEntry> ledger() {
    return CheckpointParquetSink.of(
        folder("ledger"), LedgerEntry.class, new DayBuckets<>(LedgerEntry::getArrivalHour));
  }

  /** rejected_events: JSON lines, by reason and the day of arrival. */
  public Sink<Rejection> rejected() {
    Duration roll = settings.get(JobOptions.ROLL_INTERVAL);
    return FileSink.forRowFormat(folder("rejected_events"), new RejectionEncoder(jobVersion))
        .withBucketAssigner(new RejectionBuckets())
        // Looked at as often as a file may roll, so that a short roll interval holds here too.
        .withBucketCheckInterval(Math.min(60_000, roll.toMillis() / 2))
        .withRollingPolicy(
            DefaultRollingPolicy.builder()
                .withRolloverInterval(roll)
                .withInactivityInterval(roll)
                .build())
        .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(".json").build())
        .build();
  }

  private Path folder(String table) {
    return new Path(settings.get(JobOptions.SINK_PATH) + "/" + table);
  }
}
