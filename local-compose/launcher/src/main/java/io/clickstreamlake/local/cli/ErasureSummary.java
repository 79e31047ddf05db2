package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an erasure did, for people.
 *
 * @param result of the job's program: the reports of its runs
 * @param waited whether rows in open files were awaited
 */
record ErasureSummary(JsonNode result, boolean dryRun, boolean waited) {

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JsonNode report : result.path("reports")) {
      lines.add(
          "%s: click_events=%d (%d files) rejected_events=%d (%d files) archive=%d (%d objects)"
              .formatted(
                  dryRun ? "found" : "erased",
                  report.at("/tables/click_events/rows").asLong(),
                  report.at("/tables/click_events/filesWithRows").asLong(),
                  report.at("/tables/rejected_events/rows").asLong(),
                  report.at("/tables/rejected_events/filesWithRows").asLong(),
                  report.at("/archive/events").asLong(),
                  report.at("/archive/objectsWithRecords").asLong()));
      if (!dryRun) {
        lines.add(
            "second scan: files=%d found=%d; report: s3://processed/_erase/runs/%s/report.json"
                .formatted(
                    report.at("/secondScan/files").asLong(),
                    report.at("/secondScan/found").size(),
                    report.path("run").asText()));
      }
    }
    long since = report().at("/secondScan/rowsInNewFiles").asLong();
    if (since > 0) {
      lines.add(
          "Events of these persons %s. Erase again when they have stopped."
              .formatted(
                  waited
                      ? "still arrive: %d since the start".formatted(since)
                      : "appeared meanwhile: %d".formatted(since)));
    }
    report()
        .at("/archive/unreadable")
        .forEach(
            path ->
                lines.add(
                    "The compressed data of "
                        + path.asText()
                        + " is damaged: it was not searched"
                        + " to its end, and it is unchanged."));
    return lines;
  }

  /** What is left, or may be, and what to do; empty if nothing is. */
  List<String> remaining() {
    List<String> lines = new ArrayList<>();
    long shared = report().at("/archive/sharedRecords").asLong();
    if (shared > 0) {
      lines.add(
          ("%d records of the raw archive hold events of others too, or are in a damaged object, and"
                  + " are unchanged:")
              .formatted(shared));
      report().at("/archive/sharedIn").forEach(path -> lines.add("  " + path.asText()));
      lines.add(
          "--whole-records removes such records, with the events of the others. Delete a damaged"
              + " object yourself.");
    }
    if (report().at("/secondScan/rowsFound").asLong() > 0) {
      lines.add(
          "The second scan found rows in files that were searched before. Repeat the command.");
    }
    if (!waited) {
      JsonNode settled = result.path("settledBefore");
      lines.add(
          settled.isTextual()
              ? "Rows that arrived since "
                  + settled.asText()
                  + " may be in open files of the job. Repeat the command with --wait, or after "
                  + report().path("openFilesAreVisibleBy").asText()
                  + "."
              : "Rows may be in open files of the job, or of its last snapshot. Repeat the command"
                  + " with --wait while the job runs.");
    }
    return lines;
  }

  private JsonNode report() {
    JsonNode reports = result.path("reports");
    return reports.path(reports.size() - 1);
  }
}
