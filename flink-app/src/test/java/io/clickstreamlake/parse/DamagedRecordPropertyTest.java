package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Records of every form, truncated and damaged at every byte. Every event with intact bytes is
 * emitted, damaged ones are rejected, and every byte is accounted for.
 */
class DamagedRecordPropertyTest {

  /** A record that was composed from events, with the position of each. */
  private static final class Composed {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<int[]> spans = new ArrayList<>();

    void text(String text) {
      bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void event(String text) {
      int start = bytes.size();
      bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      spans.add(new int[] {start, bytes.size()});
    }
  }

  /** How events are joined into a record. */
  enum Form {
    LINES("", "\n", "\n"),
    WINDOWS_LINES("", "\r\n", "\r\n"),
    BACK_TO_BACK("", "", ""),
    ARRAY("[", ",", "]"),
    SPACED_ARRAY("[ ", " , ", " ]\n"),
    ARRAY_OF_LINES("[\n", ",\n", "\n]\n"),
    COMMAS("", ",", ","),
    ESCAPED_LINE_ENDS("", "\\n", "\\n"),
    BYTE_ORDER_MARKS("\u00EF\u00BB\u00BF", "\n\u00EF\u00BB\u00BF", "\n"),
    RECORD_SEPARATORS("\u001E", "\n\u001E", "\n"),
    PADDED("", "\u0000\u0000", "\u0000\u0000\u0000");

    private final String before;
    private final String between;
    private final String after;

    Form(String before, String between, String after) {
      this.before = before;
      this.between = between;
      this.after = after;
    }

    Composed compose(List<String> events) {
      Composed record = new Composed();
      record.text(before);
      for (int i = 0; i < events.size(); i++) {
        record.text(i == 0 ? "" : between);
        record.event(events.get(i));
      }
      record.text(after);
      return record;
    }
  }

  @Property(tries = 300)
  void givenIntactEventsWhenReadThenAllAreEmittedAndNothingIsRejected(
      @ForAll Form form, @ForAll("bodies") List<String> bodies) {
    Composed record = form.compose(events(bodies));

    ParsedRecord result = read(record.bytes.toByteArray());

    assertThat(ids(result)).isEqualTo(ids(bodies.size()));
    assertThat(result.rejected).isEmpty();
  }

  @Property(tries = 100)
  void givenOneByteLostWhenReadThenTheNeighboursAreEmitted(
      @ForAll Form form, @ForAll("bodies") List<String> bodies) {
    byte[] bytes = form.compose(events(bodies)).bytes.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      check(form, bodies, at, 1, new byte[0]);
    }
  }

  @Property(tries = 100)
  void givenOneByteReplacedWhenReadThenTheNeighboursAreEmitted(
      @ForAll Form form, @ForAll("bodies") List<String> bodies, @ForAll("damage") byte damage) {
    byte[] bytes = form.compose(events(bodies)).bytes.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      // A lost bracket and a surplus brace are two faults: the neighbour is in a valid position for
      // an element of the open array, and nothing distinguishes it from one.
      if (bytes[at] != ']' || damage != '{') {
        check(form, bodies, at, 1, new byte[] {damage});
      }
    }
  }

  @Property(tries = 100)
  void givenOneByteInsertedWhenReadThenTheNeighboursAreEmitted(
      @ForAll Form form, @ForAll("bodies") List<String> bodies, @ForAll("damage") byte damage) {
    byte[] bytes = form.compose(events(bodies)).bytes.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      check(form, bodies, at, 0, new byte[] {damage});
    }
  }

  @Property(tries = 100)
  void givenTheRecordCutAtEveryByteWhenReadThenAllEventsBeforeTheCutAreEmitted(
      @ForAll Form form, @ForAll("bodies") List<String> bodies) {
    Composed record = form.compose(events(bodies));
    byte[] bytes = record.bytes.toByteArray();
    for (int cut = 1; cut < bytes.length; cut++) {
      int end = cut;
      ParsedRecord result = read(Arrays.copyOf(bytes, cut));

      long whole = record.spans.stream().filter(span -> span[1] <= end).count();
      boolean inside = record.spans.stream().anyMatch(span -> span[0] < end && end < span[1]);
      assertThat(result.events).hasSize((int) whole);
      // The rest of a cut multi-byte separator may be a separate piece; an event with a line that
      // begins with a brace is split there.
      assertThat(result.rejected.size()).isLessThanOrEqualTo(3);
      if (inside) {
        assertThat(result.rejected).isNotEmpty();
      }
    }
  }

  @Property(tries = 300)
  void givenAnInvalidValueWhenReadThenOnlyItsEventIsRejectedAsOnePiece(
      @ForAll Form form, @ForAll("bodies") List<String> bodies, @ForAll("bad") String bad) {
    List<String> events = events(bodies);
    int middle = events.size() / 2;
    events.set(middle, "{\"event_id\":\"bad\",\"x\":" + bad + ",\"y\":{\"z\":[1,{\"q\":2}]}}");

    ParsedRecord result = read(form.compose(events).bytes.toByteArray());

    Set<String> expected = ids(bodies.size());
    expected.remove("e" + middle);
    assertThat(ids(result)).isEqualTo(expected);
    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).text()).isEqualTo(events.get(middle));
    assertThat(result.rejected.get(0).position()).isEqualTo(middle);
  }

  @Property(tries = 3000)
  void givenManyDamagedBytesWhenReadThenEveryByteIsAccountedFor(
      @ForAll Form form, @ForAll("bodies") List<String> bodies, @ForAll long seed) {
    byte[] bytes = form.compose(events(bodies)).bytes.toByteArray();
    Random random = new Random(seed);
    for (int n = random.nextInt(20); n >= 0; n--) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "{}[],:\"\\\n0e-\u00FF".charAt(random.nextInt(13));
    }

    read(bytes);
  }

  /** Damages the record at one position, and checks that all other events are emitted. */
  private static void check(Form form, List<String> bodies, int at, int lost, byte[] inserted) {
    Composed record = form.compose(events(bodies));
    byte[] bytes = record.bytes.toByteArray();
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(bytes, 0, at);
    damaged.writeBytes(inserted);
    damaged.write(bytes, at + lost, bytes.length - at - lost);

    ParsedRecord result = read(damaged.toByteArray());

    Set<String> expected = new HashSet<>();
    for (int i = 0; i < record.spans.size(); i++) {
      int[] span = record.spans.get(i);
      boolean hit = lost == 0 ? at > span[0] && at < span[1] : at >= span[0] && at < span[1];
      if (!hit) {
        expected.add("e" + i);
      }
    }
    assertThat(ids(result))
        .as(() -> new String(damaged.toByteArray(), StandardCharsets.UTF_8))
        .containsAll(expected);
    // The damage may split its event into pieces, or be a separate piece between two.
    assertThat(result.rejected.size())
        .as(() -> new String(damaged.toByteArray(), StandardCharsets.UTF_8))
        .isLessThanOrEqualTo(8);
  }

  private static ParsedRecord read(byte[] bytes) {
    ParsedRecord result = ParsedRecord.of(bytes, Map.of());
    RecordOracle.check(bytes, result);
    return result;
  }

  private static Set<String> ids(ParsedRecord result) {
    Set<String> ids = new HashSet<>();
    result.events.forEach(event -> ids.add(event.event.getEventId()));
    return ids;
  }

  private static Set<String> ids(int count) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      ids.add("e" + i);
    }
    return ids;
  }

  private static List<String> events(List<String> bodies) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      events.add(bodies.get(i).replace("ID", "e" + i));
    }
    return events;
  }

  /** Two to four events, plain and pretty-printed, with content that resembles structure. */
  @Provide
  Arbitrary<List<String>> bodies() {
    Arbitrary<String> rest =
        Arbitraries.of(
            "",
            ",\"user\":{\"id\":\"u1\"}",
            ",\"items\":[{\"product_id\":\"p1\",\"price\":1.5},{\"product_id\":\"p2\"}]",
            ",\"a\":{\"b\":{\"c\":[[],{}]}},\"d\":true",
            ",\"quote\":\"say \\\"hi\\\", c:\\\\\\\\\"",
            ",\"page_title\":\"\u00E9\u00E8 \u2713 \uD83D\uDE00\"",
            ",\"empty\":{},\"none\":[],\"n\":null,\"f\":-1.5e3");
    Arbitrary<String> plain =
        rest.map(
            more ->
                "{\"event_id\":\"ID\",\"event_type\":\"v\",\"event_time\":1795169730" + more + "}");
    Arbitrary<String> pretty =
        Arbitraries.of(
            "{\n  \"event_id\": \"ID\",\n  \"event_type\": \"v\",\n  \"event_time\": 1795169730\n}",
            "{\n  \"event_id\": \"ID\",\n  \"user\": {\n    \"id\": \"u1\"\n  },\n"
                + "  \"event_type\": \"v\",\n  \"event_time\": 1795169730\n}",
            "{\n\"event_id\": \"ID\",\n\"items\": [\n{\n\"product_id\": \"p\"\n}\n],\n"
                + "\"event_type\": \"v\",\n\"event_time\": 1795169730\n}");
    return Arbitraries.frequencyOf(Tuple.of(3, plain), Tuple.of(1, pretty))
        .list()
        .ofMinSize(2)
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<Byte> damage() {
    return Arbitraries.of(
        (byte) '{',
        (byte) '}',
        (byte) '[',
        (byte) ']',
        (byte) '"',
        (byte) '\\',
        (byte) ',',
        (byte) ':',
        (byte) '\n',
        (byte) 0,
        (byte) 'x',
        (byte) 0xFF,
        (byte) 0xC3);
  }

  /** Values that are not valid JSON. */
  @Provide
  Arbitrary<String> bad() {
    return Arbitraries.of(
        "NaN",
        "-Infinity",
        "Infinity",
        "undefined",
        "'x'",
        "01",
        "1.",
        "\"a\tb\"",
        "tru",
        "",
        "0x1F");
  }
}
