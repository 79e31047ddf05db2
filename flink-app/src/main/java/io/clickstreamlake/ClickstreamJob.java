package io.clickstreamlake;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.QuietLoggers;
import io.clickstreamlake.dedup.Deduplicator;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClickEventTypeInfo;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.history.SettingChangeGauge;
import io.clickstreamlake.history.SettingsHistory;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.WrittenCounter;
import io.clickstreamlake.source.EventSource;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.time.Clock;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Flink job and its topology.
 *
 * <pre>
 * source  ─▶ parse ─▶ enrich ─▶ dedup ─▶ count ─▶ click_events/     Parquet by day of the event
 *              │         │        │        │
 *              ├─────────┴────────│────────│────▶ rejected_events/  Parquet by day of arrival
 *              └─────────┴────────┴────────┴────▶ ledger/           Parquet by day of arrival
 * </pre>
 */
public final class ClickstreamJob {

  private static final Logger LOG = LoggerFactory.getLogger(ClickstreamJob.class);

  private ClickstreamJob() {}

  /** Starts the job; see {@link JobSettings#texts} for where the settings come from. */
  public static void main(String[] args) throws Exception {
    QuietLoggers.apply();
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    SettingsCheck check = SettingsCheck.of(JobSettings.texts(args), environment.getConfiguration());
    check.throwIfAny();
    JobSettings settings = check.settings;
    LOG.info("Clickstream Lake {} with {}", JobVersion.read(), settings.describe());
    environment.getConfig().setGlobalJobParameters(shownInFlink(settings));
    EventSource.check(settings);
    SettingsHistory history = new SettingsHistory(settings.lakeRoot(), Clock.systemUTC());
    history.start(previous -> check.effective(environment.getParallelism(), previous));
    build(
        EventSource.addTo(environment, settings),
        settings,
        check.steps,
        Map.of(SettingChangeGauge.NAME, SettingChangeGauge.of(history, Clock.systemUTC())));
    environment.execute(settings.get(JobOptions.JOB_NAME));
  }

  /** The settings that Flink's UI and REST API show, secrets hidden. */
  private static Configuration shownInFlink(JobSettings settings) {
    Configuration shown = Configuration.fromMap(settings.describe());
    // Tells users how long to wait for their rows, also when it has its default.
    shown.setString(
        JobOptions.ROLL_INTERVAL.key(),
        TimeUtils.formatWithHighestUnit(settings.get(JobOptions.ROLL_INTERVAL)));
    return shown;
  }

  /** Adds all steps after a source. Tests and benchmarks provide a custom source. */
  public static void build(DataStream<SourceRecord> records, JobSettings settings) {
    build(records, settings, JobSteps.of(settings), Map.of());
  }

  private static void build(
      DataStream<SourceRecord> records,
      JobSettings settings,
      JobSteps steps,
      Map<String, Gauge<Long>> gauges) {
    // Every step creates new objects and retains none, so chained steps need no copies.
    records.getExecutionEnvironment().getConfig().enableObjectReuse();

    TypeInformation<ClickEvent> events = new ClickEventTypeInfo(steps.columns);
    SingleOutputStreamOperator<ParsedEvent> parsed =
        step(records, "parse", TypeInformation.of(ParsedEvent.class), steps.parse);
    SingleOutputStreamOperator<ClickEvent> enriched = step(parsed, "enrich", events, steps.enrich);
    SingleOutputStreamOperator<ClickEvent> unique =
        deduplicated(enriched, events, settings, steps.columns);
    SingleOutputStreamOperator<ClickEvent> written =
        step(unique, "count", events, new WrittenCounter(gauges));

    DataStream<Rejection> rejected =
        parsed
            .getSideOutput(AccountedOperator.REJECTED)
            .union(enriched.getSideOutput(AccountedOperator.REJECTED));
    DataStream<LedgerEntry> ledger =
        parsed
            .getSideOutput(AccountedOperator.LEDGER)
            .union(
                enriched.getSideOutput(AccountedOperator.LEDGER),
                written.getSideOutput(AccountedOperator.LEDGER));
    if (unique != enriched) {
      ledger = ledger.union(unique.getSideOutput(AccountedOperator.LEDGER));
    }

    String version = JobVersion.read();
    LakeSinks sinks = steps.sinks;
    written
        .sinkTo(sinks.of(LakeTable.CLICK_EVENTS))
        .name("click_events")
        .uid(uid(LakeTable.CLICK_EVENTS, settings));
    // Few rows per checkpoint, so each table has one writer and few files. All subtasks feed it, so
    // the job is one failover region, as the sink assumes.
    rejected
        .map(rejection -> rejection.toRow(version))
        .returns(RejectedEvent.class)
        .name("rejected row")
        .setParallelism(1)
        .sinkTo(sinks.of(LakeTable.REJECTED_EVENTS))
        .name("rejected_events")
        .uid(uid(LakeTable.REJECTED_EVENTS, settings))
        .setParallelism(1);
    ledger
        .sinkTo(sinks.of(LakeTable.LEDGER))
        .name("ledger")
        .uid(uid(LakeTable.LEDGER, settings))
        .setParallelism(1);
  }

  /**
   * The uid of a table's sink. It is another one in every generation, so that a job that goes on in
   * another generation restores all of its state but that of the sinks, whose files belong to the
   * tables of the generation before.
   */
  static String uid(LakeTable<?> table, JobSettings settings) {
    int generation = settings.get(JobOptions.SINK_GENERATION);
    return generation == 1 ? table.name() : table.name() + "-g" + generation;
  }

  private static SingleOutputStreamOperator<ClickEvent> deduplicated(
      SingleOutputStreamOperator<ClickEvent> events,
      TypeInformation<ClickEvent> type,
      JobSettings settings,
      EventColumns columns) {
    if (!settings.get(JobOptions.DEDUP_ENABLED)) {
      return events;
    }
    EventIdentity identity = EventIdentity.of(settings, columns);
    return events
        .keyBy(identity::group, Types.INT)
        .transform(
            "dedup",
            type,
            new Deduplicator(
                identity,
                settings.get(JobOptions.DEDUP_WINDOW),
                settings.get(JobOptions.DEDUP_MAX_LAG)))
        .uid("dedup");
  }

  private static <I, O> SingleOutputStreamOperator<O> step(
      DataStream<I> input,
      String name,
      TypeInformation<O> output,
      AccountedOperator<I, O> operator) {
    return input.transform(name, output, operator).uid(name);
  }
}
