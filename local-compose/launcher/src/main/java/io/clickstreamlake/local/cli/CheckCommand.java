package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.stack.BatchLake;
import io.clickstreamlake.local.stack.JobCheck;
import io.clickstreamlake.local.storage.OpenUpload;
import io.clickstreamlake.local.tables.JobTables;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake check}. */
@Command(
    name = "check",
    description = {
      "Checks the lake, beside the running job, and changes nothing: every page of every object can be"
          + " read; footers, statistics and Bloom filters are right; each row is in the folder of its"
          + " day; no event is there twice; the files are those that the job has published; nothing was"
          + " left unfinished; and the ledger agrees with itself and with the tables.",
      "",
      "Hours of the ledger are compared when all of their counts must be visible: up to three"
          + " roll.interval after they ended. Others are counted as open.",
      "",
      "For each finding it prints what is wrong, and what to do: docs/recovery.md#findings-of-a-check.",
      "",
      "Exit code: 0 if nothing is wrong, 1 with findings or after a failure, 2 for invalid options."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake check",
      "  ./lake check --fast",
      "  ./lake check --archive",
      "  ./lake check --from 2026-11-01 --to 2026-11-30 --table click_events"
    })
final class CheckCommand implements Callable<Integer> {

  private static final String ORPHANED_UPLOAD = "orphaned-upload";

  @Spec private CommandSpec spec;
  @Mixin private LakeOption option;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      description =
          "First day, such as 2026-11-20: the day of the event, or of the arrival in the"
              + " other tables. Rows of click_events are then not compared with the ledger")
  private LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "Last day, included")
  private LocalDate to;

  @Option(names = "--table", paramLabel = "NAME", description = "This table only")
  private String table;

  @Option(
      names = "--fast",
      description =
          "Reads only footers, and the ledger: no pages, no duplicates, no rows of tables")
  private boolean fast;

  @Option(
      names = "--archive",
      description = "Reads the raw archive too, and compares its number of events with the ledger")
  private boolean archive;

  @Option(
      names = "--upload-age",
      paramLabel = "HOURS",
      defaultValue = "24",
      description = "Age from which an upload that is not completed is a finding. Default: 24")
  private int uploadAge;

  @Option(names = "--json", description = "Prints lines of JSON: each finding, and the result")
  private boolean json;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    requireValid();
    try (BatchLake lake = option.open("check")) {
      return check(lake);
    }
  }

  private int check(BatchLake lake) {
    Console console = new Console(spec.commandLine().getOut());
    long start = System.nanoTime();
    List<JsonNode> findings = new ArrayList<>();
    JsonNode result =
        new JobCheck(option.root(), lake)
            .run(
                new JobCheck.Scope(
                    Optional.ofNullable(from),
                    Optional.ofNullable(to),
                    Optional.ofNullable(table),
                    fast,
                    archive,
                    uploadAge),
                progress -> {
                  if (!json) {
                    console.progress(line(progress, start));
                  }
                },
                findings::add);
    lake.uploadsBefore(Instant.now().minus(Duration.ofHours(uploadAge))).stream()
        .filter(upload -> table == null || upload.object().contains("/" + table + "/"))
        .forEach(upload -> findings.add(orphan(upload)));
    ((ObjectNode) result).put("findings", findings.size());
    if (json) {
      findings.forEach(finding -> console.line(object("finding", finding)));
      console.line(object("result", result));
    } else {
      findings.forEach(finding -> printFinding(finding, console));
      printResult(result, console);
    }
    return findings.isEmpty() ? 0 : 1;
  }

  private void requireValid() {
    if (from != null && to != null && to.isBefore(from)) {
      throw invalid("--to " + to + " is before --from " + from + ".");
    }
    if (uploadAge < 0) {
      throw invalid("--upload-age must not be negative, but is " + uploadAge + ".");
    }
    Optional<Set<String>> tables =
        JobTables.find(option.stateFolder().jobTables())
            .map(all -> new TreeSet<>(all.columns().keySet()));
    if (table != null && tables.isPresent() && !tables.get().contains(table)) {
      throw invalid(
          "--table must be one of "
              + String.join(", ", tables.get())
              + ", but is '"
              + table
              + "'.");
    }
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static ObjectNode orphan(OpenUpload upload) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", ORPHANED_UPLOAD)
        .put("object", upload.object())
        .put("problem", "its upload was begun at " + upload.begun() + " and is not completed")
        .put(
            "whatToDo",
            "If the job runs, abort the upload; on AWS a lifecycle rule does. If the job is stopped,"
                + " start it first: its snapshot may need the upload.");
  }

  private static String object(String name, JsonNode content) {
    return JsonNodeFactory.instance.objectNode().set(name, content).toString();
  }

  private static void printFinding(JsonNode finding, Console console) {
    console.line(finding.path("kind").asText() + "  " + finding.path("object").asText());
    console.line("  " + finding.path("problem").asText());
    console.line("  What to do: " + finding.path("whatToDo").asText());
    console.line("");
  }

  private static void printResult(JsonNode result, Console console) {
    result
        .path("tables")
        .fields()
        .forEachRemaining(
            (Map.Entry<String, JsonNode> each) ->
                console.line(
                    String.format(
                        Locale.ROOT,
                        "%-16s files=%d bytes=%d rows=%d findings=%d",
                        each.getKey(),
                        each.getValue().path("files").asLong(),
                        each.getValue().path("bytes").asLong(),
                        each.getValue().path("rows").asLong(),
                        each.getValue().path("findings").asLong())));
    result.path("notes").forEach(note -> console.line(note.asText()));
    console.line(
        String.format(
            Locale.ROOT,
            "checked: findings=%d hours-compared=%d hours-open=%d",
            result.path("findings").asLong(),
            result.path("hoursCompared").asLong(),
            result.path("hoursOpen").asLong()));
  }

  private static String line(JobCheck.Progress progress, long start) {
    double seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    String rate =
        String.format(
            Locale.ROOT,
            "%d of %d files, %.1f of %.1f MB, %.1f MB per second",
            progress.files(),
            progress.totalFiles(),
            progress.bytes() / 1e6,
            progress.totalBytes() / 1e6,
            progress.bytes() / 1e6 / seconds);
    return progress.bytes() == 0 || progress.bytes() >= progress.totalBytes()
        ? rate
        : rate
            + String.format(
                Locale.ROOT,
                ", about %.0f s left to read",
                seconds / progress.bytes() * (progress.totalBytes() - progress.bytes()));
  }
}
