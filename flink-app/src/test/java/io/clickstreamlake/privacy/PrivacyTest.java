package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.Problems;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivacyTest {

  @Test
  void givenTheDefaultsWhenProtectedThenAddressAndUserAgentAreGone() {
    ParsedEvent event = event("192.0.2.77", "Mozilla/5.0 (Secret)");

    protect(event, Map.of());

    assertThat(event.event.toString()).doesNotContain("192.0.2").doesNotContain("Secret");
    assertThat(event.event.getProperties()).isNull();
  }

  @Test
  void givenActionsWhenProtectedThenEachFieldGetsItsOwn() {
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
  void givenAnAddressWhenTruncatedThenOnlyItsNetworkIsLeft(String address, String network) {
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
        "https://jane:pw@s.example/ | https://jane:[redacted]/",
        "https://s.example/?q=a@b&x=@ | https://s.example/?q=a@b&x=@",
        "https://s.example/?mailing=1 | https://s.example/?mailing=1",
      })
  void givenAnAddressOfAPageWhenProtectedThenPersonalDataIsRedacted(String url, String expected) {
    ParsedEvent event = event(null, null);
    event.event.setPageUrl(url);
    event.event.setReferrerUrl(url);

    protect(event, Map.of());

    assertThat(event.event.getPageUrl()).isEqualTo(expected);
    assertThat(event.event.getReferrerUrl()).isEqualTo(expected);
  }

  @Test
  void givenPropertiesWhenProtectedThenTellingNamesAndPatternsAreRedacted() {
    ParsedEvent event = event(null, null);
    event.event.setProperties(
        new HashMap<>(
            Map.of(
                "form.email", "whatever",
                "Phone#2", "+49 30 1234",
                "note", "write to jane.doe@example.com. Or call",
                "list", "[{\"phone\":\"123\",\"n\":1.10},\"x\"]",
                "cut", "[{\"phone\":\"12",
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
                "cut", "[redacted]",
                "plain", "2 @ 3.50",
                "card", "[redacted]"));
  }

  @Test
  void givenALongTextOfOneLetterWhenProtectedThenItDoesNotTakeForEver() {
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
                        "(")))
        .hasMessageContaining("'price' is neither ip_address, user_agent nor an optional text")
        .hasMessageContaining("'nothing' is neither")
        .hasMessageContaining("'burn' of user_id is none of drop, hash, truncate, keep")
        .hasMessageContaining("user_agent is no address, so truncate does not fit it")
        .hasMessageContaining("privacy.hash-key: is needed to hash ip_address")
        .hasMessageContaining("privacy.redact-patterns: '(' is no regular expression");
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
    Problems problems = new Problems();
    Privacy privacy = Privacy.of(JobSettings.of(settings), problems);
    problems.throwIfAny();
    privacy.protect(event);
  }
}
