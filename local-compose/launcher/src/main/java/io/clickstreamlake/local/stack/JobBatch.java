package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A batch over the tables of a lake: the job's own program, in a JVM of its own, with the settings
 * of the job.
 */
public final class JobBatch {

  private static final String MAIN = "io.clickstreamlake.BatchCommand";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Counts of a batch so far.
   *
   * @param files that were begun, of {@code totalFiles}
   * @param records that were read
   * @param read events that were compared with the tables, and of those
   * @param present are in the tables already
   * @param written added to click_events
   * @param rejected added to rejected_events
   * @param duplicate repeat another event, of the batch or of the tables
   * @param accepted rows of rejected_events that left it
   * @param withoutBytes rows of rejected_events that cannot be tried
   */
  public record Counts(
      long files,
      long totalFiles,
      long records,
      long read,
      long present,
      long written,
      long rejected,
      long duplicate,
      long accepted,
      long withoutBytes) {

    private static Counts of(JsonNode json) {
      return new Counts(
          json.path("files").asLong(),
          json.path("totalFiles").asLong(),
          json.path("records").asLong(),
          json.path("read").asLong(),
          json.path("present").asLong(),
          json.path("written").asLong(),
          json.path("rejected").asLong(),
          json.path("duplicate").asLong(),
          json.path("accepted").asLong(),
          json.path("withoutBytes").asLong());
    }
  }

  private final ProjectFiles project;
  private final BatchLake lake;

  public JobBatch(Path root, BatchLake lake) {
    this.project = new ProjectFiles(root);
    this.lake = lake;
  }

  /**
   * The range of arrival that was filled.
   *
   * @param from UTC
   * @param to UTC, exclusive
   * @param counts at the end
   */
  public record Filled(Instant from, Instant to, Counts counts) {}

  /**
   * Loads files into the tables.
   *
   * @param paths URIs of files and folders
   * @param progress receives the counts about once per second
   * @return the counts at the end
   * @throws LakeException if it fails; the same command again continues correctly
   */
  public Counts load(List<String> paths, Consumer<Counts> progress) {
    return counts(run("load", paths, progress), "load");
  }

  /**
   * Writes what the raw archive has and the tables lack.
   *
   * @param options of the program, without those of the stack
   * @param progress receives the counts about once per second
   * @throws LakeException if it fails; the same command again continues correctly
   */
  public Filled fill(List<String> options, Consumer<Counts> progress) {
    List<String> arguments = new ArrayList<>(List.of("--archive", archive()));
    arguments.addAll(options);
    Map<String, JsonNode> output = run("fill", arguments, progress);
    return new Filled(
        Instant.parse(output.get("range").path("from").asText()),
        Instant.parse(output.get("range").path("to").asText()),
        counts(output, "fill"));
  }

  private String archive() {
    return lake.archive()
        .orElseThrow(
            () ->
                new LakeException(
                    "There is no raw archive: the job reads files. Use load for the files themselves."));
  }

  /**
   * Tries rejected events again.
   *
   * @param options of the program, without those of the stack
   * @param progress receives the counts about once per second
   * @return the counts at the end
   * @throws LakeException if it fails; the same command again continues correctly
   */
  public Counts replay(List<String> options, Consumer<Counts> progress) {
    return counts(run("replay", options, progress), "replay");
  }

  private Counts counts(Map<String, JsonNode> output, String command) {
    if (!output.containsKey("result")) {
      throw new LakeException(
          "The " + command + " ended without a result; see " + lake.log() + ".");
    }
    return Counts.of(output.get("result"));
  }

  /** Returns what the program printed last of each kind. */
  private Map<String, JsonNode> run(String command, List<String> more, Consumer<Counts> progress) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--config",
                lake.settings().toString(),
                "--local",
                lake.flinkConfiguration().toString()));
    arguments.addAll(more);
    JobProgram program = JobProgram.batch(project, lake, MAIN, command);
    Map<String, JsonNode> output = new HashMap<>();
    program.stream(
        arguments,
        lake.environment(),
        input -> {},
        line -> {
          JsonNode json = parse(line, command);
          json.fieldNames().forEachRemaining(kind -> output.put(kind, json.get(kind)));
          if (json.has("progress")) {
            progress.accept(Counts.of(json.path("progress")));
          }
        });
    return output;
  }

  private static JsonNode parse(String line, String command) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new LakeException("The " + command + " printed another text than JSON: " + line, e);
    }
  }
}
