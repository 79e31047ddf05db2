package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DailyVisitorsTest {

  private static final String KEY = "0123456789abcdef-test";
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void givenAnEventWithoutIdentityWhenIdentifiedThenItsIdIsTheDocumentedHash() {
    // D=$(printf 'clickstream-lake daily visitor 2026-11-20' | openssl dgst -sha256 -hmac KEY)
    // printf 'shop.example\n203.0.113.9\nBrowser/1' | openssl dgst -sha256 -mac HMAC -macopt
    // hexkey:D
    assertThat(id(on(KEY), event(NOON, "shop.example", "203.0.113.9", "Browser/1")))
        .isEqualTo("daily-10f2a96dd5ae5ed96a9bea1fd6a0c83a");
  }

  @Test
  void givenOneVisitorOnOneDayWhenIdentifiedByAnySubtaskThenTheIdIsTheSame() {
    DailyVisitors first = on(KEY);
    Set<String> ids = new HashSet<>();
    ids.add(id(first, event(NOON, "shop.example", "203.0.113.9", "Browser/1")));
    ids.add(id(first, event(NOON, "www.shop.example", "203.0.113.9:4711", "Browser/1")));
    ids.add(id(on(KEY), event(at("00:00:00"), "shop.example", "203.0.113.9", "Browser/1")));
    ids.add(
        id(
            on(KEY),
            event(at("23:59:59.999"), "shop.example", "203.0.113.9, 10.0.0.1", "Browser/1")));

    assertThat(ids).hasSize(1);
  }

  @Test
  void givenAnotherDaySiteAddressAgentOrKeyWhenIdentifiedThenTheIdIsAnother() {
    Set<String> ids = new HashSet<>();
    ids.add(id(on(KEY), event(NOON, "shop.example", "203.0.113.9", "Browser/1")));
    ids.add(
        id(
            on(KEY),
            event(NOON.plus(Duration.ofDays(1)), "shop.example", "203.0.113.9", "Browser/1")));
    ids.add(id(on(KEY), event(NOON, "other.example", "203.0.113.9", "Browser/1")));
    ids.add(id(on(KEY), event(NOON, null, "203.0.113.9", "Browser/1")));
    ids.add(id(on(KEY), event(NOON, "shop.example", "203.0.113.8", "Browser/1")));
    ids.add(id(on(KEY), event(NOON, "shop.example", "203.0.113.9", "Browser/2")));
    ids.add(id(on(KEY + "2"), event(NOON, "shop.example", "203.0.113.9", "Browser/1")));

    assertThat(ids).hasSize(7);
  }

  @Test
  void givenManyDaysInAnyOrderWhenIdentifiedThenEachDayKeepsItsId() {
    DailyVisitors visitors = on(KEY);
    Map<Integer, String> first = new HashMap<>();
    for (int round = 0; round < 2; round++) {
      for (int day = 0; day < 100; day++) {
        String id =
            id(visitors, event(NOON.minus(Duration.ofDays(day)), "h.example", "203.0.113.9", "B"));
        assertThat(first.getOrDefault(day, id)).isEqualTo(id);
        first.put(day, id);
      }
    }

    assertThat(new HashSet<>(first.values())).hasSize(100);
  }

  @Test
  void givenAnIdentityOrNoAddressOrAgentWhenIdentifiedThenNothingIsAdded() {
    ParsedEvent user = event(NOON, "shop.example", "203.0.113.9", "Browser/1");
    user.event.setUserId("u1");
    ParsedEvent known = event(NOON, "shop.example", "203.0.113.9", "Browser/1");
    known.event.setAnonymousId("a1");

    assertThat(id(on(KEY), user)).isNull();
    assertThat(id(on(KEY), known)).isEqualTo("a1");
    assertThat(id(on(KEY), event(NOON, "shop.example", null, "Browser/1"))).isNull();
    assertThat(id(on(KEY), event(NOON, "shop.example", "unknown", "Browser/1"))).isNull();
    assertThat(id(on(KEY), event(NOON, "shop.example", "203.0.113.9", null))).isNull();
    assertThat(id(visitors(Map.of()), event(NOON, "shop.example", "203.0.113.9", "B"))).isNull();
  }

  @Test
  void givenAnIdOfADayWhenPrivacyIsAppliedThenItIsNotTakenForPersonalData() {
    DailyVisitors visitors = on(KEY);
    Map<String, String> settings = settings(Map.of());
    Privacy privacy =
        Privacy.of(JobSettings.of(settings), EventColumns.CONTRACT, new ValidationErrors());
    for (int i = 0; i < 2000; i++) {
      ParsedEvent event = event(NOON, "shop.example", "203.0.113.9", "Browser/" + i);
      String id = id(visitors, event);

      privacy.protect(event);

      assertThat(event.event.getAnonymousId()).isEqualTo(id);
      assertThat(event.event.getQualityFlags()).isNull();
    }
  }

  @Test
  void givenNoKeyWhenCreatedThenTheProblemNamesTheSettings() {
    assertThatThrownBy(() -> visitors(Map.of("privacy.cookieless-visitors", "true")))
        .hasMessageContaining(
            "privacy.hash-key: is not set, and privacy.cookieless-visitors needs");
  }

  private static Instant at(String time) {
    return Instant.parse("2026-11-20T" + time + "Z");
  }

  private static String id(DailyVisitors visitors, ParsedEvent event) {
    visitors.identify(event);
    return event.event.getAnonymousId();
  }

  private static DailyVisitors on(String key) {
    return visitors(Map.of("privacy.cookieless-visitors", "true", "privacy.hash-key", key));
  }

  private static DailyVisitors visitors(Map<String, String> overrides) {
    ValidationErrors problems = new ValidationErrors();
    DailyVisitors visitors = DailyVisitors.of(JobSettings.of(settings(overrides)), problems);
    problems.throwIfAny();
    return visitors;
  }

  private static Map<String, String> settings(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.putAll(
        Map.of("source.stream", "s", "source.region", "r", "sink.path", "s3://processed"));
    return settings;
  }

  private static ParsedEvent event(Instant time, String host, String address, String userAgent) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setEventTime(time);
    event.event.setPageHost(host);
    event.ipAddress = address;
    event.userAgent = userAgent;
    return event;
  }
}
