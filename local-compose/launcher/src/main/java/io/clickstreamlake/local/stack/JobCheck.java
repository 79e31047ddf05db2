package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The check of the lake of a running stack: the job's own program, in a JVM of its own, with the
 * settings of the job. It changes nothing.
 */
public final class JobCheck {

  private static final String MAIN = "io.clickstreamlake.CheckCommand";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is checked.
   *
   * @param from first day; all days if empty
   * @param to last day, included; all days if empty
   * @param table the only table; all tables if empty
   * @param fast whether only footers are read, and rows of the ledger
   * @param archive whether the raw archive is compared with the ledger
   * @param uploadAgeHours age from which an upload is an orphan
   */
  public record Scope(
      Optional<LocalDate> from,
      Optional<LocalDate> to,
      Optional<String> table,
      boolean fast,
      boolean archive,
      long uploadAgeHours) {}

  /**
   * What was checked so far.
   *
   * @param files that were read, of {@code totalFiles}
   * @param bytes that were read, of {@code totalBytes}
   */
  public record Progress(long files, long totalFiles, long bytes, long totalBytes) {}

  private final ProjectFiles project;
  private final BatchLake lake;

  public JobCheck(Path root, BatchLake lake) {
    this.project = new ProjectFiles(root);
    this.lake = lake;
  }

  /**
   * Checks the lake.
   *
   * @param progress receives it about once per second
   * @param findings receives each finding: kind, table, object, problem, whatToDo
   * @return what was checked: tables, findings, hoursCompared, hoursOpen, notes
   * @throws LakeException if the check fails
   */
  public JsonNode run(Scope scope, Consumer<Progress> progress, Consumer<JsonNode> findings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--config",
                lake.settings().toString(),
                "--local",
                lake.flinkConfiguration().toString(),
                "--upload-age",
                Long.toString(scope.uploadAgeHours()),
                "--fast",
                Boolean.toString(scope.fast())));
    BiConsumer<String, Optional<?>> option =
        (name, value) -> value.ifPresent(v -> arguments.addAll(List.of(name, v.toString())));
    option.accept("--from", scope.from());
    option.accept("--to", scope.to());
    option.accept("--table", scope.table());
    if (scope.archive()) {
      arguments.addAll(
          List.of(
              "--archive",
              lake.archive()
                  .orElseThrow(
                      () -> new LakeException("There is no raw archive: the job reads files."))));
    }
    JsonNode[] result = new JsonNode[1];
    JobProgram.batch(project, lake, MAIN, "check of the lake").stream(
        arguments,
        lake.environment(),
        input -> {},
        line -> {
          JsonNode json = parse(line);
          if (json.has("progress")) {
            progress.accept(progress(json.path("progress")));
          } else if (json.has("finding")) {
            findings.accept(json.path("finding"));
          } else if (json.has("result")) {
            result[0] = json.path("result");
          }
        });
    if (result[0] == null) {
      throw new LakeException("The check ended without a result; see " + lake.log() + ".");
    }
    return result[0];
  }

  private static Progress progress(JsonNode json) {
    return new Progress(
        json.path("files").asLong(),
        json.path("totalFiles").asLong(),
        json.path("bytes").asLong(),
        json.path("totalBytes").asLong());
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new LakeException("The check printed another text than JSON: " + line, e);
    }
  }
}
