package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.event.ParsedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the examples of {@code docs/mapping.md}: a mapping, records, and the rows that follow from
 * both. The tables of {@code docs/trackers.md} name only paths that the mappings have.
 */
class MappingPageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path MAPPINGS = Path.of("src", "main", "resources", "mappings");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(yaml|json)\\n(.*?)^```$");
  private static final YAMLMapper YAML = new YAMLMapper();

  @TestFactory
  Stream<DynamicTest> givenAnExampleOfThePageWhenReadThenItsRowsAreThoseOfThePage()
      throws IOException {
    List<MatchResult> blocks =
        BLOCK.matcher(Files.readString(DOCS.resolve("mapping.md"))).results().toList();
    assertThat(blocks).hasSizeGreaterThan(20);
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i += 3) {
      List<MatchResult> example = blocks.subList(i, i + 3);
      assertThat(example)
          .extracting(block -> block.group(1))
          .as("an example is a mapping, records and rows")
          .containsExactly("yaml", "json", "yaml");
      List<String> texts = example.stream().map(block -> block.group(2)).toList();
      tests.add(
          DynamicTest.dynamicTest(
              texts.get(0).lines().limit(2).toList().toString(),
              () -> run(texts.get(0), texts.get(1), YAML.readTree(texts.get(2)))));
    }
    return tests.stream();
  }

  private static void run(String mapping, String records, JsonNode rows) {
    int row = 0;
    for (String record : records.split("\n")) {
      ParsedRecord result = MappedRecord.of(mapping, record);
      Map<Integer, Object> outcomes = new TreeMap<>();
      result.events.forEach(event -> outcomes.put(event.position, event));
      result.rejected.forEach(piece -> outcomes.put(piece.position(), piece));
      for (Object outcome : outcomes.values()) {
        JsonNode expected = rows.path(row++);
        if (outcome instanceof ParsedRecord.RejectedPiece piece) {
          assertThat(piece.cause().reason().text())
              .as("%s: %s", record, piece.cause().getMessage())
              .isEqualTo(expected.path("rejected").asText());
        } else {
          ParserCasesTest.check((ParsedEvent) outcome, expected);
        }
      }
    }
    assertThat(row).as("rows of the page").isEqualTo(rows.size());
  }

  @Test
  void givenTheTablesOfTrackersWhenReadThenEachMappingAndPathExists() throws IOException {
    List<String> missing = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (String line : Files.readAllLines(DOCS.resolve("trackers.md"))) {
      if (!line.startsWith("| `")) {
        continue;
      }
      List<String> codes =
          Pattern.compile("`([^`]+)`").matcher(line).results().map(m -> m.group(1)).toList();
      String mapping = codes.get(0);
      named.add(mapping);
      String text = withBase(mapping);
      codes.stream()
          .skip(1)
          .filter(path -> !text.contains(path))
          .forEach(path -> missing.add(mapping + ": " + path));
    }
    assertThat(missing).as("paths in docs/trackers.md that the mappings do not have").isEmpty();
    try (Stream<Path> files = Files.list(MAPPINGS)) {
      assertThat(named)
          .containsAll(
              files.map(file -> file.getFileName().toString().replace(".yaml", "")).toList());
    }
  }

  private static String withBase(String mapping) throws IOException {
    String text = Files.readString(MAPPINGS.resolve(mapping + ".yaml"));
    return Arrays.stream(text.split("\n"))
        .filter(line -> line.startsWith("extends: "))
        .map(line -> text + read(line.substring("extends: ".length())))
        .findFirst()
        .orElse(text);
  }

  private static String read(String mapping) {
    try {
      return withBase(mapping);
    } catch (IOException e) {
      throw new AssertionError(mapping, e);
    }
  }
}
