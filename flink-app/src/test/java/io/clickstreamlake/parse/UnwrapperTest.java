package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnwrapperTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String COLUMNS =
      "columns:\n"
          + "  event_id: [$.id]\n"
          + "  event_type: [$.type, {value: v}]\n"
          + "time: {absent: arrival}\n"
          + "unwrap:\n";

  private static final String BATCH =
      COLUMNS.replace("time:", "  session_id: [$envelope.visit]\ntime:")
          + "- {events: $.batch, keep: {visit: $.visit, library: $.context.library}}\n";

  @Test
  void givenEventsInAnArrayWhenReadThenEachIsAnEventWithTheKeptFields() {
    ParsedRecord result =
        MappedRecord.of(
            BATCH,
            "{\"visit\":\"s1\",\"batch\":[{\"id\":\"a\",\"x\":1},{},[{\"id\":\"b\"}]],"
                + "\"context\":{\"library\":{\"name\":\"go\"},\"other\":1}}\n{\"id\":\"c\"}");

    assertThat(result.received).isEqualTo(4);
    assertThat(result.rejected).isEmpty();
    RecordOracle.checkPositions(result);
    assertThat(result.events).extracting(e -> e.event.getEventId()).contains("a", "b", "c");
    assertThat(result.events)
        .extracting(e -> e.event.getSessionId())
        .containsExactly("s1", "s1", "s1", null);
    assertThat(result.events.get(0).event.getProperties())
        .isEqualTo(Map.of("x", "1", "$envelope.library.name", "go"));
    assertThat(text(result, 0))
        .isEqualTo(
            "{\"$envelope\":{\"visit\":\"s1\",\"library\":{\"name\":\"go\"}},\"id\":\"a\",\"x\":1}");
  }

  @Test
  void givenAnEnvelopeWithoutEventsWhenReadThenItIsOneRejectedEvent() {
    for (String batch : List.of("[]", "null", "[[],[]]")) {
      ParsedRecord result = MappedRecord.of(BATCH, "{\"batch\":" + batch + "}");

      assertThat(result.received).isEqualTo(1);
      assertThat(result.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.EMPTY);
      assertThat(result.rejected.get(0).cause()).hasMessageContaining("no event at $.batch");
      assertThat(result.rejected.get(0).text()).isEqualTo("{\"batch\":" + batch + "}");
    }
  }

  @Test
  void givenElementsThatAreNoObjectsWhenReadThenOnlyTheyAreRejected() {
    ParsedRecord result =
        MappedRecord.of(BATCH, "{\"batch\":[{\"id\":\"a\"},7,null,\"x\",{\"id\":\"b\"}]}");

    assertThat(result.events).extracting(e -> e.event.getEventId()).containsExactly("a", "b");
    assertThat(result.events).extracting(e -> e.position).containsExactly(0, 4);
    assertThat(result.rejected).extracting(r -> r.text()).containsExactly("7", "null", "\"x\"");
  }

  @Test
  void givenAControlMessageWhenReadThenItIsNoEvent() {
    String mapping =
        COLUMNS
            + "- {control: {$.Type: [SubscriptionConfirmation, UnsubscribeConfirmation]}}\n"
            + "- {control: tombstone}\n"
            + "- {at: $.Message, decode: json, when: {$.Type: Notification}}\n"
            + "- {events: $.Message, when: {$.Type: Notification}}\n";

    assertThat(MappedRecord.of(mapping, "{\"Type\":\"SubscriptionConfirmation\"}").received)
        .isZero();
    assertThat(MappedRecord.of(mapping, "").received).isZero();
    assertThat(MappedRecord.of(mapping, " null\n").received).isZero();
    assertThat(MappedRecord.of(mapping, "[]").received).isEqualTo(1);
    ParsedRecord result =
        MappedRecord.of(
            mapping,
            "{\"Type\":\"UnsubscribeConfirmation\"}\n"
                + "{\"Type\":\"Notification\",\"Message\":\"{\\\"id\\\":\\\"a\\\"}\"}\n"
                + "{\"Type\":\"Other\",\"Message\":\"{}\"}\n"
                + "{\"Type\":\"Notification\",\"Message\":\"not json\"}\n"
                + "{\"Type\":\"Notification\",\"Message\":{\"id\":\"b\"}}");
    assertThat(result.received).isEqualTo(4);
    RecordOracle.checkPositions(result);
    assertThat(result.events).extracting(e -> e.event.getEventId()).contains("a", "b").hasSize(3);
    assertThat(result.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.MALFORMED_JSON);
    assertThat(result.rejected.get(0).cause()).hasMessage("$.Message is not JSON");
    assertThat(result.rejected.get(0).text()).isEqualTo("\"not json\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"id=a&x=1", "?id=a&x=1", "/matomo.php?id=a&x=1", "https://h/p?id=a&x=1"})
  void givenFormDataAfterAPathWhenDecodedThenThePathIsCutOff(String text) throws Exception {
    for (String mapping :
        List.of(
            COLUMNS + "- {at: '$.requests[*]', decode: form}\n- {events: $.requests}\n",
            COLUMNS + "- {decode: form}\n")) {
      String record = mapping.contains("requests") ? "{\"requests\":[\"" + text + "\"]}" : text;

      ParsedRecord result = MappedRecord.of(mapping, record.getBytes(StandardCharsets.UTF_8));

      assertThat(result.events).as(mapping).hasSize(1);
      assertThat(result.events.get(0).event.getEventId()).isEqualTo("a");
      assertThat(result.events.get(0).event.getProperties()).isEqualTo(Map.of("x", "1"));
    }
  }

  @Test
  void givenFieldsInSeveralEncodingsWhenReadThenTheyAreDecodedInPlace() throws Exception {
    String mapping =
        COLUMNS
            + "- {at: $.body, decode: [base64, json], when: {$.isBase64: true}}\n"
            + "- {at: $.body, decode: json}\n"
            + "- {at: $.packed, decode: [base64, gzip, json]}\n"
            + "- {at: $.deflated, decode: [base64, zlib]}\n"
            + "- {at: $.query, decode: form}\n"
            + "- {at: $.lines, decode: json}\n"
            + "- {at: $.marked, decode: json}\n"
            + "- {at: $.typed, decode: dynamodb}\n"
            + "- {at: $.body.inner, decode: json}\n";
    ObjectNode event = JSON.createObjectNode();
    event.put("id", "a").put("isBase64", true);
    event.put("body", base64("{\"inner\":\"{\\\"deep\\\":1}\"}".getBytes(StandardCharsets.UTF_8)));
    event.put("packed", base64(gzip("{\"p\":2}")));
    event.put("deflated", base64(zlib("plain \u00e9")));
    event.put("query", "en=page+view&u=%C3%A9%zz&en=b&flag");
    event.put("marked", "\uFEFF {\"m\":5}\n");
    event.put("lines", "{\"l\":3}\n{\"l\":4}");
    event.set(
        "typed",
        JSON.readTree(
            "{\"s\":{\"S\":\"t\"},\"n\":{\"N\":\"19.90\"},\"b\":{\"BOOL\":true},\"z\":{\"NULL\":true},"
                + "\"m\":{\"M\":{\"x\":{\"N\":\"1\"}}},\"l\":{\"L\":[{\"S\":\"q\"}]},\"ns\":{\"NS\":[\"1\"]}}"));

    ParsedRecord result = MappedRecord.of(mapping, JSON.writeValueAsBytes(event));

    assertThat(result.rejected).isEmpty();
    assertThat(result.events.get(0).event.getQualityFlags())
        .containsExactly("event_time_from_arrival");
    assertThat(result.events.get(0).event.getProperties())
        .containsOnly(
            Map.entry("isBase64", "true"),
            Map.entry("body.inner.deep", "1"),
            Map.entry("packed.p", "2"),
            Map.entry("deflated", "plain \u00e9"),
            Map.entry("query.en", "[\"page view\",\"b\"]"),
            Map.entry("query.u", "\u00e9%zz"),
            Map.entry("lines", "[{\"l\":3},{\"l\":4}]"),
            Map.entry("marked.m", "5"),
            Map.entry("typed.s", "t"),
            Map.entry("typed.n", "19.90"),
            Map.entry("typed.b", "true"),
            Map.entry("typed.m.x", "1"),
            Map.entry("typed.l", "[\"q\"]"),
            Map.entry("typed.ns", "[1]"));
  }

  @Test
  void givenAFieldThatCannotBeDecodedWhenReadThenItStaysAndTheEventIsFlagged() {
    String mapping = COLUMNS + "- {at: $.cx, decode: [base64, json]}\n";

    ParsedRecord result = MappedRecord.of(mapping, "{\"id\":\"a\",\"cx\":\"*\"}\n{\"cx\":\"\"}");

    assertThat(result.events.get(0).event.getProperties()).isEqualTo(Map.of("cx", "*"));
    assertThat(result.events.get(0).event.getQualityFlags()).contains("decode_failed");
    assertThat(result.events.get(1).event.getQualityFlags()).doesNotContain("decode_failed");
  }

  @Test
  void givenRecordsWithHeadersWhenReadThenTheyAreCutOffOrNamed() {
    String mapping = COLUMNS + "- {header: confluent}\n- {header: glue}\n";
    byte[] json = "{\"id\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    String glue = "0300" + "0f".repeat(16);

    assertThat(MappedRecord.of(mapping, bytes("000000002a", json)).events).hasSize(1);
    assertThat(MappedRecord.of(mapping, bytes(glue, json)).events).hasSize(1);
    assertThat(MappedRecord.of(mapping, json).events).hasSize(1);
    ParsedRecord avro = MappedRecord.of(mapping, bytes("000000002a", new byte[] {2, 6, 'a'}));
    assertThat(avro.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.MALFORMED_JSON);
    assertThat(avro.rejected.get(0).cause())
        .hasMessageContaining("Confluent's schema registry, schema 42, and is not JSON");
    assertThat(avro.rejected.get(0).payload()).hasSize(8);
    assertThat(MappedRecord.of(mapping, bytes(glue, new byte[] {9})).rejected.get(0).cause())
        .hasMessageContaining("Glue Schema Registry, schema version 0f0f0f0f-0f0f-0f0f");
  }

  @Test
  void givenEncodedRecordsWhenReadThenTheyAreDecoded() {
    String mapping = COLUMNS + "- {decode: json}\n- {decode: base64}\n- {decode: form}\n";

    assertThat(
            ids(MappedRecord.of(mapping, "\"{\\\"id\\\":\\\"a\\\"}\" \"{\\\"id\\\":\\\"b\\\"}\"")))
        .containsExactly("a", "b");
    assertThat(
            ids(
                MappedRecord.of(
                    mapping, base64("{\"id\":\"a\"}".getBytes(StandardCharsets.UTF_8)))))
        .containsExactly("a");
    assertThat(ids(MappedRecord.of(mapping, "?id=a&type=x\nid=b"))).containsExactly("a", "b");
    assertThat(ids(MappedRecord.of(mapping, "{\"id\":\"a=b\"}"))).containsExactly("a=b");
    assertThat(MappedRecord.of(mapping, "no event").rejected).hasSize(1);
  }

  @Test
  void givenMoreEventsThanARecordMayHaveWhenReadThenTheRestIsOneRejection() {
    RecordReader reader = MappedRecord.reader(BATCH, Map.of("parse.max-events", "3"));
    String batch = "{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}";

    ParsedRecord result = ParsedRecord.of(("{\"batch\":[" + batch + "]}").getBytes(), reader);

    assertThat(result.received).isEqualTo(4);
    assertThat(ids(result)).containsExactly("a", "b", "c");
    assertThat(result.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.TOO_MANY_EVENTS);
    assertThat(result.rejected.get(0).text()).isEqualTo("{\"id\":\"d\"},{\"id\":\"e\"}");
  }

  @Test
  void givenFieldsThatAreKeptByManyEventsWhenReadThenTheirCopiesAreLimited() {
    RecordReader reader = MappedRecord.reader(BATCH, Map.of("parse.max-uncompressed", "10 kb"));
    String record =
        "{\"visit\":\"" + "v".repeat(1000) + "\",\"batch\":[" + "{},".repeat(99) + "{}]}";

    ParsedRecord result = ParsedRecord.of(record.getBytes(StandardCharsets.UTF_8), reader);

    assertThat(result.received).isEqualTo(100);
    assertThat(result.events).hasSizeBetween(9, 10);
    assertThat(result.rejected)
        .allSatisfy(r -> assertThat(r.cause().reason()).isEqualTo(RejectionReason.TOO_LARGE));
  }

  @Test
  void givenManyKindsOfEnvelopesWhenReadThenWhatIsUnwrappedIsWalkedOnceMore() throws Exception {
    EventMapping mapping =
        EventMapping.parse("aws", TextFile.read("parse.mapping", "aws", TextFile.MAPPINGS));
    String plain = "{\"event_id\":\"a\",\"x\":\"" + "y".repeat(1000) + "\"}";

    assertThat(walked(mapping, plain)).isEqualTo(plain.length());
    String bus = "{\"detail-type\":\"t\",\"source\":\"s\",\"detail\":" + plain + "}";
    assertThat(walked(mapping, bus)).isEqualTo(bus.length() + plain.length());
  }

  private static long walked(EventMapping mapping, String record) throws IOException {
    Decoder decoder = new Decoder(ParserLimits.of(ParsedRecord.settings(Map.of())));
    decoder.begin();
    Unwrapper unwrapper = new Unwrapper(mapping.unwrapping(), decoder);
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    try (JsonParser json = EventJson.FORMAT.createParser(bytes)) {
      json.nextToken();
      assertThat(unwrapper.unwrap(json, bytes, 0, 0, 10)).hasSize(1);
    }
    return unwrapper.walked();
  }

  @Test
  void givenMistakesOfEachKindWhenTheMappingIsReadThenEachIsReportedWithItsPlace() {
    String text =
        COLUMNS
            + String.join(
                "\n",
                "- {decod: json}",
                "- {at: $.a, decode: jsn}",
                "- {at: $.a, decode: [json, base64]}",
                "- {events: '$.a[-1]'}",
                "- {events: a}",
                "- {header: avro}",
                "- {decode: json, events: $.a}",
                "- {control: {}}",
                "- {events: $.b, keep: {'a b': $.c}}",
                "- {decode: dynamodb}",
                "- {include: nothing}",
                "- {control: $.x, when: $.y}");

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("unwrap[0].decod: is not one of")
        .hasMessageContaining("unwrap[0]: needs one of decode, header, events, control, include")
        .hasMessageContaining("unwrap[1].decode: 'jsn' is not one of base64")
        .hasMessageContaining("unwrap[2].decode: nothing can be decoded after json")
        .hasMessageContaining("unwrap[3].events: '$.a[-1]' may have names, * and indices")
        .hasMessageContaining("unwrap[4].events: 'a' is not a path")
        .hasMessageContaining("unwrap[5].header: 'avro' is not one of confluent, glue")
        .hasMessageContaining("unwrap[6]: has decode and events; write one step for each")
        .hasMessageContaining("unwrap[7].control: has the form")
        .hasMessageContaining("unwrap[8].keep.a b: a name has letters")
        .hasMessageContaining("unwrap[9].decode: dynamodb needs at")
        .hasMessageContaining("unwrap[10].include: there is no 'nothing' in the jar")
        .hasMessageContaining("unwrap[11].when: belongs to events");
  }

  @Property(tries = 400)
  void givenEventsInAnyEnvelopesWhenReadThenEachIsAccountedForInItsOrder(@ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    List<ObjectNode> events = new ArrayList<>();
    for (int n = 1 + random.nextInt(5); n > 0; n--) {
      events.add(JSON.createObjectNode().put("id", "e" + events.size()).put("n", random.nextInt()));
    }
    StringBuilder mapping = new StringBuilder(COLUMNS);
    List<String> steps = new ArrayList<>();
    byte[] record = wrap(events, random, steps);
    steps.forEach(mapping::append);

    ParsedRecord result = MappedRecord.of(mapping.toString(), record);

    assertThat(result.rejected).as("%s %s", mapping, new String(record)).isEmpty();
    RecordOracle.checkPositions(result);
    assertThat(ids(result)).isEqualTo(events.stream().map(e -> e.get("id").asText()).toList());
    for (int i = 0; i < events.size(); i++) {
      assertThat(result.events.get(i).event.getProperties())
          .containsEntry("n", events.get(i).get("n").asText());
    }
  }

  @Property(tries = 2000)
  void givenDamagedEnvelopesWhenReadThenThereIsAnOutcomeAndTheNextLineIsRead(@ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    List<String> envelopes = envelopesOfAws();
    byte[] bytes = envelopes.get(random.nextInt(envelopes.size())).getBytes(StandardCharsets.UTF_8);
    for (int n = random.nextInt(4); n > 0; n--) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "{}[],:\"\\0e-=ab\u00c3".charAt(random.nextInt(15));
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(bytes);
    record.writeBytes(
        ("\n{\"event_id\":\"last\",\"event_type\":\"v\","
                + "\"event_time\":\"2026-11-20T10:15:30Z\"}")
            .getBytes(StandardCharsets.UTF_8));

    ParsedRecord result = ParsedRecord.of(record.toByteArray(), Map.of("parse.mapping", "aws"));

    RecordOracle.checkPositions(result);
    assertThat(ids(result)).contains("last");
  }

  private static List<String> envelopesOfAws() throws IOException {
    try (InputStream in = UnwrapperTest.class.getResourceAsStream("/cases/trackers.yaml")) {
      for (JsonNode test : new YAMLMapper().readTree(in)) {
        if (test.path("case").asText().equals("aws, events in the envelopes of AWS")) {
          return test.path("record").asText().lines().toList();
        }
      }
    }
    throw new AssertionError("trackers.yaml has no case of AWS envelopes");
  }

  /** Wraps the events in up to four layers; adds the steps that unwrap them, outermost first. */
  private static byte[] wrap(List<ObjectNode> events, Random random, List<String> steps)
      throws IOException {
    ArrayNode array = JSON.createArrayNode();
    events.forEach(array::add);
    byte[] value = JSON.writeValueAsBytes(array);
    for (int layer = 1 + random.nextInt(4); layer > 0; layer--) {
      String name = "w" + layer;
      List<String> outer = new ArrayList<>();
      ObjectNode envelope = JSON.createObjectNode().put("before", "{\"w1\":[]}");
      String text = new String(value, StandardCharsets.UTF_8);
      switch (random.nextInt(4)) {
        case 0 -> envelope.set(name, JSON.readTree(value));
        case 1 -> {
          envelope.put(name, text);
          outer.add("- {at: $." + name + ", decode: json}\n");
        }
        case 2 -> {
          envelope.put(name, base64(gzip(text)));
          outer.add("- {at: $." + name + ", decode: [base64, gzip, json]}\n");
        }
        default -> {
          envelope.set(name, JSON.createArrayNode().add(JSON.readTree(value)));
        }
      }
      outer.add(
          "- {events: $."
              + name
              + (random.nextBoolean() ? ", keep: {k" + layer + ": $.before}" : "")
              + "}\n");
      steps.addAll(0, outer);
      value = JSON.writeValueAsBytes(envelope.put("after", layer));
    }
    return value;
  }

  private static List<String> ids(ParsedRecord result) {
    return result.events.stream().map(e -> e.event.getEventId()).toList();
  }

  private static String text(ParsedRecord result, int event) {
    var parsed = result.events.get(event);
    return new String(parsed.bytes, parsed.start, parsed.length, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String hex, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex(hex));
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static byte[] zlib(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(out)) {
      zlib.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
