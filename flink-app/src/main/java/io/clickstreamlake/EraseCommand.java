package io.clickstreamlake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.erase.Erasure;
import io.clickstreamlake.erase.FlinkEngine;
import io.clickstreamlake.erase.PersonIds;
import io.clickstreamlake.erase.PersonRows;
import io.clickstreamlake.erase.RawArchive;
import io.clickstreamlake.sink.Generations;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A program that erases the rows of persons from the tables, and their records from the raw
 * archive:
 *
 * <pre>
 * java -cp … io.clickstreamlake.EraseCommand --config FILE --local CONF &lt; arguments.json
 * flink run -c io.clickstreamlake.EraseCommand job.jar --config FILE &lt; arguments.json
 * </pre>
 *
 * <p>{@code --config} is that of the job that writes the tables. {@code --local} runs it in this
 * JVM, with the settings of Flink in a folder with {@code config.yaml}. It reads its arguments from
 * standard input, so that no list of processes shows an id:
 *
 * <pre>
 * {"userIds": ["u1"], "anonymousIds": [],
 *  "archive": ["s3://BUCKET/raw/"], "failedDeliveries": ["s3://BUCKET/raw-errors/"],
 *  "wholeRecords": false, "dryRun": false, "wait": false, "archiveSeconds": 900,
 *  "silenceSeconds": 60}
 * </pre>
 *
 * <p>Rows are erased in every generation of the tables that exists. A report of another generation
 * than that of the job has its number as {@code generation}.
 *
 * <p>With {@code wait}, the rows are erased again when everything that arrived before the start is
 * visible, and is in the archive for at least {@code archiveSeconds}.
 *
 * <p>Standard output has lines of JSON: the progress, what is waited for, and at the end the
 * reports of all runs. Exit code 2, with the problems on standard error, if settings or arguments
 * are invalid.
 */
public final class EraseCommand {

  private static final long SILENCE_SECONDS = 60;

  /** The largest buffer of Firehose. */
  private static final long ARCHIVE_SECONDS = 900;

  private static final Duration POLL = Duration.ofSeconds(2);

  private static final List<String> OPTIONS = List.of("--config", BatchProgram.LOCAL);

  private EraseCommand() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    BatchProgram.run(args, () -> run(args));
  }

  private static void run(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "usage: --config FILE [--local CONF], but got " + args[i]);
      }
      options.put(args[i], args[i + 1]);
    }
    SettingsCheck check =
        check(
            JobSettings.texts(
                options.containsKey("--config")
                    ? new String[] {"--config", options.get("--config")}
                    : new String[0]));
    run(
        check,
        System.in,
        BatchCommand.environment(options.get(BatchProgram.LOCAL), Integer.MAX_VALUE),
        new PrintStream(System.out, true, StandardCharsets.UTF_8)::println);
  }

  static SettingsCheck check(Map<String, String> texts) {
    Map<String, String> own = new HashMap<>(texts);
    // No enrichment fills an id, and some load large tables.
    own.put(JobOptions.ENRICH_CHAIN.key(), "page");
    SettingsCheck check = SettingsCheck.of(own, new Configuration());
    check.throwIfAny();
    return check;
  }

  /**
   * Erases, or finds.
   *
   * @param lines receives the lines of the output
   * @return the reports of all runs
   */
  static ArrayNode run(
      SettingsCheck check,
      InputStream arguments,
      StreamExecutionEnvironment environment,
      Consumer<String> lines)
      throws Exception {
    JsonNode json = new JsonMapper().readTree(arguments);
    PersonIds ids =
        PersonIds.of(
            texts(json, "userIds"),
            texts(json, "anonymousIds"),
            check.settings,
            check.steps.columns);
    Clock clock = Clock.systemUTC();
    PersonRows persons = new PersonRows(ids, check.steps.parse, check.steps.enrich);
    RawArchive archive =
        new RawArchive(
            texts(json, "archive"),
            texts(json, "failedDeliveries"),
            json.path("wholeRecords").asBoolean());
    int generation = check.settings.get(JobOptions.SINK_GENERATION);
    Set<Integer> generations =
        new TreeSet<>(Generations.numbers(check.settings.get(JobOptions.SINK_PATH)));
    generations.add(generation);
    Map<Integer, Erasure> erasures = new TreeMap<>();
    for (int number : generations) {
      erasures.put(
          number,
          new Erasure(
              check.settings.inGeneration(number),
              persons,
              number == generation ? archive : RawArchive.NONE,
              JobVersion.read(),
              new FlinkEngine(environment, progress(lines)),
              clock,
              Duration.ofSeconds(json.path("silenceSeconds").asLong(SILENCE_SECONDS))));
    }
    Erasure erasure = erasures.remove(generation);
    ArrayNode reports = JsonNodeFactory.instance.arrayNode();
    if (json.path("dryRun").asBoolean()) {
      for (Map.Entry<Integer, Erasure> other : erasures.entrySet()) {
        reports.add(other.getValue().find().put("generation", other.getKey()));
      }
      reports.add(erasure.find());
    } else {
      Instant start = clock.instant();
      reports.add(eraseAll(erasure, erasures, reports));
      if (json.path("wait").asBoolean()) {
        long archiveSeconds = json.path("archiveSeconds").asLong(ARCHIVE_SECONDS);
        awaitSettled(erasure, start, start.plusSeconds(archiveSeconds), clock, lines);
        reports.add(eraseAll(erasure, erasures, reports).put("waited", true));
      }
    }
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output
        .putObject("result")
        .put("settledBefore", erasure.settledBefore().map(Instant::toString).orElse(null))
        .set("reports", reports);
    lines.accept(output.toString());
    return reports;
  }

  /**
   * Erases from the generation that the job writes and the archive, and then from all others, so
   * that none is made from the archive or another generation with the rows.
   *
   * @param reports receives those of the others
   * @return the report of the generation that the job writes
   */
  private static ObjectNode eraseAll(
      Erasure erasure, Map<Integer, Erasure> others, ArrayNode reports) throws Exception {
    ObjectNode report = erasure.erase();
    for (Map.Entry<Integer, Erasure> other : others.entrySet()) {
      reports.add(other.getValue().erase().put("generation", other.getKey()));
    }
    return report;
  }

  private static void awaitSettled(
      Erasure erasure, Instant start, Instant earliest, Clock clock, Consumer<String> lines)
      throws Exception {
    while (true) {
      Optional<Instant> settled = erasure.settledBefore();
      if (settled.isPresent()
          && !settled.get().isBefore(start)
          && !clock.instant().isBefore(earliest)) {
        return;
      }
      ObjectNode waiting = JsonNodeFactory.instance.objectNode();
      waiting
          .putObject("waiting")
          .put("for", start.toString())
          .put("settledBefore", settled.map(Instant::toString).orElse(null))
          .put("atLeastUntil", earliest.toString());
      lines.accept(waiting.toString());
      Thread.sleep(POLL.toMillis());
    }
  }

  /** About once per second. */
  private static FlinkEngine.Progress progress(Consumer<String> lines) {
    long[] last = new long[1];
    return (files, totalFiles) -> {
      long now = System.nanoTime();
      if (files == totalFiles || now - last[0] > 1_000_000_000L) {
        last[0] = now;
        ObjectNode progress = JsonNodeFactory.instance.objectNode();
        progress.putObject("progress").put("files", files).put("totalFiles", totalFiles);
        lines.accept(progress.toString());
      }
    };
  }

  private static List<String> texts(JsonNode arguments, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : arguments.path(name)) {
      if (!text.isTextual()) {
        throw new IllegalArgumentException(name + " must be texts, but one is not");
      }
      texts.add(text.asText());
    }
    return texts;
  }
}
