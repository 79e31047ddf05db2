package io.clickstreamlake;

import io.clickstreamlake.batch.Digests;
import io.clickstreamlake.batch.DistinctDays;
import io.clickstreamlake.batch.FilesOfDays;
import io.clickstreamlake.batch.FilesSince;
import io.clickstreamlake.batch.MissingRows;
import io.clickstreamlake.batch.PresentEvents;
import io.clickstreamlake.batch.RejectedRecords;
import io.clickstreamlake.batch.Sameness;
import io.clickstreamlake.batch.TableRows;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClickEventTypeInfo;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import io.clickstreamlake.ledger.WrittenCounter;
import io.clickstreamlake.sink.BatchPublisher;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.StagedFile;
import io.clickstreamlake.tables.DayBuckets;
import io.clickstreamlake.tables.LakeTable;
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
 * records ─▶ parse ─▶ enrich ─┬─▶ missing ─▶ count ─▶ click_events/     ┐
 *              │         │    │    ▲  │  │                              │
 *              └─────────┴─ rejected  │  └─────────▶ rejected_events/   ├─ published together
 *                                  │  └────────────▶ ledger/            ┘
 *                         rows of the tables
 * </pre>
 *
 * <p>The commands differ in the rows that they compare with, and in what makes an event the same as
 * a row.
 */
final class BatchJob {

  private final JobSteps steps;
  private final Sameness sameness;
  private final TypeInformation<ClickEvent> events;
  private final TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> candidates;

  private BatchJob(JobSteps steps, Sameness sameness) {
    this.steps = steps;
    this.sameness = sameness;
    this.events = new ClickEventTypeInfo(steps.columns);
    this.candidates = Digests.type(steps.columns);
  }

  /** The events of an input, and what of it was rejected. */
  private static final class Parsed {

    final DataStream<ClickEvent> events;
    final DataStream<Rejection> rejected;

    Parsed(DataStream<ClickEvent> events, DataStream<Rejection> rejected) {
      this.events = events;
      this.rejected = rejected;
    }
  }

  /**
   * Adds all steps of the command load after the source. It compares with the rows of the same
   * days.
   *
   * @param records of the files
   * @param steps of the job
   * @param run publishes the files; it has begun
   */
  static void load(
      DataStream<SourceRecord> records, JobSettings settings, JobSteps steps, BatchRun run) {
    prepare(records.getExecutionEnvironment());
    BatchJob job = new BatchJob(steps, Sameness.byPlace(EventIdentity.of(settings, steps.columns)));
    Parsed input = job.parse(records, steps);
    DayBuckets<ClickEvent> days = new DayBuckets<>(LakeTable.CLICK_EVENTS);
    job.addMissing(
        job.candidates(input)
            .union(
                job.rows(
                    job.filesOfDays(
                        input.events.flatMap(new DistinctDays<>(days::bucket)),
                        LakeTable.CLICK_EVENTS),
                    TableRows.ofEvents(job.sameness, steps.columns, null),
                    LakeTable.CLICK_EVENTS),
                job.rows(
                    job.filesOfDays(
                        input.rejected.flatMap(
                            new DistinctDays<>(rejection -> DayBuckets.day(rejection.arrivalTime))),
                        LakeTable.REJECTED_EVENTS),
                    TableRows.ofRejections(job.sameness, null),
                    LakeTable.REJECTED_EVENTS)),
        Outcome.LOADED,
        run);
  }

  /**
   * Adds all steps of the command fill after the source. It compares with the rows that arrived in
   * the range of the archive, whatever their day, and with the events that rows of rejected_events
   * would be today.
   *
   * @param records of the archive
   * @param range what is compared
   * @param run publishes the files; it has begun. Null to count only what is missing.
   */
  static void fill(
      DataStream<SourceRecord> records, FillSteps steps, FillRange range, @Nullable BatchRun run) {
    StreamExecutionEnvironment environment = records.getExecutionEnvironment();
    prepare(environment);
    BatchJob job =
        new BatchJob(
            steps.ofArchive,
            Sameness.byContent(EventIdentity.of(steps.settings, steps.ofArchive.columns)));
    DataStream<String> rejectedFiles =
        job.filesSince(environment, range, LakeTable.REJECTED_EVENTS);
    Parsed rejectedOnce =
        job.parse(
            rejectedFiles.flatMap(new RejectedRecords(range.rows)).name("rejected records"),
            steps.ofRejected);
    job.addMissing(
        job.candidates(job.parse(records, steps.ofArchive))
            .union(
                job.rows(
                    job.filesSince(environment, range, LakeTable.CLICK_EVENTS),
                    TableRows.ofEvents(job.sameness, job.steps.columns, range.rows),
                    LakeTable.CLICK_EVENTS),
                job.rows(
                    rejectedFiles,
                    TableRows.ofRejections(job.sameness, range.rows),
                    LakeTable.REJECTED_EVENTS),
                rejectedOnce.events.transform(
                    "rejected events", job.candidates, new PresentEvents(job.sameness))),
        Outcome.FILLED,
        run);
  }

  /** The comparison needs its input sorted by key, which only the mode BATCH does. */
  private static void prepare(StreamExecutionEnvironment environment) {
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    // Every step creates new objects and retains none, so chained steps need no copies.
    environment.getConfig().enableObjectReuse();
  }

  private Parsed parse(DataStream<SourceRecord> records, JobSteps steps) {
    SingleOutputStreamOperator<ParsedEvent> parsed =
        records.transform("parse", TypeInformation.of(ParsedEvent.class), steps.parse);
    SingleOutputStreamOperator<ClickEvent> enriched =
        parsed.transform("enrich", events, steps.enrich);
    return new Parsed(
        enriched,
        parsed
            .getSideOutput(AccountedOperator.REJECTED)
            .union(enriched.getSideOutput(AccountedOperator.REJECTED)));
  }

  private DataStream<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> candidates(Parsed input) {
    return input
        .events
        .map(Digests.ofEvents(sameness))
        .returns(candidates)
        .union(input.rejected.map(Digests.ofRejections(sameness)).returns(candidates));
  }

  /** The files of days that a batch adds to. */
  private DataStream<String> filesOfDays(DataStream<String> days, LakeTable<?> table) {
    return days.transform(
            "files of " + table.name(), Types.STRING, new FilesOfDays(steps.sinks.location(table)))
        .setParallelism(1);
  }

  /** The files that may have rows of the range. */
  private DataStream<String> filesSince(
      StreamExecutionEnvironment environment, FillRange range, LakeTable<?> table) {
    return environment
        .fromData(steps.sinks.location(table).toString())
        .setParallelism(1)
        .flatMap(new FilesSince(range.openedSince))
        .name("files of " + table.name())
        .setParallelism(1)
        .rebalance();
  }

  private DataStream<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> rows(
      DataStream<String> files, TableRows rows, LakeTable<?> table) {
    return files.rebalance().flatMap(rows).returns(candidates).name("rows of " + table.name());
  }

  private void addMissing(
      DataStream<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> compared,
      Outcome origin,
      @Nullable BatchRun run) {
    SingleOutputStreamOperator<ClickEvent> missing =
        compared
            .keyBy(candidate -> candidate.f0, Types.LONG)
            .transform("missing", events, new MissingRows(origin));
    if (run == null) {
      missing.sinkTo(new DiscardingSink<>());
    } else {
      write(missing, run);
    }
  }

  private void write(SingleOutputStreamOperator<ClickEvent> missing, BatchRun run) {
    SingleOutputStreamOperator<ClickEvent> written =
        missing.transform("count", events, new WrittenCounter(Map.of()));
    String version = JobVersion.read();
    int writers = missing.getExecutionEnvironment().getParallelism();
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
                    missing
                        .getSideOutput(AccountedOperator.REJECTED)
                        .map(rejection -> rejection.toRow(version))
                        .returns(RejectedEvent.class)
                        .setParallelism(1),
                    LakeTable.REJECTED_EVENTS),
                write(
                    missing
                        .getSideOutput(AccountedOperator.LEDGER)
                        .union(written.getSideOutput(AccountedOperator.LEDGER)),
                    LakeTable.LEDGER));
    staged
        .transform("publish", TypeInformation.of(StagedFile.class), new BatchPublisher(run))
        .setParallelism(1)
        .setMaxParallelism(1);
  }

  private <T extends SpecificRecordBase & SpecificRecord> DataStream<StagedFile> write(
      DataStream<T> rows, LakeTable<T> table) {
    return rows.transform(
            table.name(), TypeInformation.of(StagedFile.class), steps.sinks.batchWriter(table))
        .setParallelism(1);
  }
}
