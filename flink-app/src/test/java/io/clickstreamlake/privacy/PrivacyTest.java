package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivacyTest {

  @Test
  void givenTheDefaultsWhenProtectedThenIpAddressAndUserAgentAreDropped() {
    ParsedEvent event = event("192.0.2.77", "Mozilla/5.0 (Secret)");

    protect(event, Map.of());

    assertThat(event.event.toString()).doesNotContain("192.0.2").doesNotContain("Secret");
    assertThat(event.event.getProperties()).isNull();
  }

  @Test
  void givenActionsWhenProtectedThenEachFieldGetsItsAction() {
    ParsedEvent event = event("192.0.2.77", "Mozilla/5.0");
    event.event.setUserId("jane");
    event.event.setSessionId("s1");
    event.event.setAnonymousId("a1");

    protect(
        event,
        Map.of(
            "privacy.fields",
            "ip_address:truncate,user_agent:keep,user_id:hash,session_id:drop,anonymous_id:keep",
            "privacy.hash-key",
            "0123456789abcdef"));

    assertThat(event.event.getProperties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("ip_address", "192.0.2.0", "user_agent", "Mozilla/5.0"));
    // printf jane | openssl dgst -sha256 -hmac 0123456789abcdef
    assertThat(event.event.getUserId())
        .isEqualTo("170c373234e049e31ddb953c1f28840b2b7a8a3778dcbb2ef3b4edbd756ea1fa");
    assertThat(event.event.getSessionId()).isNull();
    assertThat(event.event.getAnonymousId()).isEqualTo("a1");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "192.0.2.77, 192.0.2.0",
        "'203.0.113.9, 10.0.0.1', 203.0.113.0",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:0:0:0:0:0",
        "::ffff:192.0.2.77, 192.0.2.0",
        "not an address, -",
      })
  void givenAnIpAddressWhenTruncatedThenOnlyItsNetworkIsLeft(String address, String network) {
    ParsedEvent event = event(address, null);

    protect(event, Map.of("privacy.fields", "ip_address:truncate"));

    assertThat(event.event.getProperties())
        .isEqualTo(network == null ? null : Map.of("ip_address", network));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://s.example/a?email=x&p=1#top | https://s.example/a?email=[redacted]&p=1#top",
        "https://s.example/a?EMail=x | https://s.example/a?EMail=[redacted]",
        "https://s.example/a?e%6Dail=x&q=2 | https://s.example/a?e%6Dail=[redacted]&q=2",
        "https://s.example/#access_token=abc&x=1 | https://s.example/#access_token=[redacted]&x=1",
        "https://s.example/u/jane.doe@example.com/x | https://s.example/u/[redacted]/x",
        "https://s.example/?q=jane%40example.com&x=1 | https://s.example/?q=[redacted]&x=1",
        "https://jane:pw@s.example/ | https://[redacted]@s.example/",
        "https://s.example/?q=a@b&x=@ | https://s.example/?q=a@b&x=@",
        "https://s.example/?mailing=1 | https://s.example/?mailing=1",
      })
  void givenAPageUrlWhenProtectedThenPersonalDataIsRedacted(String url, String expected) {
    ParsedEvent event = event(null, null);
    event.event.setPageUrl(url);
    event.event.setReferrerUrl(url);

    protect(event, Map.of());

    assertThat(event.event.getPageUrl()).isEqualTo(expected);
    assertThat(event.event.getReferrerUrl()).isEqualTo(expected);
  }

  @Test
  void givenPropertiesWhenProtectedThenSensitiveNamesAndPatternsAreRedacted() {
    ParsedEvent event = event(null, null);
    event.event.setProperties(
        new HashMap<>(
            Map.of(
                "form.email", "whatever",
                "Phone#2", "+49 30 1234",
                "note", "write to jane.doe@example.com. Or call",
                "list", "[{\"phone\":\"123\",\"n\":1.10},\"x\"]",
                "cut", "[{\"phone\":\"0301",
                "plain", "2 @ 3.50",
                "card", "4111 1111 1111 1111")));

    protect(event, Map.of("privacy.redact-patterns", "email;\\d{4} \\d{4} \\d{4} \\d{4}"));

    assertThat(event.event.getProperties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "form.email", "[redacted]",
                "Phone#2", "[redacted]",
                "note", "write to [redacted]. Or call",
                "list", "[{\"phone\":\"[redacted]\",\"n\":1.10},\"x\"]",
                "cut", "[{\"phone\":\"[redacted]",
                "plain", "2 @ 3.50",
                "card", "[redacted]"));
  }

  @Test
  void givenALongTextOfOneLetterWhenProtectedThenItTerminates() {
    ParsedEvent event = event(null, null);
    event.event.setPageTitle("@" + "a".repeat(1_000_000) + "@".repeat(1000));

    protect(event, Map.of());

    assertThat(event.event.getPageTitle()).hasSize(1_001_001);
  }

  @Test
  void givenWrongSettingsWhenReadThenAllAreReported() {
    assertThatThrownBy(
            () ->
                protect(
                    event(null, null),
                    Map.of(
                        "privacy.fields",
                        "price:hash,nothing:drop,user_id:burn,user_agent:truncate,ip_address:hash",
                        "privacy.redact-patterns",
                        "email;(;(?<=x)y")))
        .hasMessageContaining("'price' is neither ip_address, user_agent nor an optional text")
        .hasMessageContaining("'nothing' is neither")
        .hasMessageContaining("'burn' of user_id is not one of drop, hash, truncate, keep")
        .hasMessageContaining("user_agent is not an IP address, so it cannot be truncated")
        .hasMessageContaining("privacy.hash-key: is needed to hash ip_address")
        .hasMessageContaining("privacy.redact-patterns: '(?<=x)y' is neither")
        .hasMessageContaining("privacy.redact-patterns: '(' is neither one of email, ip, phone");
  }

  @Test
  void givenPersonalIdsWhenProtectedWithAKeyThenOnePersonKeepsOneId() {
    ParsedEvent one = withIds("nora@example.org", 1);
    ParsedEvent again = withIds("nora@example.org", 2);
    ParsedEvent other = withIds("tom@example.org", 3);
    Map<String, String> key = Map.of("privacy.hash-key", "0123456789abcdef");

    protect(one, key);
    protect(again, key);
    protect(other, key);

    assertThat(one.event.getUserId()).matches("[0-9a-f]{64}").isEqualTo(again.event.getUserId());
    assertThat(other.event.getUserId()).isNotEqualTo(one.event.getUserId());
    assertThat(one.event.getEventId()).isEqualTo(again.event.getEventId());
    assertThat(one.event.getQualityFlags()).contains("user_id_redacted", "event_id_redacted");
  }

  @Test
  void givenPersonalIdsWhenProtectedWithoutAKeyThenTheyCannotBeReversed() {
    ParsedEvent one = withIds("nora@example.org", 1);
    ParsedEvent other = withIds("nora@example.org", 2);

    protect(one, Map.of());
    protect(other, Map.of());

    assertThat(one.event.getUserId()).isNull();
    assertThat(one.event.getOrderId()).isNull();
    assertThat(one.event.getEventId()).matches("[0-9a-f-]{36}");
    assertThat(other.event.getEventId()).isNotEqualTo(one.event.getEventId());
  }

  @Test
  void givenTwoRecordsWithOneSequenceNumberWhenTheirIdsAreReplacedThenTheyStayTwoEvents() {
    // The KPL packs several records into one Kinesis record; with one id, the second would be a
    // duplicate.
    ParsedEvent one = withIds("nora@example.org", 1);
    ParsedEvent other = withIds("tom@example.org", 1);

    protect(one, Map.of());
    protect(other, Map.of());

    assertThat(other.event.getEventId()).isNotEqualTo(one.event.getEventId());
  }

  @Test
  void givenPersonalIdsWhenTheSettingsHashOrKeepThemThenTheSettingsApply() {
    ParsedEvent event = withIds("nora@example.org", 1);

    protect(
        event,
        Map.of(
            "privacy.fields", "user_id:hash,anonymous_id:keep",
            "privacy.hash-key", "0123456789abcdef"));

    // printf nora@example.org | openssl dgst -sha256 -hmac 0123456789abcdef
    assertThat(event.event.getUserId())
        .isEqualTo("9931f839135317bf9ba869498c1d11a5623475d218f3221d73d9de16af22977c");
    assertThat(event.event.getAnonymousId()).isEqualTo("nora@example.org");
  }

  @Test
  void givenOrderLinesWhenProtectedThenTheirTextsAreRedacted() {
    ParsedEvent event = event(null, null);
    Item personal = new Item();
    personal.setProductId("bob@example.com");
    personal.setProductName("Gift for bob@example.com");
    personal.setCoupon("bob@example.com");
    Item other = new Item();
    other.setProductId("P-1");
    event.event.setItems(List.of(personal, other));

    protect(event, Map.of());

    assertThat(event.event.getItems())
        .extracting(Item::getProductId)
        .containsExactly("[redacted]", "P-1");
    assertThat(personal.getProductName()).isEqualTo("Gift for [redacted]");
    assertThat(personal.getCoupon()).isEqualTo("[redacted]");
  }

  @Test
  void givenAContractWhenATextColumnHasNoRedactThenTheJobDoesNotStart() {
    Schema contract =
        new Schema.Parser()
            .parse(
                ("{'type':'record','name':'R','fields':["
                        + "{'name':'declared','type':'string','redact':'text','filledBy':['producer']},"
                        + "{'name':'undeclared','type':['null','string'],'filledBy':['producer']},"
                        + "{'name':'wrong','type':'string','redact':'txt','filledBy':['producer']},"
                        + "{'name':'unsafe','type':'string','redact':'none','filledBy':['producer']},"
                        + "{'name':'job','type':'string','redact':'none','filledBy':['source']},"
                        + "{'name':'map','type':{'type':'map','values':'string'}},"
                        + "{'name':'tags','type':{'type':'array','items':'string'}},"
                        + "{'name':'number','type':'long'},"
                        + "{'name':'lines','type':{'type':'array','items':{'type':'record','name':'L',"
                        + "'fields':[{'name':'sku','type':'string'}]}}}]}")
                    .replace('\'', '"'));
    ValidationErrors problems = new ValidationErrors();

    ColumnRedactions.of(
        contract,
        new Redaction(List.of(), new PersonalData.Kinds(true, true, true, true, List.of())),
        Map.of(),
        new PersonalIds(null),
        problems);

    assertThat(problems.all())
        .satisfiesExactly(
            problem ->
                assertThat(problem).contains("column undeclared holds text but has no \"redact"),
            problem -> assertThat(problem).contains("column wrong: 'txt' is not a value of"),
            problem -> assertThat(problem).contains("column unsafe: \"redact\" is none, but"),
            problem -> assertThat(problem).contains("column map holds text"),
            problem -> assertThat(problem).contains("column tags holds text"),
            problem -> assertThat(problem).contains("column lines.sku holds text"))
        .allSatisfy(problem -> assertThat(problem).startsWith("click_event.avsc, column "));
  }

  @Test
  void givenTheContractWhenReadThenEveryColumnHasFilledByAndEveryTextHasRedact() {
    for (Schema.Field column : ClickEvent.getClassSchema().getFields()) {
      assertThat(column.getObjectProp("filledBy"))
          .as(column.name())
          .asInstanceOf(InstanceOfAssertFactories.list(String.class))
          .isNotEmpty();
      if (ColumnTypes.withoutNull(column.schema()).getType() == Schema.Type.STRING) {
        assertThat(RedactionKind.of(column.getProp("redact"))).as(column.name()).isNotNull();
      }
    }
    assertThat(ClickEvent.getClassSchema().getFields())
        .filteredOn(column -> "none".equals(column.getProp("redact")))
        .allSatisfy(column -> assertThat(column.doc()).contains("never by a producer"))
        .extracting(Schema.Field::name)
        .containsExactly("stream", "shard_id", "sequence_number", "quality_flags");
  }

  private static ParsedEvent withIds(String id, int sequenceNumber) {
    ParsedEvent event = event(null, null);
    event.event.setEventId(id);
    event.event.setUserId(id);
    event.event.setAnonymousId(id);
    event.event.setOrderId(id);
    event.event.setStream("clicks");
    event.event.setShardId("shard-0");
    event.event.setSequenceNumber(Integer.toString(sequenceNumber));
    event.bytes = ("{\"event_id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
    event.length = event.bytes.length;
    return event;
  }

  private static ParsedEvent event(String ipAddress, String userAgent) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.ipAddress = ipAddress;
    event.userAgent = userAgent;
    return event;
  }

  private static void protect(ParsedEvent event, Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.putAll(
        Map.of("source.stream", "s", "source.region", "r", "sink.path", "s3://processed"));
    ValidationErrors problems = new ValidationErrors();
    Privacy privacy = Privacy.of(JobSettings.of(settings), EventColumns.CONTRACT, problems);
    problems.throwIfAny();
    privacy.protect(event);
  }
}
