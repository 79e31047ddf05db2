package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTrialTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void givenEventsWhenTriedThenRowsPropertiesFlagsAndProtectedValuesAreShown() throws Exception {
    List<JsonNode> results =
        results(
            Map.of(
                "quality.rules", "[{name: no_price, column: price, required: true, action: flag}]"),
            event(
                "'user_id':'u1','email':'ann@mail.example','tier':'gold','ip_address':'192.0.2.1'"));

    assertThat(results.get(0).path("columns"))
        .extracting(JsonNode::asText)
        .contains("event_id", "quality_flags", "agent_class");
    JsonNode event = results.get(1);
    assertThat(event.path("outcome").asText()).isEqualTo("written");
    assertThat(event.path("record").asInt()).isZero();
    assertThat(event.path("columns").path("user_id").asText()).isEqualTo("u1");
    assertThat(event.path("properties"))
        .isEqualTo(JSON.readTree("{\"email\":\"[redacted]\",\"tier\":\"gold\"}"));
    assertThat(event.path("flags")).extracting(JsonNode::asText).containsExactly("no_price");
    assertThat(event.path("protected"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("properties.email", "ip_address");
  }

  @Test
  void givenTheSameEventTwiceWhenTriedThenTheSecondIsADuplicateUnlessThatIsSwitchedOff()
      throws Exception {
    List<JsonNode> results =
        results(Map.of(), event("'n':1,'sentAt':1"), event("'n':1,'sentAt':2"), event("'n':2"));
    assertThat(results)
        .extracting(result -> result.path("outcome").asText())
        .containsExactly("", "written", "duplicate", "written");
    assertThat(results.get(3).path("flags"))
        .extracting(JsonNode::asText)
        .containsExactly("id_reused");
    assertThat(results(Map.of("dedup.enabled", "false"), event("'n':1"), event("'n':1")))
        .extracting(result -> result.path("outcome").asText())
        .containsExactly("", "written", "written");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "invalid_value event_time | {'event_type':'é','event_time':<'soon'>,'x':'soon'}",
        "time_out_of_range event_time |"
            + " {'event_type':'a','x':'1999-01-01T00:00:00Z','event_time':<'1999-01-01T00:00:00Z'>}",
        "malformed_json | {'event_type':'a',<,>}",
        "malformed_json | {'event_type':'a','x':0<1>}",
        "duplicate_key | {'event_type':'a','event_time':'2026-11-20T10:00:00Z','price':1,<'price'>:2}",
        "too_deep | {'a':{'b':{'c':<{>'d':1}}}}",
        "invalid_unicode | {'event_type':'a','x':<'\\ud800'>}",
        "quality_rule price | {'event_type':'a','event_time':'2026-11-20T10:00:00Z','price':<99>}",
      })
  void givenARejectedEventWhenTriedThenThePlaceIsMarked(String reason, String marked)
      throws Exception {
    String text = marked.replaceAll("[<>]", "").replace('\'', '"');

    JsonNode result =
        results(
                Map.of(
                    "parse.max-depth",
                    "3",
                    "quality.rules",
                    "[{name: cheap, column: price, max: 10, action: reject}]"),
                text)
            .get(1);

    assertThat(result.path("reason").asText() + " " + result.path("column").asText())
        .startsWith(reason.trim());
    assertThat(result.path("text").asText()).isEqualTo(text);
    assertThat(
            new StringBuilder(text)
                .insert(result.path("end").asInt(), ">")
                .insert(result.path("start").asInt(), "<")
                .toString())
        .isEqualTo(marked.replace('\'', '"'));
  }

  @Test
  void givenAMissingValueWhenTriedThenNoPlaceIsMarked() throws Exception {
    JsonNode result = results(Map.of(), "{\"event_time\":\"2026-11-20T10:00:00Z\"}").get(1);

    assertThat(result.path("reason").asText()).isEqualTo("missing_value");
    assertThat(result.has("start")).isFalse();
  }

  @Test
  void givenPropertiesThatLookLikeColumnsWhenTriedThenEachShapeIsNamed() throws Exception {
    JsonNode result =
        results(
                Map.of(),
                event(
                    "'link':'https://shop.example/a','agent':'Mozilla/5.0 (X11)','client':'192.0.2.7',"
                        + "'seen':'2026-01-31T10:00:00Z','seen_ms':1790000000000,'seen_ns':'1790000000223456789','cart_id':7,"
                        + "'trace':'0b6f5c1e-6f0a-4c57-9a52-1f6f6a3f0001','cart':{'total':12.5},"
                        + "'count':3,'note':'hello'"))
            .get(1);

    assertThat(result.path("looksLike"))
        .isEqualTo(
            JSON.readTree(
                "{'agent':'a user agent','cart.total':'an amount','cart_id':'an id','client':'an IP"
                    .concat(
                        " address','link':'a URL','seen':'a time','seen_ms':'a time','seen_ns':'a time',")
                    .concat("'trace':'an id'}")
                    .replace('\'', '"')));
  }

  /** A tracker repeats an event after a failure; N is what differs at each delivery. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "segment | {'batch':[{'messageId':'m','type':'track','event':'v','timestamp':'T:30Z'}],'sentAt':'T:3NZ'}",
        "segment | {'messageId':'m','type':'track','event':'v','timestamp':'T:30Z','sentAt':'T:3NZ'}",
        "rudderstack | {'messageId':'m','type':'track','event':'v','originalTimestamp':'T:30Z','sentAt':'T:3NZ','receivedAt':'T:4NZ','timestamp':'T:3NZ','request_ip':'192.0.2.N'}",
        "posthog | {'batch':[{'uuid':'m','event':'v','timestamp':'T:30Z','offset':N,'properties':{'$sent_at':'T:3NZ'}}],'sent_at':'T:3NZ'}",
        "snowplow | {'data':[{'eid':'m','e':'v','dtm':'1795169730000','stm':'179516973N000'}],'schema':'iglu:x'}",
        "snowplow-enriched | {'event_id':'m','event_name':'v','derived_tstamp':'T:30Z','collector_tstamp':'T:3NZ','etl_tstamp':'T:4NZ'}",
        "amplitude | {'insert_id':'m','event_type':'v','time':1795169730000,'client_upload_time':'T:3N','server_received_time':'T:3N'}",
        "amplitude | {'events':[{'insert_id':'m','event_type':'v'}],'options':{}}",
        "mixpanel | {'event':'v','properties':{'$insert_id':'m','time':1795169730,'mp_processing_time_ms':179516973N000}}",
        "ga4-mp | {'client_id':'1.2','user_agent':'A/N','events':[{'name':'v','params':{'event_id':'m'}}]}",
        "aws | {'version':'0','id':'N','source':'s','detail-type':'d','time':'T:3NZ','detail':{'event_id':'m','event_type':'v','event_time':'T:30Z'}}",
      })
  void givenAnEventThatATrackerSendsAgainWhenTriedThenItIsADuplicate(String mapping, String record)
      throws Exception {
    String json = record.replace('\'', '"').replace("T:", "2026-11-20T10:15:");

    List<JsonNode> results =
        results(Map.of("parse.mapping", mapping), json.replace("N", "1"), json.replace("N", "2"));

    assertThat(results)
        .extracting(result -> result.path("outcome").asText())
        .containsExactly("", "written", "duplicate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aws | 00 00 00 07 02 06 61 62 63 | registry",
        "default | 00 00 00 07 02 06 61 62 63 | not JSON",
        "default | ff fe 7b 00 7d 00 | UTF-8",
        "default | 7b 22 61 22 3a ff 7d | UTF-8",
      })
  void givenARecordThatIsNoTextWhenTriedThenItIsRejectedWithoutAPlace(
      String mapping, String bytes, String message) throws Exception {
    byte[] record = HexFormat.ofDelimiter(" ").parseHex(bytes);

    List<JsonNode> results = results(Map.of("parse.mapping", mapping), List.of(record));

    assertThat(results.get(1).path("outcome").asText()).isEqualTo("rejected");
    assertThat(results.get(1).path("message").asText()).contains(message);
  }

  private static String event(String fields) {
    return ("{'event_id':'e1','event_type':'page_view','event_time':'2026-11-20T10:00:00Z',"
            + fields
            + "}")
        .replace('\'', '"');
  }

  private List<JsonNode> results(Map<String, String> overrides, String... records)
      throws Exception {
    return results(
        overrides,
        Stream.of(records).map(record -> record.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private List<JsonNode> results(Map<String, String> overrides, List<byte[]> records)
      throws Exception {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.put("source.stream", "s");
    settings.put("source.region", "us-east-1");
    settings.put("sink.path", "file:///lake");
    Path config = folder.resolve("settings.json");
    Files.writeString(
        config,
        JSON.writeValueAsString(
            List.of(Map.of("PropertyGroupId", "clickstream-lake", "PropertyMap", settings))));
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(input);
    for (byte[] record : records) {
      data.writeInt(record.length);
      data.write(record);
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    InputStream in = System.in;
    PrintStream out = System.out;
    System.setIn(new ByteArrayInputStream(input.toByteArray()));
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      EventTrial.main(new String[] {"--config", config.toString()});
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
    List<JsonNode> results = new ArrayList<>();
    for (String line : output.toString(StandardCharsets.UTF_8).split("\n")) {
      results.add(JSON.readTree(line));
    }
    return results;
  }
}
