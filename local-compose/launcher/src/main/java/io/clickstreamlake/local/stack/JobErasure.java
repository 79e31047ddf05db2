package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Erases the rows of persons from the tables and the raw archive of a running stack: with the job's
 * own program, in a JVM of its own, with the settings of the job.
 */
public final class JobErasure {

  private static final String MAIN = "io.clickstreamlake.EraseCommand";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is erased, and how.
   *
   * @param dryRun whether rows are only found
   * @param waits whether rows in open files are awaited and erased too
   * @param wholeRecords whether records of the archive that hold events of others are removed if
   *     they cannot be cut
   * @param archiveInterval time after which every record is in the archive
   */
  public record Request(
      Collection<String> userIds,
      Collection<String> anonymousIds,
      boolean dryRun,
      boolean waits,
      boolean wholeRecords,
      Duration archiveInterval) {}

  private final ProjectFiles project;
  private final BatchLake lake;

  public JobErasure(Path root, BatchLake lake) {
    this.project = new ProjectFiles(root);
    this.lake = lake;
  }

  /**
   * Runs the erasure.
   *
   * @param progress receives the lines with {@code progress} and {@code waiting}
   * @return its result: the reports of all runs, see {@code Erasure}
   * @throws LakeException if it fails; the same command again continues correctly
   */
  public JsonNode run(Request request, Consumer<JsonNode> progress) {
    JobProgram program = JobProgram.batch(project, lake, MAIN, "erasure");
    JsonNode[] result = new JsonNode[1];
    program.stream(
        List.of(
            "--config",
            lake.settings().toString(),
            "--local",
            lake.flinkConfiguration().toString()),
        lake.environment(),
        // Not among the arguments, which every list of processes shows.
        input -> input.write(JSON.writeValueAsBytes(arguments(request))),
        line -> {
          JsonNode json = parse(line);
          if (json.has("result")) {
            result[0] = json.path("result");
          } else {
            progress.accept(json);
          }
        });
    if (result[0] == null) {
      throw new LakeException("The erasure ended without a result; see " + lake.log() + ".");
    }
    return result[0];
  }

  private ObjectNode arguments(Request request) {
    ObjectNode arguments = JSON.createObjectNode();
    ArrayNode users = arguments.putArray("userIds");
    request.userIds().forEach(id -> users.add(id));
    ArrayNode anonymous = arguments.putArray("anonymousIds");
    request.anonymousIds().forEach(id -> anonymous.add(id));
    ArrayNode archive = arguments.putArray("archive");
    lake.archive().ifPresent(archive::add);
    ArrayNode failed = arguments.putArray("failedDeliveries");
    lake.failedDeliveries().ifPresent(failed::add);
    return arguments
        .put("dryRun", request.dryRun())
        .put("wait", request.waits())
        .put("wholeRecords", request.wholeRecords())
        .put("archiveSeconds", request.archiveInterval().toSeconds());
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new LakeException("The erasure printed another text than JSON.", e);
    }
  }
}
