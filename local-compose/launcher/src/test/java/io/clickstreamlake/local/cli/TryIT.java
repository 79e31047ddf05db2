package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.SharedStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./lake try}, without a stack. */
class TryIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void givenTheSampleEventsWhenTriedThenAllAreWritten() {
    Outcome tried = run("try", SharedStack.ROOT.resolve("sample-data/clickstream.json").toString());

    assertThat(tried.err()).isEmpty();
    assertThat(tried.exitCode()).isZero();
    assertThat(tried.out())
        .contains("15 events in 15 records: 15 written\n")
        .containsPattern("line 1: written\n  event_id +0b6f5c1e-6f0a-4c57-9a52-1f6f6a3f0001\n")
        .containsPattern("  protected +user_agent, ip_address|  protected +ip_address, user_agent");
  }

  @Test
  void givenAMappingAndBadEventsWhenTriedThenThePlacesAreUnderlinedAndTheSummaryCounts()
      throws IOException {
    Path mapping = folder.resolve("mine.yaml");
    Files.writeString(
        mapping,
        "columns: {event_id: [$.id], event_type: [$.kind], event_time: [$.at]}\n"
            + "custom_columns: [{name: tier, type: string, paths: [$.tier]}]\n");
    Path events = folder.resolve("events.json");
    Files.writeString(
        events,
        """
{"id":"1","kind":"view","at":"2026-11-20T10:00:00Z","tier":"gold","cart":{"total":12.5}}
{"id":"2","kind":"view","at":"soon"}
[{"id":"1","kind":"view","at":"2026-11-20T10:00:00Z"},{"id":"3","kind":"view",}]
""");

    Outcome tried = run("try", events.toString(), "--mapping", mapping.toString());

    assertThat(tried.err()).isEmpty();
    assertThat(tried.exitCode()).isEqualTo(1);
    assertThat(tried.out())
        .containsPattern("  tier +gold\n")
        .contains(
            """
events.json, line 2: rejected, invalid_value event_time
  event_time is not a time in any format of the mapping
    {"id":"2","kind":"view","at":"soon"}
                                 ^^^^^^
""")
        .contains("events.json, line 3: duplicate\n")
        .contains("4 events in 3 records: 1 written, 1 duplicate, 2 rejected\n")
        .contains("  rejected  malformed_json: 1\n")
        .containsPattern("Columns that no event fills: .*user_id, ")
        .contains("  cart.total  an amount in 1 event\n");
  }

  @Test
  void givenJsonOutputWhenTriedThenEachLineIsAnEventAndTheLastTheSummary() throws IOException {
    Path events = folder.resolve("events.json");
    Files.writeString(events, "{\"event_type\":\"a\"}\n".repeat(3));

    Outcome tried = run("try", events.toString(), "--json", "--show", "1");

    List<JsonNode> lines = new ArrayList<>();
    for (String line : tried.out().split("\n")) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2).path("reason").asText()).isEqualTo("missing_value");
    assertThat(lines.get(2).path("place").asText()).endsWith("events.json, line 3");
    assertThat(lines.get(3).path("rejected").asInt()).isEqualTo(3);
    assertThat(lines.get(3).path("rejections").path("missing_value event_time").asInt())
        .isEqualTo(3);
  }

  @Test
  void givenWrongSettingsOrNoFileWhenTriedThenTheMessageSaysWhatIsWrong() throws IOException {
    Path events = Files.writeString(folder.resolve("events.json"), "{}");

    assertThat(run("try", events.toString(), "--set", "roll.intervall=1h", "--mapping", "nope"))
        .satisfies(
            tried -> {
              assertThat(tried.exitCode()).isEqualTo(1);
              assertThat(tried.err())
                  .contains("roll.intervall", "did you mean roll.interval", "parse.mapping");
            });
    assertThat(run("try", folder.resolve("gone.json").toString()).err()).contains("does not exist");
  }

  private static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = lake.execute(args);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
