package io.clickstreamlake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.batch.CarriedFiles;
import io.clickstreamlake.batch.ComparisonReport;
import io.clickstreamlake.batch.MissingRows;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.replay.RejectedFile;
import io.clickstreamlake.replay.RejectedRows;
import io.clickstreamlake.replay.RetryOperator;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.source.EventSource;
import io.clickstreamlake.source.ReadProgress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A program that adds rows to the tables with a {@link BatchJob}, in one JVM or on a cluster:
 *
 * <pre>
 * java -cp … io.clickstreamlake.BatchCommand load --config FILE --local CONF PATH…
 * flink run -c io.clickstreamlake.BatchCommand job.jar load --config FILE PATH…
 * flink run -c io.clickstreamlake.BatchCommand job.jar fill --config FILE --archive FOLDER --from T
 * </pre>
 *
 * <p>All options are in {@link BatchArguments}. {@code --config} is that of the job. {@code
 * --local} runs it in this JVM, with the settings of Flink in a folder with {@code config.yaml}.
 * Standard output has lines of JSON: the progress, and the counts at the end. Exit code 2, with the
 * problems on standard error, if arguments or settings are invalid, or another run came in between.
 */
public final class BatchCommand {

  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  /**
   * Beginnings of the names of Flink's settings that a program in one JVM shares with a cluster.
   */
  private static final List<String> OF_STORAGE = List.of("s3.", "fs.", "io.tmp.dirs");

  /** What a machine with 2 GB has; the sort uses the disk beyond it. */
  private static final MemorySize SORT_MEMORY = MemorySize.ofMebiBytes(256);

  private static final MemorySize NETWORK_MEMORY = MemorySize.ofMebiBytes(128);

  private static final int RESTARTS = 3;

  private final BatchArguments arguments;
  private final PrintStream out;

  BatchCommand(BatchArguments arguments, PrintStream out) {
    this.arguments = arguments;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    BatchProgram.run(
        args, () -> run(args, new PrintStream(System.out, true, StandardCharsets.UTF_8)));
  }

  /**
   * Runs the program without ending this JVM.
   *
   * @param args arguments as of {@link #main}
   * @param out receives what standard output would
   * @throws IllegalArgumentException if they are invalid
   * @throws io.clickstreamlake.config.InvalidSettingsException if a setting is
   */
  public static void run(String[] args, PrintStream out) throws Exception {
    BatchArguments arguments = new BatchArguments(args);
    new BatchCommand(arguments, out)
        .run(environment(arguments.option(BatchArguments.LOCAL).orElse(null), Integer.MAX_VALUE));
  }

  void run(StreamExecutionEnvironment environment) throws Exception {
    Map<String, String> texts =
        new TreeMap<>(
            JobSettings.texts(
                arguments
                    .option(BatchArguments.CONFIG)
                    .map(file -> new String[] {BatchArguments.CONFIG, file})
                    .orElse(new String[0])));
    switch (arguments.command) {
      case BatchArguments.LOAD:
        load(environment, texts);
        break;
      case BatchArguments.FILL:
        fill(environment, texts);
        break;
      case BatchArguments.REPROCESS:
        reprocess(environment, texts);
        break;
      case BatchArguments.COMPARE:
        compare(environment, texts);
        break;
      default:
        replay(environment, texts);
        break;
    }
  }

  private void load(StreamExecutionEnvironment environment, Map<String, String> texts)
      throws Exception {
    // History is old.
    texts.put(JobOptions.TIME_MAX_AGE.key(), "36500 d");
    SettingsCheck check = SettingsCheck.of(texts, environment.getConfiguration()).withFiles();
    check.throwIfAny();
    long files = EventSource.countFiles(arguments.paths);
    if (files == 0) {
      throw new IllegalArgumentException(
          "There is no file in " + String.join(" ", arguments.paths) + ". Nothing was loaded.");
    }
    BatchRun run = begin(check.steps);
    BatchJob.load(
        EventSource.ofFiles(environment, check.settings, arguments.paths).map(new ReadProgress()),
        check.settings,
        check.steps,
        run);
    execute(environment, files);
  }

  private void fill(StreamExecutionEnvironment environment, Map<String, String> texts)
      throws Exception {
    FillSteps steps =
        FillSteps.of(texts, environment.getConfiguration(), arguments.archiveBuffer());
    // A command that is refused must not stop another run from publishing.
    FillRange range = range(steps);
    BatchRun run = null;
    if (!arguments.isDryRun()) {
      run = begin(steps.ofArchive);
      // What is settled counts from now on: if a job starts anew, the run does not publish.
      range = range(steps);
    }
    print("range", object().put("from", range.from.toString()).put("to", range.to.toString()));
    BatchJob.fill(
        EventSource.ofArchive(environment, steps.settings, range.objects).map(new ReadProgress()),
        steps,
        range,
        run);
    execute(environment, range.files);
  }

  private void replay(StreamExecutionEnvironment environment, Map<String, String> texts)
      throws Exception {
    SettingsCheck check = SettingsCheck.of(texts, environment.getConfiguration()).withFiles();
    check.throwIfAny();
    RejectedRows selected = arguments.rejectedRows();
    BatchRun run = arguments.isDryRun() ? null : begin(check.steps);
    List<RejectedFile> files = RejectedFile.list(check.settings.lakeRoot(), selected);
    if (files.isEmpty()) {
      print("result", counts(Map.of()).put("totalFiles", 0));
      return;
    }
    BatchJob.replay(environment, files, selected, check.settings, check.steps, run);
    execute(environment, files.size());
  }

  /** Prepares a generation of the tables: everything up to shortly before the present. */
  private void reprocess(StreamExecutionEnvironment environment, Map<String, String> texts)
      throws Exception {
    FillSteps steps =
        FillSteps.of(texts, environment.getConfiguration(), arguments.archiveBuffer());
    Reprocessing reprocessing = Reprocessing.of(steps, arguments.former());
    Reprocessing.Plan plan =
        reprocessing.plan(arguments.archive(), arguments.from(), arguments.to().orElse(null));
    print("range", object().put("from", plan.from.toString()).put("to", plan.until.toString()));
    reprocessing.announce();
    reprocessing.carry(environment, plan);
    execute(environment, "carried", reprocessing.files());
    if (plan.fill.isPresent()) {
      BatchRun run = begin(steps.ofArchive);
      BatchJob.fill(
          EventSource.ofArchive(environment, steps.settings, plan.fill.get().objects)
              .map(new ReadProgress()),
          steps,
          plan.fill.get(),
          run);
      execute(environment, plan.fill.get().files);
    } else {
      print("result", counts(Map.of()).put("totalFiles", 0));
    }
    reprocessing.end();
  }

  private void compare(StreamExecutionEnvironment environment, Map<String, String> texts)
      throws Exception {
    FillSteps steps =
        FillSteps.of(texts, environment.getConfiguration(), arguments.archiveBuffer());
    Reprocessing.of(steps, arguments.former())
        .compare(environment, arguments.from(), arguments.to().orElseThrow());
    Map<String, Object> results = execute(environment, "result", 0);
    List<?> report = (List<?>) results.get(ComparisonReport.REPORT);
    out.println("{\"comparison\":" + report.get(0) + "}");
  }

  private FillRange range(FillSteps steps) throws IOException {
    return FillRange.of(steps, arguments.archive(), arguments.from(), arguments.to().orElse(null));
  }

  private BatchRun begin(JobSteps steps) throws IOException, InterruptedException {
    BatchRun run = steps.sinks.batchRun(arguments.command);
    int completed = run.begin();
    if (completed > 0) {
      print("completed", object().put("files", completed));
    }
    return run;
  }

  private void execute(StreamExecutionEnvironment environment, long files) throws Exception {
    execute(environment, "result", files);
  }

  private Map<String, Object> execute(
      StreamExecutionEnvironment environment, String kind, long files) throws Exception {
    JobClient job = environment.executeAsync("clickstream-lake " + arguments.command);
    CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
    while (!isDone(result)) {
      Optional<Map<String, Object>> counts = accumulators(job);
      if (counts.isPresent()) {
        print("progress", counts(counts.get()).put("totalFiles", files));
      }
    }
    Map<String, Object> accumulators = result.get().getAllAccumulatorResults();
    print(kind, counts(accumulators).put("totalFiles", files));
    return accumulators;
  }

  /**
   * The environment of a program that reads or writes the lake.
   *
   * @param local folder with the settings of Flink, to run in this JVM; null for a cluster
   * @param maxParallelism in this JVM
   */
  static StreamExecutionEnvironment environment(@Nullable String local, int maxParallelism)
      throws Exception {
    Configuration flink = new Configuration();
    // A cluster may restart a job for ever; a person waits for this one.
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
    if (local == null) {
      return StreamExecutionEnvironment.getExecutionEnvironment(flink);
    }
    // The storage of the cluster, but not its ports and addresses.
    GlobalConfiguration.loadConfiguration(local)
        .toMap()
        .forEach(
            (key, value) -> {
              if (OF_STORAGE.stream().anyMatch(key::startsWith)) {
                flink.setString(key, value);
              }
            });
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, SORT_MEMORY);
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK_MEMORY);
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK_MEMORY);
    FileSystem.initialize(flink, PluginUtils.createPluginManagerFromRootFolder(flink));
    return StreamExecutionEnvironment.createLocalEnvironment(
        Math.min(maxParallelism, Runtime.getRuntime().availableProcessors()), flink);
  }

  /** The counts so far; empty if the job, and with it a cluster in this JVM, has just ended. */
  static Optional<Map<String, Object>> accumulators(JobClient job) throws InterruptedException {
    try {
      return Optional.of(job.getAccumulators().get());
    } catch (ExecutionException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static boolean isDone(CompletableFuture<?> result) throws InterruptedException {
    try {
      result.get(PROGRESS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  private static ObjectNode counts(Map<String, Object> accumulators) {
    ObjectNode counts = object();
    for (String name :
        List.of(
            ReadProgress.RECORDS,
            ReadProgress.FILES,
            MissingRows.READ,
            MissingRows.PRESENT,
            MissingRows.WRITTEN,
            MissingRows.REJECTED,
            MissingRows.DUPLICATE,
            RetryOperator.ACCEPTED,
            RetryOperator.STAYED,
            RetryOperator.WITHOUT_BYTES,
            CarriedFiles.CARRIED)) {
      Object value = accumulators.get(name);
      counts.put(name, value == null ? 0 : (Long) value);
    }
    return counts;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private void print(String kind, ObjectNode counts) {
    out.println(object().set(kind, counts));
  }
}
