package io.clickstreamlake.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Behaviour of the visitors, counted in the JSON of eight weeks of events as an analyst would count
 * it: without the generator's own classes.
 */
class TrafficTest {

  private static final Instant FROM = Instant.parse("2026-09-21T00:00:00Z");
  private static final Duration RANGE = Duration.ofDays(56);
  private static final int EVENTS = 200_000;
  private static final Duration WEEK = Duration.ofDays(7);

  /** Texts by which the operators of the robots ask to recognise them. */
  private static final List<String> ROBOTS =
      List.of(
          "Googlebot",
          "bingbot",
          "AhrefsBot",
          "facebookexternalhit",
          "GPTBot",
          "OAI-SearchBot",
          "ChatGPT-User",
          "PerplexityBot",
          "Perplexity-User",
          "ClaudeBot",
          "CCBot");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private record Event(JsonNode json, Instant time) {

    static Event of(String text) {
      try {
        JsonNode json = JSON.readTree(text);
        return new Event(json, Instant.parse(json.get("event_time").textValue()));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(text, e);
      }
    }

    String text(String pointer) {
      return json.at(pointer).textValue();
    }

    boolean is(String type) {
      return text("/event_type").equals(type);
    }

    boolean robot() {
      String agent = text("/user_agent");
      return agent != null && ROBOTS.stream().anyMatch(agent::contains);
    }
  }

  private static List<Event> events;
  private static List<Event> people;

  @BeforeAll
  static void generate() {
    events = read(eightWeeks(1));
    people = events.stream().filter(event -> !event.robot()).toList();
  }

  private static EventGenerator eightWeeks(long seed) {
    return EventGenerator.builder()
        .seed(seed)
        .events(EVENTS)
        .from(FROM)
        .to(FROM.plus(RANGE))
        .build();
  }

  private static List<Event> read(EventGenerator generator) {
    return generator.stream().map(event -> Event.of(event.json())).toList();
  }

  /** Events per visit, in the order of their times; refunds belong to none. */
  private static Map<String, List<Event>> visits(List<Event> from) {
    return from.stream()
        .filter(event -> event.text("/session_id") != null)
        .collect(
            Collectors.groupingBy(
                event -> event.text("/session_id"), LinkedHashMap::new, Collectors.toList()));
  }

  private static double share(Collection<List<Event>> visits, Predicate<List<Event>> which) {
    return (double) visits.stream().filter(which).count() / visits.size();
  }

  private static boolean has(List<Event> visit, String type) {
    return visit.stream().anyMatch(event -> event.is(type));
  }

  @Test
  void givenVisitsOfPeopleWhenCountedThenTwoToThreePercentEndInAnOrderAndEachStepLosesMany() {
    Collection<List<Event>> visits = visits(people).values();

    double viewed = share(visits, v -> has(v, "product_view"));
    double carted = share(visits, v -> has(v, "add_to_cart"));
    double checkedOut = share(visits, v -> has(v, "checkout"));
    double purchased = share(visits, v -> has(v, "purchase"));
    assertThat(purchased).isBetween(0.02, 0.03);
    assertThat(checkedOut).isBetween(purchased * 1.3, purchased * 2.5);
    assertThat(carted).isBetween(checkedOut * 1.5, checkedOut * 4);
    assertThat(viewed).isBetween(0.4, 0.6);
    assertThat(share(visits, v -> v.size() == 1)).as("bounces").isBetween(0.3, 0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT10S", "PT6M", "PT50M", "PT20H"})
  void givenAShortRangeWhenCountedThenTheConversionIsTheSame(Duration range) {
    EventGenerator generator =
        EventGenerator.builder().events(EVENTS / 2).from(FROM).to(FROM.plus(range)).build();
    Collection<List<Event>> visits =
        visits(read(generator).stream().filter(event -> !event.robot()).toList()).values();

    assertThat(share(visits, v -> has(v, "purchase"))).isBetween(0.02, 0.03);
  }

  @Test
  void givenOrdersWhenTimedThenTheyComeMinutesAfterTheStartOfTheVisit() {
    List<Double> minutes =
        visits(people).values().stream()
            .filter(visit -> has(visit, "purchase"))
            .map(
                visit ->
                    Duration.between(
                                visit.get(0).time(),
                                visit.stream()
                                    .filter(event -> event.is("purchase"))
                                    .findFirst()
                                    .orElseThrow()
                                    .time())
                            .toSeconds()
                        / 60.0)
            .sorted()
            .toList();

    assertThat(minutes.get(minutes.size() / 2)).isBetween(5.0, 12.0);
    assertThat(minutes.get(minutes.size() / 10)).isGreaterThan(2);
    assertThat(minutes.get(minutes.size() * 99 / 100)).isLessThan(60);
  }

  @Test
  void givenStepsOfAVisitWhenTimedThenPausesAreSecondsToMinutesAndNeverEndTheVisit() {
    List<Long> pauses = new ArrayList<>();
    for (List<Event> visit : visits(people).values()) {
      for (int i = 1; i < visit.size(); i++) {
        pauses.add(Duration.between(visit.get(i - 1).time(), visit.get(i).time()).toMillis());
      }
    }
    pauses.sort(null);

    assertThat(pauses.get(0)).isGreaterThanOrEqualTo(500);
    assertThat(pauses.get(pauses.size() / 2)).isBetween(10_000L, 40_000L);
    assertThat(pauses.get(pauses.size() - 1)).isLessThan(Duration.ofMinutes(30).toMillis());
  }

  @Test
  void givenBrowsersOfTheFirstWeeksWhenFollowedThenFewerComeBackInEachWeekButSomeInAll() {
    Map<String, Instant> first = new HashMap<>();
    Map<String, Set<Long>> weeks = new HashMap<>();
    for (Event event : people) {
      if (event.text("/session_id") == null) {
        continue;
      }
      String browser = event.text("/anonymous_id");
      Instant begin = first.computeIfAbsent(browser, b -> event.time());
      weeks
          .computeIfAbsent(browser, b -> new HashSet<>())
          .add(Duration.between(begin, event.time()).toDays() / 7);
    }
    // The first week also has the customers of before; from the fourth on, four weeks follow.
    List<String> cohort =
        first.entrySet().stream()
            .filter(
                e ->
                    !e.getValue().isBefore(FROM.plus(WEEK))
                        && e.getValue().isBefore(FROM.plus(WEEK.multipliedBy(3))))
            .map(Map.Entry::getKey)
            .toList();
    double[] back = new double[5];
    for (int week = 1; week < back.length; week++) {
      long number = week;
      back[week] =
          (double) cohort.stream().filter(b -> weeks.get(b).contains(number)).count()
              / cohort.size();
    }

    assertThat(cohort).hasSizeGreaterThan(1_000);
    assertThat(back[1]).isBetween(0.04, 0.15);
    for (int week = 2; week < back.length; week++) {
      assertThat(back[week]).as("week %d", week).isPositive().isLessThan(back[week - 1]);
    }
  }

  @Test
  void givenBrowsersWhenTheirVisitsAreCountedThenMostHaveOneAndSomeHaveMany() {
    List<Long> visits =
        people.stream()
            .filter(event -> event.text("/session_id") != null)
            .collect(
                Collectors.groupingBy(
                    event -> event.text("/anonymous_id"),
                    Collectors.mapping(
                        event -> event.text("/session_id"),
                        Collectors.collectingAndThen(
                            Collectors.toSet(), set -> (long) set.size()))))
            .values()
            .stream()
            .sorted()
            .toList();

    assertThat(visits.get(visits.size() / 2)).isEqualTo(1);
    assertThat(visits.get(visits.size() * 9 / 10)).isBetween(2L, 4L);
    assertThat(visits.get(visits.size() - 1)).isGreaterThan(15);
  }

  @Test
  void givenUsersWhenFollowedThenSomeAreAnonymousFirstAndSomeHaveSeveralDevices() {
    Map<String, Set<String>> browsers = new HashMap<>();
    Set<String> anonymousBefore = new HashSet<>();
    Set<String> signedInLater = new HashSet<>();
    for (Event event : people) {
      String user = event.text("/user_id");
      String browser = event.text("/anonymous_id");
      if (user == null) {
        anonymousBefore.add(browser);
      } else {
        browsers.computeIfAbsent(user, u -> new HashSet<>()).add(browser);
        if (anonymousBefore.contains(browser)) {
          signedInLater.add(user);
        }
      }
    }
    long several = browsers.values().stream().filter(set -> set.size() > 1).count();

    assertThat((double) several / browsers.size()).isBetween(0.02, 0.3);
    assertThat((double) signedInLater.size() / browsers.size()).isGreaterThan(0.3);
    assertThat(people.stream().filter(e -> e.text("/user_id") != null).count())
        .isLessThan(people.size() / 2);
    // One browser never has two users.
    assertThat(browsers.values().stream().mapToInt(Set::size).sum())
        .isEqualTo((int) browsers.values().stream().flatMap(Set::stream).distinct().count());
  }

  @Test
  void givenSearchesWhenReadThenSomeTermsFindNothingAndAlwaysTheSame() {
    Map<String, Integer> results = new HashMap<>();
    int searches = 0;
    int empty = 0;
    for (Event event : people) {
      if (event.is("search")) {
        searches++;
        int found = event.json().at("/search/results").intValue();
        empty += found == 0 ? 1 : 0;
        Integer before = results.put(event.text("/search/term"), found);
        assertThat(before == null || before == found).as(event.text("/search/term")).isTrue();
      }
    }

    assertThat((double) empty / searches).isBetween(0.08, 0.25);
  }

  @Test
  void givenRefundsWhenReadThenEachReturnsLinesOfAnOrderDaysAfterItAndOnlyOnce() {
    Map<String, Event> orders = new HashMap<>();
    Set<String> refunded = new HashSet<>();
    for (Event event : events) {
      if (event.is("purchase")) {
        orders.put(event.text("/order/id"), event);
      }
      if (!event.is("refund")) {
        continue;
      }
      Event order = orders.get(event.text("/order/id"));
      assertThat(order).as("a purchase before %s", event.json()).isNotNull();
      assertThat(refunded.add(event.text("/order/id"))).isTrue();
      assertThat(Duration.between(order.time(), event.time()))
          .isBetween(Duration.ofDays(2), Duration.ofDays(28));
      assertThat(event.text("/currency")).isEqualTo(order.text("/currency"));
      assertThat(event.text("/anonymous_id")).isEqualTo(order.text("/anonymous_id"));
      assertThat(event.text("/user_id")).isEqualTo(order.text("/user_id"));
      assertThat(order.json().get("items")).containsAll(event.json().get("items"));
      BigDecimal sum = BigDecimal.ZERO;
      for (JsonNode item : event.json().get("items")) {
        sum =
            sum.add(
                item.get("price")
                    .decimalValue()
                    .multiply(BigDecimal.valueOf(item.get("quantity").intValue())));
      }
      assertThat(event.json().at("/order/total").decimalValue())
          .isPositive()
          .isEqualByComparingTo(sum);
    }

    assertThat((double) refunded.size() / orders.size()).isBetween(0.03, 0.1);
  }

  @Test
  void givenRobotsWhenCountedThenTheyAreATenthOfTheEventsAndOnlyRead() {
    List<Event> robots = events.stream().filter(Event::robot).toList();

    assertThat((double) robots.size() / events.size()).isBetween(0.08, 0.18);
    assertThat(robots).allMatch(event -> event.is("page_view") || event.is("product_view"));
    for (String name : ROBOTS) {
      assertThat(robots).anyMatch(event -> event.text("/user_agent").contains(name));
    }
    assertThat(people)
        .noneMatch(e -> e.text("/user_agent") != null && e.text("/user_agent").contains("+http"));
  }

  @Test
  void givenCampaignsWhenComparedThenBuyersComeFromSomeFarMoreThanFromOthers() {
    Collection<List<Event>> visits = visits(people).values();

    assertThat(conversion(visits, "utm_campaign=black_friday"))
        .isGreaterThan(2 * conversion(visits, "utm_campaign=autumn_sale"));
    assertThat(conversion(visits, "utm_medium=email"))
        .isGreaterThan(3 * conversion(visits, "utm_medium=paid_social"));
  }

  private static double conversion(Collection<List<Event>> visits, String query) {
    List<List<Event>> of =
        visits.stream().filter(v -> v.get(0).text("/page/url").contains(query)).toList();
    assertThat(of).hasSizeGreaterThan(500);
    return share(of, v -> has(v, "purchase"));
  }

  @Test
  void givenReferrersWhenReadThenAssistantsAreAmongThem() {
    Set<String> referrers =
        people.stream()
            .map(event -> event.text("/referrer"))
            .filter(text -> text != null)
            .collect(Collectors.toSet());

    assertThat(referrers)
        .contains(
            "https://chatgpt.com/", "https://www.perplexity.ai/", "https://gemini.google.com/");
  }

  @Test
  void givenWeeksWhenCountedByHourAndDayThenThereAreNightsAndBusySundays() {
    Map<Integer, Long> hours =
        people.stream()
            .collect(
                Collectors.groupingBy(
                    event -> event.time().atZone(ZoneOffset.UTC).getHour(), Collectors.counting()));
    Map<DayOfWeek, Long> days =
        people.stream()
            .collect(
                Collectors.groupingBy(
                    event -> event.time().atZone(ZoneOffset.UTC).getDayOfWeek(),
                    Collectors.counting()));

    assertThat(hours).hasSize(24);
    assertThat(hours.get(19)).isGreaterThan(8 * hours.get(3));
    assertThat(days.get(DayOfWeek.SUNDAY)).isGreaterThan(days.get(DayOfWeek.SATURDAY) * 11 / 10);
    assertThat(
            Stream.iterate(
                    FROM,
                    day -> day.isBefore(FROM.plus(RANGE)),
                    day -> day.plus(Duration.ofDays(1)))
                .map(day -> day.atZone(ZoneOffset.UTC).toLocalDate())
                .toList())
        .containsExactlyElementsOf(
            events.stream()
                .map(event -> event.time().atZone(ZoneOffset.UTC).toLocalDate())
                .distinct()
                .toList());
  }

  @Test
  void givenOtherSeedsWhenCountedThenTheConversionIsTheSameAndTheVisitorsAreOthers() {
    List<Event> others = read(eightWeeks(2)).stream().filter(event -> !event.robot()).toList();
    Set<String> ids = people.stream().map(e -> e.text("/anonymous_id")).collect(Collectors.toSet());

    assertThat(share(visits(others).values(), v -> has(v, "purchase"))).isBetween(0.02, 0.03);
    assertThat(others).noneMatch(event -> ids.contains(event.text("/anonymous_id")));
  }
}
