package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON Schemas with which an editor checks mappings and rules. */
class EditorSchemaTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonSchema MAPPING = schema("mapping");
  private static final JsonSchema RULES = schema("rules");

  /** Mappings that the job reads: those in the jar, and the examples of the documentation. */
  static List<JsonNode> mappings() throws IOException {
    List<JsonNode> mappings = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/mappings"))) {
      for (Path file : files.sorted().toList()) {
        mappings.add(YAML.readTree(file.toFile()));
      }
    }
    Matcher blocks =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/mapping.md")));
    while (blocks.find()) {
      JsonNode block = YAML.readTree(blocks.group(1));
      if (block.has("columns") || block.has("extends")) {
        mappings.add(block);
      }
    }
    assertThat(mappings).hasSizeGreaterThan(18);
    return mappings;
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void givenAMappingThatTheJobReadsWhenValidatedThenTheSchemaAcceptsIt(JsonNode mapping) {
    assertThat(MAPPING.validate(mapping)).extracting(ValidationMessage::getMessage).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "column: {event_type: [$.type]}",
        "columns: {event_type: $.type}",
        "columns: {event_type: [type]}",
        "columns: {event_type: [{path: $.type, trime: true}]}",
        "columns: {event_type: [{join: [$.a]}]}",
        "columns: {event_type: [$.t]}\nunwrap: [{at: $.m, decode: bas64}]",
        "columns: {event_type: [$.t]}\nunwrap: [{events: $.m, at: $.x}]",
        "columns: {event_type: [$.t]}\ncustom_columns: [{name: Tier, type: string, paths: []}]",
        "columns: {event_type: [$.t]}\ncustom_columns: [{name: tier, type: text, paths: []}]",
        "columns: {event_type: [$.t]}\ntime: {absent: now}",
        "columns: {event_type: [$.t]}\nitems: {paths: [$.i], sku: [sku]}",
      })
  void givenAMistakeWhenValidatedThenTheSchemaRefusesIt(String mapping) throws IOException {
    assertThat(MAPPING.validate(YAML.readTree(mapping))).isNotEmpty();
  }

  @Test
  void givenRulesWhenValidatedThenOnlyRightOnesAreAccepted() throws IOException {
    JsonNode right = YAML.readTree(block("../docs/events.md", "- \\{name: .*?"));
    assertThat(right).hasSizeGreaterThan(3);
    assertThat(RULES.validate(right)).isEmpty();
    JsonNode withSchema = YAML.readTree(block("../docs/events.md", "- name: .*?"));
    assertThat(RULES.validate(withSchema)).isEmpty();
    for (String wrong :
        List.of(
            "{name: a, column: price, min: 0}",
            "[{name: A, column: price, min: 0}]",
            "[{name: a, column: price, minimum: 0}]",
            "[{name: a, column: price, min: 0, action: drop}]",
            "[{name: a, min: 0}]",
            "[{name: a, column: price, required: true, when: {column: event_type}}]")) {
      Set<ValidationMessage> problems = RULES.validate(YAML.readTree(wrong));
      assertThat(problems).as(wrong).isNotEmpty();
    }
  }

  /** The YAML block of a page whose text matches. */
  private static String block(String page, String text) throws IOException {
    Matcher block =
        Pattern.compile("```yaml\n(" + text + ")```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of(page)));
    assertThat(block.find()).as(page).isTrue();
    return block.group(1);
  }

  private static JsonSchema schema(String name) {
    String file = "/schemas/" + name + ".schema.json";
    try (InputStream in = EditorSchemaTest.class.getResourceAsStream(file)) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
