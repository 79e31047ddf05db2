package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.BatchLake;
import io.clickstreamlake.local.stack.JobErasure;
import io.clickstreamlake.local.storage.OldVersions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake erase}. */
@Command(
    name = "erase",
    description = {
      "Erases the rows of persons: from click_events and rejected_events, from the raw archive, and"
          + " from old versions of the objects that change. Each file is rewritten under its key, or"
          + " removed. The ledger counts the rows as erased. Then everything is searched again.",
      "",
      "An id is given as the producer sent it, or as a query shows it. The job may run. Rows in its"
          + " open files are not visible yet: --wait waits for them, and erases again. After an error"
          + " or Ctrl-C, repeat the command.",
      "",
      "Not covered: the stream, snapshots, results of queries, and copies elsewhere; see"
          + " docs/privacy.md."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake erase --user-id u-1017 --dry-run",
      "  ./lake erase --file ids.csv --wait --yes --report report.json",
      "",
      "Exit codes: 0 nothing is left of what arrived before the start; 4 something is left, or may be"
          + " in open files: the last lines say what to do; 1, 2 and 3 as for all commands."
    })
final class EraseCommand implements Callable<Integer> {

  static final int EXIT_NOT_COMPLETE = 4;

  /** Added to the buffer of the archive: it polls, and then stores. */
  private static final Duration ARCHIVE_DELAY = Duration.ofSeconds(10);

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private LakeOption option;

  @Option(names = "--user-id", paramLabel = "ID", description = "A value of user_id. Repeatable")
  private List<String> userIds = new ArrayList<>();

  @Option(
      names = "--anonymous-id",
      paramLabel = "ID",
      description = "A value of anonymous_id. Repeatable")
  private List<String> anonymousIds = new ArrayList<>();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "CSV with the columns user_id, anonymous_id, or one of them; - is standard input. So no id"
              + " is in the history of the shell")
  private String file;

  @Option(names = "--dry-run", description = "Only finds and counts the rows")
  private boolean dryRun;

  @Option(
      names = "--wait",
      description =
          "Waits until everything that arrived before the start is visible, and erases again")
  private boolean wait;

  @Option(
      names = "--archive-buffer",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "With --wait: the buffer of the raw archive (--archive-interval of the start). Default:"
              + " ${DEFAULT-VALUE}")
  private int archiveSeconds;

  @Option(
      names = "--whole-records",
      description =
          "Removes records of the raw archive that hold events of others too and cannot be cut, for"
              + " example base64 in an envelope. Without it they stay, and are reported")
  private boolean wholeRecords;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes the reports of all runs to a file of JSON. They contain no id")
  private Path report;

  @Option(names = "--yes", description = "Confirms the erasure, for scripts")
  private boolean yes;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Set<String> users = new TreeSet<>(userIds);
    Set<String> anonymous = new TreeSet<>(anonymousIds);
    if (file != null) {
      PersonIdsFile ids = idsFile();
      users.addAll(ids.userIds());
      anonymous.addAll(ids.anonymousIds());
    }
    if (users.isEmpty() && anonymous.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Name the persons: --user-id, --anonymous-id or --file.");
    }
    if (users.contains("") || anonymous.contains("")) {
      throw new ParameterException(spec.commandLine(), "An id must not be empty.");
    }
    try (BatchLake lake = option.open("erase")) {
      return erase(users, anonymous, lake);
    }
  }

  private int erase(Set<String> users, Set<String> anonymous, BatchLake lake) {
    Console console = new Console(spec.commandLine().getOut());
    if (!dryRun && !yes && !console.confirms(question(users, anonymous))) {
      throw new LakeException(
          "Not confirmed, so nothing was erased. Answer y, or add --yes in a script. --dry-run shows"
              + " what would be erased.");
    }
    JsonNode result =
        new JobErasure(option.root(), lake)
            .run(
                new JobErasure.Request(
                    users,
                    anonymous,
                    dryRun,
                    wait,
                    wholeRecords,
                    Duration.ofSeconds(archiveSeconds).plus(ARCHIVE_DELAY)),
                json -> console.progress(line(json)));
    ErasureSummary summary = new ErasureSummary(result, dryRun, wait);
    if (dryRun) {
      store(result, null);
      summary.lines().forEach(console::line);
      return 0;
    }
    OldVersions.Result versions = lake.deleteOldVersions();
    lake.crawl();
    store(result, versions);
    summary.lines().forEach(console::line);
    print(versions, console);
    summary.remaining().forEach(console::line);
    return summary.remaining().isEmpty() ? 0 : EXIT_NOT_COMPLETE;
  }

  private PersonIdsFile idsFile() {
    InputText text = new InputText(file);
    try (InputStream in = text.open()) {
      return PersonIdsFile.parse(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), text.name());
    } catch (IOException e) {
      throw text.unreadable(e);
    }
  }

  private static String question(Set<String> users, Set<String> anonymous) {
    return "Erase all rows with one of %d user ids and %d anonymous ids? They cannot be restored."
        .formatted(users.size(), anonymous.size());
  }

  private static String line(JsonNode json) {
    JsonNode waiting = json.path("waiting");
    return waiting.isMissingNode()
        ? "%s of %s files"
            .formatted(
                json.at("/progress/files").asText(), json.at("/progress/totalFiles").asText())
        : "waiting until everything that arrived before %s is visible; so far: before %s"
            .formatted(
                waiting.path("for").asText(),
                waiting.path("settledBefore").asText("unknown, as long as the job does not run"));
  }

  private static void print(OldVersions.Result versions, Console console) {
    console.line(
        "old versions: objects=%d deleted=%d%s"
            .formatted(
                versions.objects(),
                versions.deleted(),
                versions.withoutVersioning().isEmpty()
                    ? ""
                    : " (no versioning: " + String.join(", ", versions.withoutVersioning()) + ")"));
  }

  private void store(JsonNode result, OldVersions.Result versions) {
    if (report == null) {
      return;
    }
    ObjectNode all = result.deepCopy();
    if (versions != null) {
      all.putObject("oldVersions")
          .put("objects", versions.objects())
          .put("deleted", versions.deleted());
    }
    try {
      Files.write(report, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
    } catch (IOException e) {
      throw new LakeException(
          "The rows are erased, but the report cannot be written to "
              + report
              + ": "
              + e.getMessage()
              + ". It is also in the lake, in _erase/runs.",
          e);
    }
  }
}
