package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A batch over the tables of a running stack: the job's own program, in a JVM of its own, with the
 * settings of the job.
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
   * @param duplicate repeat another event of the batch
   */
  public record Counts(
      long files,
      long totalFiles,
      long records,
      long read,
      long present,
      long written,
      long rejected,
      long duplicate) {

    private static Counts of(JsonNode json) {
      return new Counts(
          json.path("files").asLong(),
          json.path("totalFiles").asLong(),
          json.path("records").asLong(),
          json.path("read").asLong(),
          json.path("present").asLong(),
          json.path("written").asLong(),
          json.path("rejected").asLong(),
          json.path("duplicate").asLong());
    }
  }

  private final ProjectFiles project;
  private final StateFolder state;

  public JobBatch(Path root, StateFolder state) {
    this.project = new ProjectFiles(root);
    this.state = state;
  }

  /**
   * Loads files into the tables.
   *
   * @param paths URIs of files and folders
   * @param progress receives the counts about once per second
   * @return the counts at the end
   * @throws LakeException if it fails; the same command again continues correctly
   */
  public Counts load(List<String> paths, Consumer<Counts> progress) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "load",
                "--config",
                state.jobSettings().toString(),
                "--local",
                state.flink().resolve("conf").toString()));
    arguments.addAll(paths);
    JobProgram program = JobProgram.batch(project, state, MAIN, "load");
    Counts[] result = new Counts[1];
    program.stream(
        arguments,
        JobProgram.storage(project),
        input -> {},
        line -> {
          JsonNode json = parse(line);
          if (json.has("progress")) {
            progress.accept(Counts.of(json.path("progress")));
          } else if (json.has("result")) {
            result[0] = Counts.of(json.path("result"));
          }
        });
    if (result[0] == null) {
      throw new LakeException("The load ended without a result; see " + state.logs() + ".");
    }
    return result[0];
  }



  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new LakeException("The load printed another text than JSON: " + line, e);
    }
  }
}
