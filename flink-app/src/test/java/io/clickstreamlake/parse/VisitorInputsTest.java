package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.IpAddress;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.privacy.Privacy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IP address and user agent of every tracker reach the enrichments, but never the lake. */
class VisitorInputsTest {

  private static final String ADDRESS = "198.51.100.77";
  private static final String AGENT = "MarkedApp/1.0 (Pixel 8)";

  private static final Map<String, String> MINIMAL_EVENTS =
      Map.of(
          "default", "{\"event_type\":\"v\",\"event_time\":\"2026-11-20T10:15:30Z\"}",
          "segment", "{\"event\":\"v\",\"timestamp\":\"2026-11-20T10:15:30Z\"}",
          "ga4", "{\"event_name\":\"v\",\"event_timestamp\":1795169730000000}");

  private final ObjectMapper json = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> givenAPathOfABundledMappingWhenReadThenItReachesEnrichmentsButNotTheLake() {
    return MINIMAL_EVENTS.keySet().stream()
        .sorted()
        .flatMap(
            mapping -> Stream.of("ip_address", "user_agent").flatMap(in -> tests(mapping, in)));
  }

  private Stream<DynamicTest> tests(String mapping, String input) {
    try {
      JsonNode columns =
          new YAMLMapper()
              .readTree(TextFile.read("parse.mapping", mapping, "mappings/%s.yaml"))
              .path("columns");
      Stream.Builder<DynamicTest> tests = Stream.builder();
      for (JsonNode path : columns.path(input)) {
        tests.add(
            DynamicTest.dynamicTest(
                mapping + " " + path.asText(),
                () -> assertReachesEnrichmentsOnly(mapping, input, path.asText())));
      }
      assertThat(columns.path(input)).as("%s of %s", input, mapping).hasSizeGreaterThan(2);
      return tests.build();
    } catch (java.io.IOException e) {
      throw new AssertionError(mapping, e);
    }
  }

  private void assertReachesEnrichmentsOnly(String mapping, String input, String path)
      throws Exception {
    String value = input.equals("ip_address") ? ADDRESS : AGENT;
    ObjectNode event = (ObjectNode) json.readTree(MINIMAL_EVENTS.get(mapping));
    String[] names = (path.startsWith("$envelope.") ? path : path.substring(2)).split("\\.");
    if (names[0].equals("event_params")) {
      event
          .putArray("event_params")
          .addObject()
          .put("key", names[1])
          .putObject("value")
          .put("string_value", value);
    } else {
      ObjectNode inner = event;
      for (int i = 0; i < names.length - 1; i++) {
        inner = inner.putObject(names[i]);
      }
      inner.put(names[names.length - 1], value);
    }

    ParsedEvent parsed = protectedEvent(mapping, event.toString());

    assertThat(input.equals("ip_address") ? parsed.ipAddress : parsed.userAgent).isEqualTo(value);
    assertThat(parsed.event.toString()).doesNotContain(ADDRESS).doesNotContain("MarkedApp");
  }

  /** Address and user agent in the places where each tracker has them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "rudderstack | {'type':'track','event':'v','originalTimestamp':'T','request_ip':'[IP]:41','context':{'userAgent':'UA'}}",
        "segment | {'batch':[{'type':'track','event':'v','timestamp':'T'}],'context':{'ip':'IP','userAgent':'UA'}}",
        "ga4-mp | {'client_id':'1.2','timestamp_micros':1795169730000000,'ip_override':'IP','user_agent':'UA','events':[{'name':'v'}]}",
        "snowplow | {'schema':'iglu:x/payload_data/jsonschema/1-0-4','data':[{'e':'v','dtm':'1795169730000','ip':'IP','ua':'UA'}]}",
        "snowplow-enriched | {'event_name':'v','derived_tstamp':'T','user_ipaddress':'IP','useragent':'UA'}",
        "posthog | {'batch':[{'event':'v','timestamp':'T','properties':{'$ip':'IP','$raw_user_agent':'UA'}}]}",
        "posthog | {'event':'v','timestamp':'T','ip':'IP','properties':{'$useragent':'UA'}}",
        "mixpanel | {'event':'v','properties':{'time':1795169730,'$ip':'IP','$user_agent':'UA'}}",
        "mixpanel | [{'event':'v','properties':{'time':1795169730,'ip':'IP','user_agent':'UA'}}]",
        "amplitude | {'api_key':'k','events':[{'event_type':'v','time':1795169730000,'ip':'IP','user_agent':'UA'}]}",
        "amplitude | {'event_type':'v','event_time':'T','ip_address':'IP','user_agent':'UA'}",
        "shopify | {'name':'v','timestamp':'T','context':{'navigator':{'userAgent':'UA'}}}",
        "aws-clickstream | {'event_type':'v','timestamp':1795169730000,'user_agent':'UA'}",
        "aws-clickstream | {'ip':'IP','ua':'UA','data':[{'event_type':'v','timestamp':1795169730000}]}",
        "cloudevents | {'specversion':'1.0','type':'v','time':'T','id':'1','source':'s','data':{'ip':'IP','ua':'UA'}}",
        "aws | {'resource':'/e','httpMethod':'POST','body':'{\\\"event_type\\\":\\\"v\\\",\\\"event_time\\\":\\\"T\\\"}','requestContext':{'identity':{'sourceIp':'IP','userAgent':'UA'}}}"
      })
  void givenAPayloadOfATrackerWhenReadThenItsVisitorReachesEnrichmentsButNotTheLake(
      String mapping, String payload) throws Exception {
    ParsedEvent parsed =
        protectedEvent(
            mapping,
            payload
                .replace('\'', '"')
                .replace("\"T\"", "\"2026-11-20T10:15:30Z\"")
                .replace("\\\"T\\\"", "\\\"2026-11-20T10:15:30Z\\\"")
                .replace("IP", ADDRESS)
                .replace("UA", AGENT));

    if (payload.contains("IP")) {
      assertThat(IpAddress.parse(parsed.ipAddress)).isEqualTo(IpAddress.parse(ADDRESS));
    }
    assertThat(parsed.userAgent).isEqualTo(AGENT);
    assertThat(parsed.event.getEventType()).isEqualTo("v");
    assertThat(parsed.event.toString()).doesNotContain(ADDRESS).doesNotContain("MarkedApp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ip",
        "ip_override",
        "cf-connecting-ip",
        "$useragent",
        "$raw_user_agent",
        "HTTP_USER_AGENT",
        "browserUserAgent",
        "clientIPAddress"
      })
  void givenAnUnmappedNameWhenProtectedThenItsValueIsNotInTheLakeEither(String name)
      throws Exception {
    for (String mapping : MINIMAL_EVENTS.keySet()) {
      for (String value : new String[] {ADDRESS, AGENT, "3325256781"}) {
        ObjectNode event = (ObjectNode) json.readTree(MINIMAL_EVENTS.get(mapping));
        event.put(name, value);
        event.putObject("context").put(name, value);
        event.putObject("properties").putObject("deep").put(name, value);

        String row = protectedEvent(mapping, event.toString()).event.toString();

        assertThat(row).doesNotContain(value);
      }
    }
  }

  private static ParsedEvent protectedEvent(String mapping, String event) {
    ParsedRecord record =
        ParsedRecord.of(event.getBytes(StandardCharsets.UTF_8), Map.of("parse.mapping", mapping));
    assertThat(record.events).hasSize(1);
    ValidationErrors problems = new ValidationErrors();
    Privacy privacy = Privacy.of(ParsedRecord.settings(Map.of()), EventColumns.CONTRACT, problems);
    problems.throwIfAny();
    privacy.protect(record.events.get(0));
    return record.events.get(0);
  }
}
