package io.clickstreamlake;

import io.clickstreamlake.batch.CarriedFiles;
import io.clickstreamlake.batch.CarriedRange;
import io.clickstreamlake.batch.ComparedRow;
import io.clickstreamlake.batch.ComparedRows;
import io.clickstreamlake.batch.ComparisonReport;
import io.clickstreamlake.batch.FilesSince;
import io.clickstreamlake.batch.GenerationDifference;
import io.clickstreamlake.batch.GenerationDifferences;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.sink.Generations;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A new generation of the tables, made from the former one and the raw archive, while the job goes
 * on in the former one:
 *
 * <pre>
 *   arrival ────────────┬───────────────────┬──────────────────┬──────────▶
 *                      from               until       settled mark of the former generation
 *   former generation   │                   ├ window or buffer ┤
 *   carried ────────────┤                   │
 *   read from the archive, new settings ────┤
 *   filled after the job has gone on in the new generation     ├─────────── …
 * </pre>
 *
 * <p>What arrived from {@code until} on is filled after the switch: by then the job writes to the
 * new generation, and drops the repeats of events that arrived before. So an event and its repeat,
 * and an object of the archive that was stored late, are both met by that fill.
 *
 * <p>At {@code from}, an object of the archive may have records of both sides, and does not say
 * which is which. A record whose event is carried is recognized by {@code dedup.fields}. If the new
 * settings change one of these fields, an event that arrived at most {@code --archive-buffer} after
 * the beginning of such an object may be in the new generation twice: with the former and with the
 * new value.
 *
 * <p>Each step can be repeated after a failure at any point, and ends with the same rows: {@link
 * CarriedFiles} replaces whole files, and a fill adds what is missing.
 */
final class Reprocessing {

  private final FillSteps steps;
  private final JobSettings settings;
  private final String sinkPath;
  private final int generation;
  private final String root;
  private final String former;
  private final int formerGeneration;

  private Reprocessing(FillSteps steps, int formerGeneration) {
    this.steps = steps;
    this.settings = steps.settings;
    this.sinkPath = settings.get(JobOptions.SINK_PATH);
    this.generation = settings.get(JobOptions.SINK_GENERATION);
    this.root = settings.lakeRoot();
    this.formerGeneration = formerGeneration;
    this.former = JobSettings.lakeRoot(sinkPath, formerGeneration);
  }

  /**
   * @param steps with the settings of the new generation
   * @param formerGeneration number of the generation that the job writes
   * @throws IllegalArgumentException if it is the same one
   */
  static Reprocessing of(FillSteps steps, int formerGeneration) {
    Reprocessing reprocessing = new Reprocessing(steps, formerGeneration);
    if (reprocessing.generation == formerGeneration) {
      throw new IllegalArgumentException(
          JobOptions.SINK_GENERATION.key()
              + " is "
              + formerGeneration
              + ", as --former. Choose a number that no generation has.");
    }
    return reprocessing;
  }

  /** What goes to the new generation. Immutable. */
  static final class Plan {

    final Instant from;

    /** End, exclusive; what arrived later is filled after the switch. */
    final Instant until;

    final CarriedRange carried;

    /** Empty if the archive has no object of the range. */
    final Optional<FillRange> fill;

    private Plan(Instant from, Instant until, CarriedRange carried, Optional<FillRange> fill) {
      this.from = from;
      this.until = until;
      this.carried = carried;
      this.fill = fill;
    }
  }

  /**
   * Determines what is carried and what is read.
   *
   * @param archive folder of the archive, which has the folders of the years
   * @param from first arrival that is read again, a whole hour
   * @param to end of that, exclusive, a whole hour; null for all
   * @throws IllegalArgumentException if that is not possible, with the way out
   */
  Plan plan(String archive, Instant from, @Nullable Instant to) throws IOException {
    if (settings.get(JobOptions.SOURCE_TYPE) != JobOptions.SourceType.KINESIS) {
      throw new IllegalArgumentException(
          JobOptions.SOURCE_TYPE.key()
              + " is "
              + settings.get(JobOptions.SOURCE_TYPE)
              + ": only a stream has a raw archive. Start another lake with the new settings, and load"
              + " the files into it.");
    }
    if (Generations.isWritten(root)) {
      throw new IllegalArgumentException(
          "A job has written generation "
              + generation
              + " already, in "
              + root
              + ". Choose another number for "
              + JobOptions.SINK_GENERATION.key()
              + ".");
    }
    Instant settled =
        LakeSinks.settled(former)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "It is not known which rows of generation "
                            + formerGeneration
                            + " the job still writes: it has not run yet, or has just been started."
                            + " Start the job if it does not run, and run the command again after its"
                            + " next checkpoints."));
    Duration late = settings.get(JobOptions.DEDUP_WINDOW);
    late = late.compareTo(steps.buffer) < 0 ? steps.buffer : late;
    Instant until = settled.minus(late).truncatedTo(ChronoUnit.HOURS);
    until = until.isBefore(from) ? from : until;
    Instant end = to == null || to.isAfter(until) ? until : to;
    return new Plan(
        from,
        until,
        new CarriedRange(from, to, until, settings.get(JobOptions.SOURCE_STREAM)),
        FillRange.ofNewGeneration(steps, archive, from, end, settled));
  }

  /**
   * Announces the preparation, so that no erasure begins before {@link #end}.
   *
   * @throws io.clickstreamlake.sink.BatchRefusedException if an erasure runs
   */
  void announce() throws IOException {
    List<Path> erasures =
        Generations.numbers(sinkPath).stream()
            .map(number -> LakeSinks.erasures(JobSettings.lakeRoot(sinkPath, number)))
            .collect(Collectors.toList());
    Generations.prepare(sinkPath, generation, erasures);
  }

  void end() throws IOException {
    Generations.prepared(sinkPath, generation);
  }

  /** Number of files of the former generation, for people who wait. */
  long files() throws IOException {
    long files = 0;
    for (LakeTable<?> table : LakeTable.all()) {
      files += Generations.files(table.location(former));
    }
    return files;
  }

  /** Adds the steps that carry rows of all tables. */
  void carry(StreamExecutionEnvironment environment, Plan plan) {
    carry(environment, plan, path -> path);
  }

  /**
   * The same.
   *
   * @param step is called with the path of each file that was written; tests let it fail
   */
  void carry(StreamExecutionEnvironment environment, Plan plan, MapFunction<String, String> step) {
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    for (LakeTable<?> table : LakeTable.all()) {
      files(environment, former, "", table)
          .flatMap(
              new CarriedFiles(
                  table.location(former),
                  table.location(root),
                  table == LakeTable.CLICK_EVENTS ? "arrival_time" : table.partitionColumnName(),
                  plan.carried,
                  settings.get(JobOptions.ZSTD_LEVEL)))
          .returns(Types.STRING)
          .name("carry " + table.name())
          .map(step)
          .returns(Types.STRING)
          .sinkTo(new DiscardingSink<>());
    }
  }

  private static DataStream<String> files(
      StreamExecutionEnvironment environment, String lake, String since, LakeTable<?> table) {
    return environment
        .fromData(table.location(lake).toString())
        .setParallelism(1)
        .flatMap(new FilesSince(since))
        .name("files of " + table.name())
        .setParallelism(1)
        .rebalance();
  }

  /**
   * Adds the steps that compare click_events of both generations; the result is in the accumulator
   * of {@link ComparisonReport}.
   *
   * @param from first arrival in the former generation
   * @param to end of that, exclusive
   */
  void compare(StreamExecutionEnvironment environment, Instant from, Instant to) {
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    // An archived record may have arrived later than its row says.
    Instant newFrom = from.minus(steps.buffer);
    FillRange.Rows rows = FillRange.rows(newFrom, to.plus(steps.buffer), steps);
    DataStream<ComparedRow> both =
        compared(environment, former, rows, false).union(compared(environment, root, rows, true));
    both.keyBy(row -> row.key, Types.STRING)
        .transform(
            "differences",
            TypeInformation.of(GenerationDifference.class),
            new GenerationDifferences(
                from.toEpochMilli(), to.toEpochMilli(), newFrom.toEpochMilli(), columnNames()))
        .transform("report", Types.STRING, new ComparisonReport())
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>());
  }

  private DataStream<ComparedRow> compared(
      StreamExecutionEnvironment environment, String lake, FillRange.Rows rows, boolean isNew) {
    return files(environment, lake, rows.openedSince, LakeTable.CLICK_EVENTS)
        .flatMap(
            new ComparedRows(
                EventIdentity.of(settings, steps.ofArchive.columns),
                steps.ofArchive.columns,
                rows.arrivals,
                isNew))
        .returns(ComparedRow.class)
        .name("rows of generation " + (isNew ? generation : formerGeneration));
  }

  private List<String> columnNames() {
    return steps.ofArchive.columns.schema().getFields().stream()
        .map(Schema.Field::name)
        .collect(Collectors.toList());
  }
}
