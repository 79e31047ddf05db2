package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** For any input, every value is either an event or rejected, and no byte of it is lost. */
class ParserPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<byte[]> sampleEvents;

  private static final String GOOD =
      "{\"event_id\":\"a\",\"event_type\":\"purchase\",\"event_time\":\"2026-11-20T10:15:30.123Z\","
          + "\"user\":{\"id\":\"u1\"},\"price\":19.90,\"items\":[{\"product_id\":\"p1\",\"price\":1.5}],"
          + "\"ip_address\":\"192.0.2.1\",\"ctx\":{\"tags\":[1,\"\\u00e9\",{\"x\":null}]}}";

  @Property(tries = 2000)
  void givenAnyBytesWhenReadThenThereIsAnOutcomeAndNoException(@ForAll byte[] bytes) {
    ParsedRecord result = ParsedRecord.of(bytes, Map.of());

    assertThat(result.events.size() + result.rejected.size()).isPositive();
    checkPositions(result);
  }

  @Property(tries = 2000)
  void givenAnyJsonValueWhenReadThenItIsOneEventOrOnePerElementOfItsArrays(
      @ForAll("jsonValues") Object value) throws Exception {
    ParsedRecord result = ParsedRecord.of(JSON.writeValueAsBytes(value), Map.of());

    assertThat(result.received).isEqualTo(Math.max(1, events(value)));
    checkPositions(result);
  }

  private static int events(Object value) {
    return value instanceof List<?> list
        ? list.stream().mapToInt(ParserPropertyTest::events).sum()
        : 1;
  }

  @Property(tries = 3000)
  void givenADamagedEventBetweenTwoOthersWhenReadThenTheOthersAreEmitted(@ForAll long seed) {
    String damaged = new String(mutate(seed), StandardCharsets.ISO_8859_1);
    // Damage may insert line ends, after which separate events would start.
    String middle = damaged.replace("\n", "").replace("\r", "");
    byte[] record =
        ("{\"event_id\":\"first\",\"event_type\":\"v\",\"event_time\":1795169730}\n"
                + middle
                + "\n{\"event_id\":\"last\",\"event_type\":\"v\",\"event_time\":1795169730}")
            .getBytes(StandardCharsets.ISO_8859_1);

    ParsedRecord result = ParsedRecord.of(record, Map.of());

    assertThat(result.events).extracting(e -> e.event.getEventId()).contains("first", "last");
    checkPositions(result);
  }

  @Property(tries = 20_000)
  void givenDamagedSampleEventsWhenReadThenThereIsAnOutcomeAndNoException(@ForAll long seed)
      throws IOException {
    List<byte[]> events = sampleEvents();
    byte[] event = events.get(Math.floorMod(seed, events.size()));

    ParsedRecord result = ParsedRecord.of(mutate(event, seed), Map.of());

    assertThat(result.events.size() + result.rejected.size()).isPositive();
    checkPositions(result);
  }

  /** The sample events of this repository, and one with all features that are hard to parse. */
  private static List<byte[]> sampleEvents() throws IOException {
    if (sampleEvents == null) {
      List<byte[]> events = new ArrayList<>();
      events.add(GOOD.getBytes(StandardCharsets.UTF_8));
      for (String file : List.of("clickstream.json", "small-forms.json")) {
        for (String line : Files.readAllLines(Path.of("..", "sample-data", file))) {
          events.add(line.getBytes(StandardCharsets.UTF_8));
        }
      }
      sampleEvents = events;
    }
    return sampleEvents;
  }

  @Property(tries = 500)
  void givenTheSameRecordTwiceWhenReadThenTheResultsAreEqual(@ForAll long seed) {
    byte[] bytes = mutate(seed);

    ParsedRecord first = ParsedRecord.of(bytes, Map.of());
    ParsedRecord second = ParsedRecord.of(bytes, Map.of());

    assertThat(first.events.stream().map(e -> e.event).toList())
        .isEqualTo(second.events.stream().map(e -> e.event).toList());
    assertThat(first.rejected.stream().map(ParsedRecord.RejectedPiece::text).toList())
        .isEqualTo(second.rejected.stream().map(ParsedRecord.RejectedPiece::text).toList());
  }

  private static void checkPositions(ParsedRecord result) {
    RecordOracle.checkPositions(result);
    for (ParsedEvent event : result.events) {
      assertThat(event.event).isInstanceOf(ClickEvent.class);
      assertThat(event.length).isPositive();
    }
  }

  /** A good event with some bytes changed, removed, doubled or inserted. */
  private static byte[] mutate(long seed) {
    return mutate(GOOD.getBytes(StandardCharsets.UTF_8), seed);
  }

  private static byte[] mutate(byte[] event, long seed) {
    Random random = new Random(seed);
    byte[] bytes = event;
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(bytes.length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, at);
      int skip = 1;
      switch (random.nextInt(4)) {
        case 0 -> out.write(random.nextInt(256));
        case 1 -> skip = Math.min(1 + random.nextInt(20), bytes.length - at);
        case 2 -> out.write(bytes, at, Math.min(30, bytes.length - at));
        default -> {
          out.write("{}[],:\"\\0e-".charAt(random.nextInt(11)));
          skip = 0;
        }
      }
      out.write(bytes, at + skip, bytes.length - at - skip);
      if (out.size() > 0) {
        bytes = out.toByteArray();
      }
    }
    return bytes;
  }

  @Provide
  Arbitrary<Object> jsonValues() {
    return jsonValues(4);
  }

  private static Arbitrary<Object> jsonValues(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12).map(s -> s.replaceAll("\\p{Cs}", "")),
            Arbitraries.longs(),
            Arbitraries.bigDecimals(),
            Arbitraries.of(true, false),
            Arbitraries.just("2026-11-20T10:15:30Z"));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of(
                "event_id", "event_type", "event_time", "user", "page", "items", "price", "id"),
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5));
    Arbitrary<Object> inner = jsonValues(depth - 1);
    return Arbitraries.oneOf(
        scalars,
        inner.list().ofMaxSize(4).map(list -> (Object) list),
        Arbitraries.maps(names, inner).ofMaxSize(5).map(map -> (Object) map));
  }
}
