package io.clickstreamlake;

import io.clickstreamlake.batch.Digests;
import io.clickstreamlake.batch.DistinctDays;
import io.clickstreamlake.batch.FilesOfDays;
import io.clickstreamlake.batch.MissingRows;
import io.clickstreamlake.batch.NewEvents;
import io.clickstreamlake.batch.TableRows;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClickEventTypeInfo;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import io.clickstreamlake.ledger.WrittenCounter;
import io.clickstreamlake.replay.RejectedFile;
import io.clickstreamlake.replay.RejectedRows;
import io.clickstreamlake.replay.RetryOperator;
import io.clickstreamlake.sink.BatchPublisher;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.StagedFile;
import io.clickstreamlake.tables.DayBuckets;
import io.clickstreamlake.tables.LakeTable;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.types.Either;

/**
 * The Flink job of the commands that add rows to the tables: a bounded input, the same steps as
 * {@link ClickstreamJob}, and one publication at the end. What the tables have already is not added
 * again, so a repeated run adds nothing.
 *
 * <pre>
 * files ─▶ parse ─▶ enrich ─┬─▶ missing ─▶ count ─▶ click_events/     ┐
 *            │         │    │    ▲  │  │                              │
 *            └─────────┴─ rejected  │  └─────────▶ rejected_events/   ├─ published together
 *                           │    │  └────────────▶ ledger/            ┘
 *                         days ─▶ rows of the tables
 * </pre>
 */
final class BatchJob {

  private BatchJob() {}

  /**
   * Adds all steps after the source. The environment must be in BATCH mode: the comparison needs
   * its input sorted by key.
   *
   * @param records what may be missing
   * @param steps of the job
   * @param origin tells the events of this batch apart in the ledger
   * @param run publishes the files; it has begun
   */
  static void build(
      DataStream<SourceRecord> records,
      JobSettings settings,
      JobSteps steps,
      Outcome origin,
      BatchRun run) {
    records.getExecutionEnvironment().setRuntimeMode(RuntimeExecutionMode.BATCH);
    // Every step creates new objects and retains none, so chained steps need no copies.
    records.getExecutionEnvironment().getConfig().enableObjectReuse();

    TypeInformation<ClickEvent> events = new ClickEventTypeInfo(steps.columns);
    SingleOutputStreamOperator<ParsedEvent> parsed =
        records.transform("parse", TypeInformation.of(ParsedEvent.class), steps.parse);
    SingleOutputStreamOperator<ClickEvent> enriched =
        parsed.transform("enrich", events, steps.enrich);
    DataStream<Rejection> rejected =
        parsed
            .getSideOutput(AccountedOperator.REJECTED)
            .union(enriched.getSideOutput(AccountedOperator.REJECTED));

    EventIdentity identity = EventIdentity.of(settings, steps.columns);
    TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> candidates =
        Digests.type(steps.columns);
    DayBuckets<ClickEvent> days = new DayBuckets<>(LakeTable.CLICK_EVENTS);
    SingleOutputStreamOperator<ClickEvent> missing =
        enriched
            .map(new Digests.OfEvents(identity))
            .returns(candidates)
            .union(
                rejected.map(new Digests.OfRejections(identity)).returns(candidates),
                rows(
                    enriched.flatMap(new DistinctDays<>(days::bucket)),
                    LakeTable.CLICK_EVENTS,
                    TableRows.ofEvents(identity, steps.columns),
                    candidates,
                    steps),
                rows(
                    rejected.flatMap(
                        new DistinctDays<>(rejection -> DayBuckets.day(rejection.arrivalTime))),
                    LakeTable.REJECTED_EVENTS,
                    TableRows.ofRejections(identity),
                    candidates,
                    steps))
            .keyBy(candidate -> candidate.f0, Types.LONG)
            .transform("missing", events, new MissingRows(origin));
    publish(
        missing,
        missing.getSideOutput(AccountedOperator.REJECTED),
        missing.getSideOutput(AccountedOperator.LEDGER),
        null,
        steps,
        run);
  }

  /**
   * Adds all steps of a replay: rejected events become rows of click_events if they are accepted.
   *
   * <pre>
   * files of rejected_events ─▶ retry ─▶ new ─▶ count ─▶ click_events/     ┐
   *                               │       │               rejected_events/  ├─ published together
   *                               │       └─────────────▶ ledger/           ┘
   *                               └─ the files without these rows, which then replace them
   * </pre>
   *
   * @param files of rejected_events
   * @param selected the rows that are tried
   * @param steps of the job
   * @param run publishes the files; null if events are only counted
   */
  static void replay(
      StreamExecutionEnvironment environment,
      List<RejectedFile> files,
      RejectedRows selected,
      JobSettings settings,
      JobSteps steps,
      @Nullable BatchRun run) {
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    environment.getConfig().enableObjectReuse();

    TypeInformation<ClickEvent> events = new ClickEventTypeInfo(steps.columns);
    TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> candidates =
        Digests.type(steps.columns);
    EventIdentity identity = EventIdentity.of(settings, steps.columns);
    DayBuckets<ClickEvent> days = new DayBuckets<>(LakeTable.CLICK_EVENTS);
    SingleOutputStreamOperator<ClickEvent> accepted =
        environment
            .fromData(files, TypeInformation.of(RejectedFile.class))
            .name("files of rejected_events")
            .rebalance()
            .transform(
                "retry",
                events,
                new RetryOperator(
                    selected, steps.parse, steps.enrich, settings.get(JobOptions.ZSTD_LEVEL), run));
    SingleOutputStreamOperator<ClickEvent> added =
        accepted
            .map(new Digests.OfEvents(identity))
            .returns(candidates)
            .union(
                rows(
                    accepted.flatMap(new DistinctDays<>(days::bucket)),
                    LakeTable.CLICK_EVENTS,
                    TableRows.ofEvents(identity, steps.columns),
                    candidates,
                    steps))
            .keyBy(candidate -> candidate.f0, Types.LONG)
            .transform("new", events, new NewEvents());
    publish(
        added,
        accepted.getSideOutput(AccountedOperator.REJECTED),
        accepted
            .getSideOutput(AccountedOperator.LEDGER)
            .union(added.getSideOutput(AccountedOperator.LEDGER)),
        accepted.getSideOutput(RetryOperator.STAGED),
        steps,
        run);
  }

  /** Counts the events, writes all tables and publishes them. */
  private static void publish(
      DataStream<ClickEvent> events,
      DataStream<Rejection> rejected,
      DataStream<LedgerEntry> ledger,
      @Nullable DataStream<StagedFile> replaced,
      JobSteps steps,
      @Nullable BatchRun run) {
    SingleOutputStreamOperator<ClickEvent> written =
        events.transform(
            "count", new ClickEventTypeInfo(steps.columns), new WrittenCounter(Map.of()));
    if (run == null) {
      written.sinkTo(new DiscardingSink<>());
      return;
    }
    String version = JobVersion.read();
    int writers = events.getExecutionEnvironment().getParallelism();
    DayBuckets<ClickEvent> days = new DayBuckets<>(LakeTable.CLICK_EVENTS);
    DataStream<StagedFile> staged =
        written
            // One day after the other, so that a writer has one file open.
            .keyBy(
                event ->
                    days.bucket(event)
                        + "#"
                        + Math.floorMod(event.getEventId().hashCode(), writers),
                Types.STRING)
            .transform(
                "click_events",
                TypeInformation.of(StagedFile.class),
                steps.sinks.batchWriter(LakeTable.CLICK_EVENTS))
            .union(
                write(
                    rejected
                        .map(rejection -> rejection.toRow(version))
                        .returns(RejectedEvent.class)
                        .setParallelism(1),
                    LakeTable.REJECTED_EVENTS,
                    steps),
                write(
                    ledger.union(written.getSideOutput(AccountedOperator.LEDGER)),
                    LakeTable.LEDGER,
                    steps));
    (replaced == null ? staged : staged.union(replaced))
        .transform("publish", TypeInformation.of(StagedFile.class), new BatchPublisher(run))
        .setParallelism(1)
        .setMaxParallelism(1);
  }

  private static <T extends SpecificRecordBase & SpecificRecord>
      DataStream<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> rows(
          DataStream<String> days,
          LakeTable<T> table,
          TableRows rows,
          TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> type,
          JobSteps steps) {
    return days.transform(
            "files of " + table.name(), Types.STRING, new FilesOfDays(steps.sinks.location(table)))
        .setParallelism(1)
        .rebalance()
        .flatMap(rows)
        .returns(type)
        .name("rows of " + table.name());
  }

  private static <T extends SpecificRecordBase & SpecificRecord> DataStream<StagedFile> write(
      DataStream<T> rows, LakeTable<T> table, JobSteps steps) {
    return rows.transform(
            table.name(), TypeInformation.of(StagedFile.class), steps.sinks.batchWriter(table))
        .setParallelism(1);
  }
}
