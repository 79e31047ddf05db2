package io.clickstreamlake.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventGeneratorTest {

  private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant TO = Instant.parse("2026-11-21T00:00:00Z");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static EventGenerator.Builder oneDay() {
    return EventGenerator.builder().from(FROM).to(TO);
  }

  private static EventGenerator mixed(int events) {
    return oneDay().events(events).brokenShare(0.01).duplicateShare(0.02).lateShare(0.03).build();
  }

  @Test
  void givenEqualSettingsWhenGeneratedTwiceThenTheEventsAreEqual() {
    assertThat(mixed(3_000).stream()).containsExactlyElementsOf(mixed(3_000));
  }

  @Test
  void givenSeedOneWhenGeneratedThenTheBytesAreTheSameOnEveryMachine()
      throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    mixed(2_000).forEach(event -> sha.update(event.bytes()));

    assertThat(HexFormat.of().formatHex(sha.digest()))
        .isEqualTo("ee271c262bf5f356eed01af846733f070c3b1e2ca83f2dc517f0cec5ea169470");
  }

  @Test
  void givenAnyOtherSettingWhenGeneratedThenNoIdIsShared() {
    List<EventGenerator> runs =
        List.of(
            oneDay().events(1_000).build(),
            oneDay().events(1_000).seed(2).build(),
            oneDay().events(1_001).build(),
            oneDay().events(1_000).to(TO.plusMillis(1)).build(),
            oneDay().events(1_000).steady().build(),
            oneDay().events(1_000).lateShare(0.001).build());
    Set<String> ids = new HashSet<>();
    runs.forEach(run -> run.forEach(event -> ids.add(event.eventId())));

    assertThat(ids).hasSize(runs.stream().mapToInt(EventGenerator::events).sum());
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 0.0005, 0, 0",
    "20000, 0.0005, 0.01, 0.02",
    "999, 0.333, 0.333, 0.332",
    "7, 0.5, 0.2, 0",
    "10, 0, 0.9, 0",
    "10, 1, 0, 0",
    "10, 0, 0, 1",
    "1, 0, 0, 0",
    "0, 0.5, 0, 0"
  })
  void givenSharesWhenGeneratedThenTheCountPerKindIsItsRoundedShare(
      int events, double broken, double duplicate, double late) {
    EventGenerator generator =
        oneDay()
            .events(events)
            .brokenShare(broken)
            .duplicateShare(duplicate)
            .lateShare(late)
            .build();
    Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
    generator.forEach(event -> seen.merge(event.kind(), 1, Integer::sum));

    assertThat(seen.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(events);
    assertThat(seen.getOrDefault(Kind.BROKEN, 0)).isEqualTo((int) Math.round(broken * events));
    assertThat(seen.getOrDefault(Kind.DUPLICATE, 0))
        .isEqualTo((int) Math.round(duplicate * events));
    assertThat(seen.getOrDefault(Kind.LATE, 0)).isEqualTo((int) Math.round(late * events));
    for (Kind kind : Kind.values()) {
      assertThat(generator.count(kind)).isEqualTo(seen.getOrDefault(kind, 0));
    }
  }

  @Test
  void givenWholeEventsWhenParsedThenTheyAreOneLineOfStrictJsonAsDocumented()
      throws JsonProcessingException {
    for (GeneratedEvent event : mixed(5_000)) {
      assertThat(event.json()).doesNotContain("\n", "\r");
      if (event.kind() == Kind.BROKEN) {
        continue;
      }
      JsonNode json = JSON.readTree(event.json());
      assertThat(json.get("event_id").textValue()).isEqualTo(event.eventId());
      assertThat(json.get("event_type").textValue()).isEqualTo(event.eventType());
      assertThat(json.get("session_id").textValue()).isEqualTo(event.sessionId());
      assertThat(json.get("event_time").textValue())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
      assertThat(Instant.parse(json.get("event_time").textValue())).isEqualTo(event.eventTime());
    }
  }

  @Test
  void givenBrokenEventsWhenReadThenEachHasItsDefect() {
    Set<Defect> seen = EnumSet.noneOf(Defect.class);
    for (GeneratedEvent event : oneDay().events(2_000).brokenShare(0.5).build()) {
      if (event.kind() == Kind.BROKEN) {
        seen.add(event.defect());
        assertThat(defectOf(event.json())).as(event.json()).isEqualTo(event.defect());
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(Defect.values());
  }

  /** The first defect that a strict reader finds. */
  private static Defect defectOf(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return text.startsWith("{") ? Defect.CUT_OFF : Defect.NOT_JSON;
    }
    if (!json.isObject()) {
      return Defect.NOT_AN_OBJECT;
    }
    if (!json.has("event_type")) {
      return Defect.MISSING_EVENT_TYPE;
    }
    if (!json.has("event_time")) {
      return Defect.MISSING_EVENT_TIME;
    }
    try {
      boolean old =
          Instant.parse(json.get("event_time").textValue())
              .isBefore(Instant.parse("2000-01-01T00:00:00Z"));
      return old ? Defect.EVENT_TIME_OUT_OF_RANGE : null;
    } catch (DateTimeParseException e) {
      return Defect.EVENT_TIME_NOT_A_TIME;
    }
  }

  @Test
  void givenChosenDefectsWhenGeneratedThenThereAreNoOthers() {
    EventGenerator generator =
        oneDay().events(100).brokenShare(0.1).defects(Defect.CUT_OFF, Defect.NOT_JSON).build();

    assertThat(generator.stream().filter(event -> event.kind() == Kind.BROKEN))
        .extracting(GeneratedEvent::defect)
        .containsOnly(Defect.CUT_OFF, Defect.NOT_JSON);
  }

  @Test
  void givenDuplicatesWhenGeneratedThenEachRepeatsAnEarlierGoodEvent() {
    Map<String, String> good = new HashMap<>();
    for (GeneratedEvent event : mixed(5_000)) {
      if (event.kind() == Kind.DUPLICATE) {
        assertThat(event.json()).isEqualTo(good.get(event.eventId()));
      } else {
        assertThat(good).doesNotContainKey(event.eventId());
      }
      if (event.kind() == Kind.GOOD) {
        good.put(event.eventId(), event.json());
      }
    }
  }

  @Test
  void givenATimeRangeWhenGeneratedThenEventsAreInOrderAndLateOnesAreFromTheDaysBefore() {
    Instant last = FROM;
    for (GeneratedEvent event : mixed(20_000)) {
      switch (event.kind()) {
        case GOOD, BROKEN -> {
          assertThat(event.eventTime()).isBetween(last, TO).isNotEqualTo(TO);
          last = event.eventTime();
        }
        case LATE ->
            assertThat(event.eventTime())
                .isBeforeOrEqualTo(FROM.minusSeconds(3_600))
                .isAfterOrEqualTo(FROM.minusSeconds(3 * 86_400));
        case DUPLICATE -> assertThat(event.eventTime()).isBetween(FROM, last);
      }
    }
    assertThat(last).isAfter(TO.minusSeconds(600));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givenVisitsWhenFollowedThenEachStepFollowsItsPrecondition(boolean steady) {
    Map<String, String> needs =
        Map.of(
            "product_view", "page_view",
            "search", "page_view",
            "add_to_cart", "product_view",
            "checkout", "add_to_cart",
            "purchase", "checkout");
    Map<String, Set<String>> before = new HashMap<>();
    Map<String, Instant> lastTime = new HashMap<>();
    EventGenerator.Builder builder = oneDay().lateShare(0.05);
    for (GeneratedEvent event : (steady ? builder.steady() : builder).build()) {
      Set<String> seen = before.computeIfAbsent(event.sessionId(), id -> new HashSet<>());
      if (needs.containsKey(event.eventType())) {
        assertThat(seen).as(event.json()).contains(needs.get(event.eventType()));
      }
      seen.add(event.eventType());
      Instant previous = lastTime.put(event.sessionId(), event.eventTime());
      if (previous != null) {
        assertThat(event.eventTime()).isAfter(previous);
      }
    }
  }

  @Test
  void givenASteadyRateWhenCountedThenEachMinuteHasTheSameNumberOfEvents() {
    Map<Instant, Long> minutes =
        oneDay().events(1_440 * 20).steady().build().stream()
            .collect(
                Collectors.groupingBy(
                    event -> event.eventTime().truncatedTo(ChronoUnit.MINUTES),
                    Collectors.counting()));

    assertThat(minutes).hasSize(1_440);
    assertThat(minutes.values()).containsOnly(20L);
  }

  @Test
  void givenASteadyRateWhenItBeginsThenOrdersComeWithinMinutes() {
    assertThat(
            oneDay().events(50 * 86_400).steady().build().stream()
                .limit(50 * 120)
                .map(GeneratedEvent::eventType))
        .contains("page_view", "search", "product_view", "add_to_cart", "checkout", "purchase");
  }

  @Test
  void givenPurchasesWhenReadThenAmountsAreExactAndTheTotalIsTheLinesAndTheDelivery()
      throws JsonProcessingException {
    int withoutTotal = 0;
    for (GeneratedEvent event : oneDay().events(60_000).build()) {
      if (!event.eventType().equals("purchase")) {
        continue;
      }
      JsonNode json = JSON.readTree(event.json());
      Currency.getInstance(json.get("currency").textValue());
      BigDecimal sum = BigDecimal.ZERO;
      for (JsonNode item : json.get("items")) {
        assertThat(item.get("price").decimalValue().scale()).isEqualTo(2);
        sum =
            sum.add(
                item.get("price")
                    .decimalValue()
                    .multiply(BigDecimal.valueOf(item.get("quantity").intValue())));
      }
      JsonNode total = json.at("/order/total");
      if (total.isMissingNode()) {
        withoutTotal++;
      } else {
        BigDecimal delivery =
            sum.compareTo(new BigDecimal("50")) < 0 ? new BigDecimal("4.95") : BigDecimal.ZERO;
        assertThat(total.decimalValue()).isEqualByComparingTo(sum.add(delivery));
        assertThat(total.decimalValue().scale()).isEqualTo(2);
      }
    }
    assertThat(withoutTotal).isPositive();
  }

  @Test
  void givenADayWhenReadThenItHasBrowsersRobotsCampaignsAndReferrers() {
    String all =
        oneDay().build().stream().map(GeneratedEvent::json).collect(Collectors.joining("\n"));

    assertThat(all)
        .contains("Googlebot", "iPhone", "Firefox/", "gclid=", "fbclid=", "msclkid=")
        .contains("utm_source=", "utm_medium=", "utm_campaign=", "utm_term=", "utm_content=")
        .contains("https://www.google.com/", "https://t.co/", "\"user_id\":\"u-")
        .contains("\"GBP\"", "\"SEK\"", "2001:db8:", "größe", "Étape");
  }

  @Test
  void givenADayWhenMeasuredThenAnEventHasAbout570Bytes() {
    double average = oneDay().build().stream().mapToInt(e -> e.bytes().length).average().orElse(0);

    assertThat(average).isBetween(540.0, 600.0);
  }

  @Test
  void givenAnEventWhenSentThenItIsUtf8WithoutLineBreak() {
    GeneratedEvent event = oneDay().build().iterator().next();

    assertThat(new String(event.bytes(), StandardCharsets.UTF_8)).isEqualTo(event.json());
  }

  @Test
  void givenInvalidSettingsWhenBuiltThenTheErrorNamesTheSettingAndItsValue() {
    assertThatThrownBy(() -> EventGenerator.builder().from(TO).to(FROM).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 2026-11-21T00:00:00Z to 2026-11-20T00:00:00Z");
    assertThatThrownBy(() -> EventGenerator.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time range");
    assertThatThrownBy(() -> oneDay().events(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> oneDay().brokenShare(1.5))
        .hasMessageContaining("brokenShare")
        .hasMessageContaining("1.5");
    assertThatThrownBy(() -> oneDay().lateShare(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> oneDay().brokenShare(0.6).lateShare(0.6).build())
        .hasMessageContaining("0.6");
    assertThatThrownBy(() -> oneDay().duplicateShare(1).build())
        .hasMessageContaining("duplicates repeat good events");
    assertThatThrownBy(() -> oneDay().maxLateDays(0)).hasMessageContaining("maxLateDays");
    assertThatThrownBy(() -> oneDay().defects()).hasMessageContaining("defect");
  }
}
