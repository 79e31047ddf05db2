package io.clickstreamlake.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleFilesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(file))) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  @ParameterizedTest
  @ValueSource(strings = {"clickstream.json", "small-forms.json"})
  void givenASampleFileWhenReadThenEachLineIsAnObject(String file) throws IOException {
    assertThat(lines(file)).isNotEmpty().allMatch(JsonNode::isObject);
  }

  @Test
  void givenTheReadableEventsWhenReadThenTheyHaveEveryTypeOfTheGenerator() throws IOException {
    Set<String> types = new TreeSet<>();
    Set<String> ids = new HashSet<>();
    List<JsonNode> events = lines("clickstream.json");
    for (JsonNode event : events) {
      types.add(event.get("event_type").textValue());
      ids.add(event.get("event_id").textValue());
    }

    for (EventType type : EventType.values()) {
      assertThat(types).contains(type.text());
    }
    assertThat(ids).hasSameSizeAs(events);
  }

  @Test
  void givenGeneratedEventsWhenComparedWithTheReadmeThenEveryFieldWithAColumnIsDocumented()
      throws IOException {
    Matcher fence =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(fence.find()).as("an example event in README.md").isTrue();
    Set<String> documented = paths(JSON.readTree(fence.group(1)));

    Set<String> generated = new TreeSet<>();
    EventGenerator events =
        EventGenerator.builder()
            .events(5_000)
            .from(Instant.parse("2026-11-20T00:00:00Z"))
            .to(Instant.parse("2026-11-21T00:00:00Z"))
            .build();
    for (GeneratedEvent event : events) {
      generated.addAll(paths(JSON.readTree(event.json())));
    }
    generated.removeIf(path -> path.startsWith("properties.") || path.startsWith("context."));
    // A field without a column: it is an entry of properties.
    generated.remove("search.results");
    documented.removeIf(path -> path.startsWith("properties."));

    assertThat(generated).isEqualTo(documented);
  }

  /** Dotted paths of all values; the elements of an array share one path. */
  private static Set<String> paths(JsonNode event) {
    Set<String> paths = new TreeSet<>();
    collect("", event, paths);
    return paths;
  }

  private static void collect(String path, JsonNode node, Set<String> paths) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  collect(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      paths));
    } else if (node.isArray()) {
      node.forEach(element -> collect(path + "[]", element, paths));
    } else {
      paths.add(path);
    }
  }
}
