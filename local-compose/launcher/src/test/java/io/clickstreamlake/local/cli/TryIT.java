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
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
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
[{"id":"1","kind":"view","at":"2026-11-20T10:00:00Z","tier":"gold","cart":{"total":12.5}},{"id":"3",}]
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
        .contains("  cart.total  an amount in 2 events\n");
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
  void givenTextsThatCannotBeReadWhenTriedThenOneSentenceSaysWhy() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.json"), "");
    Path cut = Files.writeString(folder.resolve("cut.json"), "{\"a\":1");

    assertThat(run("try", empty.toString()))
        .isEqualTo(new Outcome(1, "", "lake: " + empty + " has no events: it is empty.\n"));
    assertThat(run("try", cut.toString()))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "lake: "
                    + cut
                    + ", line 1, column 1: not valid JSON: the object that begins here has no"
                    + " end.\n"));
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

  /** The events of trackers, for which mappings ship with the job: a draft must read them, too. */
  static Stream<Arguments> trackers() throws IOException {
    Path cases = SharedStack.ROOT.resolve("flink-app/src/test/resources/cases/trackers.yaml");
    List<Arguments> arguments = new ArrayList<>();
    for (Object entry : new Yaml().<List<?>>load(Files.readString(cases))) {
      Map<?, ?> each = (Map<?, ?>) entry;
      String record = Objects.toString(each.get("record"), "");
      // Form data and headers of a schema registry are not JSON.
      if (each.containsKey("events") && record.startsWith("{")) {
        arguments.add(Arguments.of(each.get("case"), record, hasIdentity(each.get("events"))));
      }
    }
    assertThat(arguments).hasSizeGreaterThan(10);
    return arguments.stream();
  }

  /** Whether the mapping that ships with the job finds an identity in one of the events. */
  private static boolean hasIdentity(Object events) {
    for (Object event : (List<?>) events) {
      for (String column : List.of("user_id", "anonymous_id", "session_id")) {
        String value = Objects.toString(((Map<?, ?>) event).get(column), "null");
        if (!value.equals("null")) {
          return true;
        }
      }
    }
    return false;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trackers")
  void givenEventsOfATrackerWhenADraftIsTriedThenTypeTimeAndAnIdentityAreRead(
      String title, String records, boolean hasIdentity) throws IOException {
    Path events = Files.writeString(folder.resolve("events.json"), records);
    Path mapping = folder.resolve("draft.yaml");
    Outcome draft = run("suggest", events.toString());
    assertThat(draft.exitCode()).as(draft.err()).isZero();
    Files.writeString(mapping, draft.out());

    Outcome tried = run("try", events.toString(), "--json", "--mapping", mapping.toString());

    assertThat(tried.err()).as(draft.out()).isEmpty();
    int read = 0;
    int identified = 0;
    for (String line : tried.out().split("\n")) {
      JsonNode columns = JSON.readTree(line).path("columns");
      read += columns.has("event_type") && columns.has("event_time") ? 1 : 0;
      identified +=
          columns.has("user_id") || columns.has("anonymous_id") || columns.has("session_id")
              ? 1
              : 0;
    }
    assertThat(read).as("events with type and time, by\n" + draft.out()).isPositive();
    if (hasIdentity) {
      assertThat(identified).as("events with an identity, by\n" + draft.out()).isPositive();
    }
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
