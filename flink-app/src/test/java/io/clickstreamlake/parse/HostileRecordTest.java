package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.parse.mapping.PropertyName;
import io.clickstreamlake.parse.mapping.QualityFlags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records of one mebibyte, each constructed to maximize the parser's work. The assertions are on
 * counted work: bytes that were read more than once, and lookups of entries.
 */
class HostileRecordTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int MAX_EVENTS = 10_000;

  private static final String HEAD =
      "{\"event_id\":\"a\",\"event_type\":\"v\",\"event_time\":1795169730,";

  static Stream<Arguments> records() {
    return Stream.of(
        record("open brackets", "["),
        record("lines of open brackets", "[\n"),
        record("open braces", "{"),
        record("lines of open braces", "{\n"),
        record("open objects", "{\"a\":"),
        record("lines of open objects", "{\"a\":\n"),
        record("lines of open arrays in objects", "{\"a\":[\n"),
        record("long lines of open arrays in objects", "{\"a\":[\"" + "x".repeat(1000) + "\",\n"),
        record("indented lines of open arrays", "  {\"a\":[\n"),
        record("objects without a closing quote", "{\"a\":\"b}"),
        record("lines without a closing quote", "{\"a\":\"b}\n"),
        record("objects without a closing brace", "{\"a\":{\"b\":1},"),
        record("objects with NaN", "{\"a\":NaN}"),
        record("arrays of objects with NaN", "[{\"a\":NaN},"),
        record("quotes", "\""),
        record("quotes and braces", "\"{"),
        record("strings with braces", "\"{}\"x"),
        record("names without values", "{\"a\""),
        record("closing braces", "}"),
        record("objects with a surplus brace", "{}}"),
        record("empty objects", "{}"),
        record("empty arrays", "[]"),
        record("numbers", "1 "),
        record("numbers in an array", "1,"),
        record("words", "x "),
        record("backslashes", "\\"),
        record("blanks and braces", "{ \t "),
        record("half a BOM", "\u00EF\u00BB"),
        record("bytes that are not UTF-8", "\u00FF\n{"),
        record("lines that are not UTF-8", "{\"a\":\"\u00FF\"}\n"),
        record("colons after braces", "{:"),
        record("objects with a string that ends with a brace", "{\"a{\"b"),
        record(
            "brackets after braces", "{\"a\":" + "[".repeat(99) + "{".repeat(64) + "]".repeat(99)));
  }

  private static Arguments record(String name, String piece) {
    return Arguments.of(name, piece);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("records")
  void givenAHostileRecordWhenReadThenItsBytesAreReadABoundedNumberOfTimes(
      String name, String piece) {
    byte[] record =
        piece
            .repeat(MEBIBYTE / piece.length() + 1)
            .substring(0, MEBIBYTE)
            .getBytes(StandardCharsets.ISO_8859_1);

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    RecordOracle.check(record, result);
    assertThatWorkIsBounded(result, MEBIBYTE);
    assertThat(result.received).isLessThanOrEqualTo(MAX_EVENTS + 1);
  }

  /**
   * The last read may exceed the budget: once in the parser, once in the search for the end of the
   * damage and once in the look-ahead after it. Without budget, line ends are searched once more.
   */
  private static void assertThatWorkIsBounded(ParsedRecord result, int length) {
    assertThat(result.workSpent)
        .isLessThanOrEqualTo((WorkBudget.TIMES + 4L) * length + WorkBudget.FREE_BYTES);
  }

  @Test
  void givenManyEventsOnOneLineWhenTheBudgetIsSpentThenTheLineEndIsSearchedOnce() {
    // Nine objects without a closing brace are scanned to the end, and spend the budget.
    byte[] record = bytes("{\"a\":1 ".repeat(9) + "{\"x\":1}".repeat(9000) + ",".repeat(MEBIBYTE));

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    assertThat(result.received).isEqualTo(9009);
    assertThatWorkIsBounded(result, record.length);
  }

  @Test
  void givenSurplusClosingBracketsWhenReadThenTheRunIsSkippedOnce() {
    // Objects inside deep arrays hide them, so each closing bracket seems to close all of them.
    byte[] record =
        bytes("{\"a\":" + "[".repeat(200_000) + "{".repeat(64) + "]".repeat(200_000) + "x");

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    RecordOracle.check(record, result);
    assertThatWorkIsBounded(result, record.length);
  }

  @Test
  void givenTooDeepValuesWhenReadThenTheBytesThatTheParserReadAreCounted() {
    byte[] record = bytes(("{\"a\":[\"" + "x".repeat(1000) + "\",\n").repeat(2000));

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    assertThat(result.received).isEqualTo(2000);
    // Each of the first values is read a thousand levels deep, that is one mebibyte, until the
    // budget is spent.
    assertThat(result.workSpent).isGreaterThan(8L * MEBIBYTE);
    assertThatWorkIsBounded(result, record.length);
  }

  @Test
  void givenATooDeepEventWithBracesInAStringWhenReadThenItIsOneRejection() {
    String event = HEAD + "\"x\":1}";
    String deep = HEAD + "\"t\":\"} {}\",\"d\":" + "[".repeat(1500) + "]".repeat(1500) + "}";

    ParsedRecord result = ParsedRecord.of(deep + event);

    assertThat(result.events).hasSize(1);
    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).text()).isEqualTo(deep);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("records")
  void givenAHostilePieceBetweenEventsWhenReadThenEventsOnSeparateLinesAreEmitted(
      String name, String piece) {
    String event = HEAD + "\"x\":1}";
    byte[] record =
        (event + "\n" + piece.repeat(50) + "\n" + event.replace("\"a\"", "\"b\"") + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    RecordOracle.check(record, result);
    assertThat(result.events).extracting(e -> e.event.getEventId()).contains("a", "b");
  }

  @Test
  void givenAMillionEmptyObjectsInTwoKilobytesWhenReadThenTheRestIsOneRejection() {
    byte[] bomb = gzip("{}".repeat(1_000_000));

    ParsedRecord result = ParsedRecord.of(bomb, Map.of());

    assertThat(bomb.length).isLessThan(3000);
    assertThat(result.received).isEqualTo(MAX_EVENTS + 1);
    assertThat(result.rejected).hasSize(MAX_EVENTS + 1);
    ParsedRecord.RejectedPiece rest = result.rejected.get(MAX_EVENTS);
    assertThat(rest.cause().reason()).isEqualTo(RejectionReason.TOO_MANY_EVENTS);
    assertThat(rest.position()).isEqualTo(MAX_EVENTS);
    assertThat(rest.payload()).hasSize(2_000_000 - 2 * MAX_EVENTS);
  }

  @Test
  void givenMoreEventsThanTheLimitWhenReadThenTheRestIsOneRejectionWithItsBytes() {
    String event = HEAD + "\"x\":1}";
    Map<String, String> settings = Map.of("parse.max-events", "3");

    ParsedRecord atLimit = ParsedRecord.of(bytes((event + "\n").repeat(3)), settings);
    ParsedRecord array =
        ParsedRecord.of(bytes("[" + event + ("," + event).repeat(4) + "]\n"), settings);
    ParsedRecord damaged =
        ParsedRecord.of(bytes("{\"a\":NaN}" + event.repeat(4) + "tail"), settings);

    assertThat(atLimit.events).hasSize(3);
    assertThat(atLimit.rejected).isEmpty();
    assertThat(array.events).hasSize(3);
    assertThat(array.rejected).hasSize(1);
    assertThat(array.rejected.get(0).text()).isEqualTo(event + "," + event + "]");
    assertThat(damaged.events).hasSize(2);
    assertThat(damaged.rejected).hasSize(2);
    assertThat(damaged.rejected.get(1).text()).isEqualTo(event.repeat(2) + "tail");
    assertThat(damaged.received).isEqualTo(4);
  }

  @Test
  void givenARepeatedNameWhenAddedThenEachEntryNeedsAtMostTwoLookups() {
    Properties properties = new Properties(5000, 100);
    properties.add("x#2", "taken");
    for (int i = 0; i < 5000; i++) {
      properties.add("x", Integer.toString(i));
    }

    assertThat(properties.probes()).isLessThan(2 * 5000 + 10);
    Map<String, String> entries = properties.finish(new QualityFlags());
    assertThat(entries).hasSize(5001).containsEntry("x", "0").containsEntry("x#3", "1");
  }

  @Test
  void givenALongNameAboveManyFieldsWhenReadThenItIsNotCopiedPerField() {
    PropertyName outer = PropertyName.prefix("").child("n".repeat(500_000));

    String inner = outer.child("a").child("b").text();

    assertThat(inner.length()).isLessThan(2 * PropertyName.MAX_LENGTH);
    assertThat(PropertyName.join(inner, "c").length()).isLessThan(2 * PropertyName.MAX_LENGTH);
    Properties properties = new Properties(10, 10);
    properties.add(inner, "x");
    assertThat(properties.finish(new QualityFlags())).isEqualTo(Map.of("_dropped", "1"));
  }

  @Test
  void givenVeryLongNumbersWhenReadThenTheyAreInvalidAndNothingElseIsLost() {
    String digits = "9".repeat(300_000);
    ParsedRecord result =
        ParsedRecord.of(
            bytes(
                HEAD
                    + "\"price\":"
                    + digits
                    + ",\"quantity\":\""
                    + digits
                    + "\",\"items\":[{\"price\":0."
                    + digits
                    + "}],\"x\":"
                    + digits
                    + "}"),
            Map.of());

    assertThat(result.rejected).isEmpty();
    assertThat(result.events.get(0).event.getPrice()).isNull();
    assertThat(result.events.get(0).event.getQualityFlags())
        .containsExactly(
            "items_price_invalid", "price_invalid", "quantity_invalid", "properties_truncated");
    assertThat(result.events.get(0).event.getProperties().get("x")).hasSize(8192);
  }

  @Test
  void givenAMillionOrderLinesWhenReadThenTheFirstOnesAreKept() {
    ParsedRecord result =
        ParsedRecord.of(
            gzip(
                HEAD
                    + "\"items\":["
                    + "{\"price\":1},".repeat(1_000_000)
                    + "{}],\"x\":\"behind\"}"),
            Map.of());

    assertThat(result.events.get(0).event.getItems()).hasSize(1000);
    assertThat(result.events.get(0).event.getQualityFlags()).containsExactly("items_dropped");
    assertThat(result.events.get(0).event.getProperties()).isEqualTo(Map.of("x", "behind"));
  }

  @Test
  void givenAPairWithALongNameAboveManyFieldsWhenReadThenTheLimitOfPropertiesApplies() {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      fields.append("\"f").append(i).append("\":1,");
    }
    String event =
        "{\"event_name\":\"v\",\"event_timestamp\":1795169730000000,\"event_params\":[{\""
            + "n".repeat(480)
            + "\":{"
            + fields
            + "\"last\":1},\"key\":\"plan\",\"value\":{\"string_value\":\"pro\"}}]}";

    // Without parse.max-properties, the names alone would take a hundred megabytes.
    ParsedRecord result = ParsedRecord.of(bytes(event), Map.of("parse.mapping", "ga4"));

    assertThat(result.rejected).isEmpty();
    assertThat(result.events.get(0).event.getProperties())
        .hasSize(257)
        .containsEntry("event_params.plan", "pro")
        .containsEntry("_dropped", "199746");
  }

  @Test
  void givenAnEventTimeOfAMillionDigitsWhenReadThenItIsInvalid() {
    ParsedRecord result =
        ParsedRecord.of(
            bytes("{\"event_type\":\"v\",\"event_time\":1" + "0".repeat(MEBIBYTE) + "}"), Map.of());

    assertThat(result.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.INVALID_VALUE);
  }

  @Test
  void givenALimitOfTheJsonLibraryWhenExceededThenItIsNotMalformedJsonAndNeighboursAreKept() {
    String event = HEAD + "\"x\":1}";
    String digits = HEAD + "\"n\":" + "1".repeat(2000) + "}";
    String name = HEAD + "\"" + "n".repeat(60_000) + "\":1}";
    String deep = HEAD + "\"d\":" + "[".repeat(1500) + "]".repeat(1500) + "}";
    String deepObjects = HEAD + "\"d\":" + "{\"e\":".repeat(1500) + "1" + "}".repeat(1500) + "}";

    for (String between : new String[] {",", "", "\n"}) {
      ParsedRecord result =
          ParsedRecord.of(
              bytes(
                  "["
                      + String.join(
                          between,
                          event,
                          digits,
                          event,
                          name,
                          event,
                          deep,
                          event,
                          deepObjects,
                          event)
                      + "]"),
              Map.of());

      assertThat(result.events).hasSize(7);
      assertThat(result.rejected)
          .extracting(piece -> piece.cause().reason())
          .containsExactly(RejectionReason.TOO_DEEP, RejectionReason.TOO_DEEP);
      assertThat(result.rejected.get(0).text()).isEqualTo(deep);
      assertThat(result.rejected.get(1).text()).isEqualTo(deepObjects);
      assertThat(result.events.get(3).event.getQualityFlags())
          .containsExactly("properties_dropped");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes(text));
    } catch (IOException e) {
      throw new AssertionError("writing to memory failed", e);
    }
    return compressed.toByteArray();
  }
}
