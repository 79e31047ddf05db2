package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClientHints;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the cases in {@code cases/*.yaml}: a record and its exact outcome. The columns that a case
 * lists must have these values, and properties must equal the given ones.
 */
class ParserCasesTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  @TestFactory
  Stream<DynamicTest> givenACaseWhenReadThenItsOutcomeIsAsDescribed() throws IOException {
    return Stream.of("records", "values", "mappings", "trackers").flatMap(ParserCasesTest::casesOf);
  }

  private static Stream<DynamicTest> casesOf(String file) {
    try (InputStream in = ParserCasesTest.class.getResourceAsStream("/cases/" + file + ".yaml")) {
      JsonNode cases = YAML.readTree(in);
      assertThat(cases).as("cases in %s", file).isNotEmpty();
      return StreamSupport.stream(cases.spliterator(), false)
          .map(
              test ->
                  DynamicTest.dynamicTest(
                      file + ": " + test.get("case").asText(), () -> run(test)));
    } catch (IOException e) {
      throw new AssertionError("cannot read cases/" + file + ".yaml", e);
    }
  }

  private static void run(JsonNode test) throws IOException {
    Map<String, String> settings = new HashMap<>();
    test.path("settings")
        .fields()
        .forEachRemaining(e -> settings.put(e.getKey(), e.getValue().asText()));

    ParsedRecord result = ParsedRecord.of(bytes(test), settings);

    assertThat(result.events).as("events").hasSize(test.path("events").size());
    for (int i = 0; i < result.events.size(); i++) {
      check(result.events.get(i), test.path("events").get(i));
    }
    assertThat(result.rejected.stream().map(ParserCasesTest::describe).toList())
        .as("rejected")
        .isEqualTo(
            StreamSupport.stream(test.path("rejected").spliterator(), false)
                .map(ParserCasesTest::describe)
                .toList());
  }

  private static byte[] bytes(JsonNode test) throws IOException {
    byte[] bytes =
        test.has("hex")
            ? HexFormat.of().parseHex(test.get("hex").asText().replaceAll("\\s", ""))
            : test.get("record").asText().getBytes(StandardCharsets.UTF_8);
    if (!test.path("gzip").asBoolean()) {
      return bytes;
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  /** Checks the columns and inputs that are listed. */
  static void check(ParsedEvent parsed, JsonNode expected) {
    ClickEvent event = parsed.event;
    expected
        .fields()
        .forEachRemaining(
            field -> {
              String column = field.getKey();
              switch (column) {
                case "position":
                  assertThat(parsed.position).isEqualTo(field.getValue().asInt());
                  break;
                case "ip_address":
                  assertThat(parsed.ipAddress).isEqualTo(field.getValue().asText());
                  break;
                case "user_agent":
                  assertThat(parsed.userAgent).isEqualTo(field.getValue().asText());
                  break;
                case "client_hints":
                  ClientHints hints = parsed.clientHints;
                  assertThat(
                          Arrays.asList(
                              hints.object,
                              hints.brands,
                              hints.mobile,
                              hints.model,
                              hints.platform,
                              hints.platformVersion))
                      .isEqualTo(
                          StreamSupport.stream(field.getValue().spliterator(), false)
                              .map(hint -> hint.isNull() ? null : hint.asText())
                              .toList());
                  break;
                case "properties":
                  Map<String, String> properties = new TreeMap<>();
                  field
                      .getValue()
                      .fields()
                      .forEachRemaining(p -> properties.put(p.getKey(), p.getValue().asText()));
                  assertThat(event.getProperties() == null ? Map.of() : event.getProperties())
                      .isEqualTo(properties);
                  break;
                default:
                  Object value = event.get(ClickEvent.getClassSchema().getField(column).pos());
                  assertThat(value == null ? "null" : text(value))
                      .as(column)
                      .isEqualTo(field.getValue().asText());
              }
            });
  }

  /** Items as JSON without the columns that are null; everything else in Java's form. */
  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(ParserCasesTest::element).toList().toString()
        : value.toString();
  }

  private static String element(Object element) {
    if (!(element instanceof Item item)) {
      return element.toString();
    }
    List<String> columns = new ArrayList<>();
    for (Schema.Field column : Item.getClassSchema().getFields()) {
      Object value = item.get(column.pos());
      if (value != null) {
        String text = value instanceof String ? "\"" + value + "\"" : value.toString();
        columns.add("\"" + column.name() + "\": " + text);
      }
    }
    return "{" + String.join(", ", columns) + "}";
  }

  private static List<String> describe(ParsedRecord.RejectedPiece piece) {
    return List.of(
        Integer.toString(piece.position()),
        piece.cause().reason().text(),
        String.valueOf(piece.cause().column()),
        piece.text());
  }

  private static List<String> describe(JsonNode expected) {
    return List.of(
        Integer.toString(expected.path("position").asInt()),
        expected.path("reason").asText(),
        expected.path("column").asText("null"),
        expected.has("hex")
            ? new String(
                HexFormat.of().parseHex(expected.get("hex").asText().replaceAll("\\s", "")),
                StandardCharsets.UTF_8)
            : expected.path("payload").asText());
  }
}
