package io.clickstreamlake.athena;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Expected results of the sample queries, computed from the events that were sent, without SQL.
 * Rows are in order; numbers without decimals are Long, times are text as the engine formats it.
 */
final class ExpectedAnswers {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Sorts null last, as SQL does. */
  private static final Comparator<String> TEXT = Comparator.nullsLast(Comparator.naturalOrder());

  /** Sorts rows by their first three values. */
  private static final Comparator<List<?>> BY_TEXTS =
      comparing((List<?> row) -> (String) row.get(0), TEXT)
          .thenComparing(row -> (String) row.get(1), TEXT)
          .thenComparing(row -> (String) row.get(2), TEXT)
          .thenComparing(row -> row.size() > 3 ? String.valueOf(row.get(3)) : null, TEXT);

  private static final List<String> STEPS =
      List.of("product_view", "add_to_cart", "checkout", "purchase");

  private final List<SentEvent> events;
  private final List<SentEvent> people;

  ExpectedAnswers(SentInput input) {
    this.events = input.written();
    this.people = events.stream().filter(event -> !event.robot()).toList();
  }

  List<List<Object>> totalEvents() {
    return List.of(row((long) events.size()));
  }

  List<List<Object>> eventsByType() {
    Map<String, Long> counts = count(events, SentEvent::type);
    return counts.entrySet().stream()
        .sorted(byDescendingCount(Map.Entry::getValue, Map.Entry::getKey))
        .map(e -> row(e.getKey(), e.getValue(), percent(e.getValue(), events.size(), 2)))
        .toList();
  }

  List<List<Object>> dailyVolume() {
    return byDay(events)
        .map(
            day ->
                row(
                    String.format(Locale.ROOT, "%04d", day.date().getYear()),
                    String.format(Locale.ROOT, "%02d", day.date().getMonthValue()),
                    String.format(Locale.ROOT, "%02d", day.date().getDayOfMonth()),
                    (long) day.events().size(),
                    distinct(day.events(), SentEvent::visit),
                    distinct(
                        day.events().stream().filter(e -> e.is("purchase")).toList(),
                        SentEvent::orderId)))
        .toList();
  }

  List<List<Object>> dailyPageHits() {
    Set<String> views = Set.of("page_view", "product_view", "search");
    return byDay(people.stream().filter(e -> views.contains(e.type())).toList())
        .flatMap(
            day -> {
              List<List<Object>> rows = new ArrayList<>();
              count(day.events(), event -> event.page().getPath()).entrySet().stream()
                  .sorted(byDescendingCount(Map.Entry::getValue, Map.Entry::getKey))
                  .limit(10)
                  .forEach(
                      e -> rows.add(row(day.text(), rows.size() + 1L, e.getKey(), e.getValue())));
              return rows.stream();
            })
        .toList();
  }

  List<List<Object>> uniqueUsersPerDay() {
    return byDay(people)
        .map(
            day ->
                row(
                    day.text(),
                    distinct(day.events(), SentEvent::user),
                    distinct(day.events(), SentEvent::browser),
                    distinct(day.events(), SentEvent::visit)))
        .toList();
  }

  List<List<Object>> latestEvents() {
    return newestDay().stream()
        .sorted(comparing(SentEvent::time).reversed().thenComparing(SentEvent::id))
        .limit(10)
        .map(
            e ->
                row(
                    TIMESTAMP.format(e.time()),
                    e.type(),
                    e.user(),
                    e.visit(),
                    e.page() == null ? null : e.page().getPath(),
                    e.id()))
        .toList();
  }

  List<List<Object>> eventsByHour() {
    Map<Instant, List<SentEvent>> hours =
        newestDay().stream()
            .collect(
                groupingBy(e -> e.time().truncatedTo(ChronoUnit.HOURS), TreeMap::new, toList()));
    List<List<Object>> rows = new ArrayList<>();
    hours.forEach(
        (hour, inHour) ->
            rows.add(
                row(
                    TIMESTAMP.format(hour),
                    (long) inHour.size(),
                    distinct(inHour, SentEvent::visit))));
    return rows;
  }

  List<List<Object>> revenueByDay() {
    Map<List<String>, List<BigDecimal>> groups =
        orders().stream()
            .collect(
                groupingBy(
                    e -> List.of(e.day().toString(), e.currency()),
                    () -> new TreeMap<>(comparing(Object::toString)),
                    mapping(SentEvent::revenue, toList())));
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach(
        (key, revenues) -> {
          BigDecimal sum = revenues.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
          rows.add(
              row(
                  key.get(0),
                  key.get(1),
                  (long) revenues.size(),
                  sum,
                  sum.divide(
                      BigDecimal.valueOf(revenues.size()),
                      SentEvent.MONEY_DECIMALS,
                      RoundingMode.HALF_UP)));
        });
    return rows;
  }

  List<List<Object>> funnel() {
    Collection<List<SentEvent>> visits = visits(people).values();
    List<List<Object>> rows = new ArrayList<>();
    rows.add(row("visit", (long) visits.size(), percent(1, 1, 1), null));
    long before = visits.size();
    for (String step : STEPS) {
      long reached = visits.stream().filter(visit -> has(visit, step)).count();
      rows.add(row(step, reached, percent(reached, visits.size(), 1), percent(reached, before, 1)));
      before = reached;
    }
    return rows;
  }

  List<List<Object>> topProducts() {
    Map<String, long[]> numbers = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (SentEvent event : people) {
      if (event.productId() != null) {
        names.put(event.productId(), event.productName());
        long[] n = numbers.computeIfAbsent(event.productId(), id -> new long[3]);
        n[0] += event.is("product_view") ? 1 : 0;
        n[1] += event.is("add_to_cart") ? event.quantity() : 0;
      }
      if (event.is("purchase")) {
        for (SentEvent.Line item : event.items()) {
          numbers.computeIfAbsent(item.productId(), id -> new long[3])[2] += item.quantity();
        }
      }
    }
    return numbers.entrySet().stream()
        .sorted(
            comparing((Map.Entry<String, long[]> e) -> -e.getValue()[2])
                .thenComparing(e -> -e.getValue()[0])
                .thenComparing(Map.Entry::getKey))
        .limit(20)
        .map(
            e ->
                row(
                    e.getKey(),
                    names.get(e.getKey()),
                    e.getValue()[0],
                    e.getValue()[1],
                    e.getValue()[2]))
        .toList();
  }

  List<List<Object>> topSearches() {
    Map<String, List<SentEvent>> terms =
        people.stream()
            .filter(e -> e.is("search") && e.searchTerm() != null)
            .collect(groupingBy(e -> e.searchTerm().trim().toLowerCase(Locale.ROOT)));
    Map<String, List<SentEvent>> visits = visits(events);
    return terms.entrySet().stream()
        .map(
            e ->
                row(
                    e.getKey(),
                    (long) e.getValue().size(),
                    distinct(e.getValue(), SentEvent::visit),
                    visits(e.getValue()).entrySet().stream()
                        .filter(
                            visit -> {
                              Instant search =
                                  visit.getValue().stream()
                                      .map(SentEvent::time)
                                      .min(Comparator.naturalOrder())
                                      .orElseThrow();
                              return visits.get(visit.getKey()).stream()
                                  .anyMatch(o -> o.is("purchase") && !o.time().isBefore(search));
                            })
                        .count()))
        .sorted(byDescendingCount(r -> (Long) r.get(1), r -> (String) r.get(0)))
        .limit(20)
        .toList();
  }

  List<List<Object>> campaigns() {
    Map<List<String>, List<List<SentEvent>>> visitsOf =
        visits(people).values().stream()
            .filter(visit -> campaign(visit) != null)
            .collect(groupingBy(ExpectedAnswers::campaign));
    return visitsOf.entrySet().stream()
        .map(
            e -> {
              long purchased = e.getValue().stream().filter(v -> has(v, "purchase")).count();
              return row(
                  e.getKey().get(0),
                  e.getKey().get(1),
                  e.getKey().get(2),
                  (long) e.getValue().size(),
                  purchased,
                  percent(purchased, e.getValue().size(), 1));
            })
        .sorted(comparing((List<Object> r) -> -(Long) r.get(3)).thenComparing(BY_TEXTS))
        .toList();
  }

  List<List<Object>> campaignRevenue() {
    Map<String, List<SentEvent>> visits = visits(events);
    Map<List<String>, List<BigDecimal>> groups = new TreeMap<>(BY_TEXTS);
    for (SentEvent order : orders()) {
      List<String> campaign = campaign(visits.get(order.visit()));
      if (campaign != null) {
        List<String> key = new ArrayList<>(campaign);
        key.add(order.currency());
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(order.revenue());
      }
    }
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach(
        (key, revenues) -> {
          List<Object> row = new ArrayList<>(key);
          row.add((long) revenues.size());
          row.add(revenues.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
          rows.add(row);
        });
    return rows;
  }

  List<List<Object>> referrers() {
    Map<List<String>, Long> counts =
        visits(people).values().stream()
            .collect(groupingBy(visit -> origin(first(visit)), counting()));
    return counts.entrySet().stream()
        .sorted(
            comparing((Map.Entry<List<String>, Long> e) -> -e.getValue())
                .thenComparing(e -> e.getKey().get(0))
                .thenComparing(e -> e.getKey().get(1), TEXT))
        .map(e -> row(e.getKey().get(0), e.getKey().get(1), e.getValue()))
        .toList();
  }

  List<List<Object>> devices() {
    Map<Device, List<List<SentEvent>>> groups =
        visits(events).values().stream()
            .collect(groupingBy(visit -> Device.of(visit.get(0).userAgent())));
    return groups.entrySet().stream()
        .map(
            e ->
                row(
                    e.getKey().deviceClass(),
                    e.getKey().browser(),
                    e.getKey().robot(),
                    (long) e.getValue().size(),
                    e.getValue().stream().filter(v -> has(v, "purchase")).count()))
        .sorted(byDescendingCount(r -> (Long) r.get(3), r -> r.get(0) + " " + r.get(1)))
        .toList();
  }

  List<List<Object>> countries(Function<String, String> countryOf) {
    Map<String, List<SentEvent>> groups = new HashMap<>();
    for (SentEvent event : people) {
      groups.computeIfAbsent(countryOf.apply(event.ipAddress()), c -> new ArrayList<>()).add(event);
    }
    return groups.entrySet().stream()
        .map(
            e ->
                row(
                    e.getKey(),
                    distinct(e.getValue(), SentEvent::visit),
                    distinct(e.getValue(), SentEvent::user)))
        .sorted(
            comparing((List<Object> r) -> -(Long) r.get(1))
                .thenComparing(r -> (String) r.get(0), TEXT))
        .toList();
  }

  List<List<Object>> experiment() {
    Map<String, List<List<SentEvent>>> groups = new TreeMap<>();
    for (List<SentEvent> visit : visits(people).values()) {
      visit.stream()
          .map(SentEvent::button)
          .filter(Objects::nonNull)
          .findAny()
          .ifPresent(b -> groups.computeIfAbsent(b, k -> new ArrayList<>()).add(visit));
    }
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach(
        (button, visits) ->
            rows.add(
                row(
                    button,
                    (long) visits.size(),
                    visits.stream().filter(v -> has(v, "add_to_cart")).count(),
                    visits.stream().filter(v -> has(v, "purchase")).count())));
    return rows;
  }

  /**
   * Day, number of events, and number of those sent more than {@code lateAfter} after event time.
   */
  List<List<Object>> lateEvents(Instant sent, Duration lateAfter) {
    return byDay(events)
        .map(
            day ->
                row(
                    day.text(),
                    (long) day.events().size(),
                    day.events().stream()
                        .filter(e -> e.time().plus(lateAfter).isBefore(sent))
                        .count()))
        .toList();
  }

  List<List<Object>> reusedIds() {
    return events.stream().collect(groupingBy(SentEvent::id)).entrySet().stream()
        .filter(id -> id.getValue().size() > 1)
        .sorted(byDescendingCount(id -> (long) id.getValue().size(), Map.Entry::getKey))
        .limit(100)
        .map(
            id ->
                row(
                    id.getKey(),
                    (long) id.getValue().size(),
                    distinct(id.getValue(), SentEvent::type),
                    TIMESTAMP.format(
                        id.getValue().stream().map(SentEvent::time).min(naturalOrder()).get()),
                    TIMESTAMP.format(
                        id.getValue().stream().map(SentEvent::time).max(naturalOrder()).get())))
        .toList();
  }

  List<List<Object>> qualityFlags(String flag, Predicate<SentEvent> broken) {
    return count(events.stream().filter(broken).toList(), SentEvent::type).entrySet().stream()
        .sorted(byDescendingCount(Map.Entry::getValue, Map.Entry::getKey))
        .map(e -> row(flag, e.getKey(), e.getValue()))
        .toList();
  }

  List<List<Object>> retention() {
    Map<String, List<SentEvent>> browsers =
        inVisits(people).stream().collect(groupingBy(SentEvent::browser));
    Map<LocalDate, List<List<SentEvent>>> cohorts =
        browsers.values().stream()
            .collect(groupingBy(seen -> week(first(seen).time()), TreeMap::new, toList()));
    List<List<Object>> rows = new ArrayList<>();
    cohorts.forEach(
        (week, cohort) -> {
          List<Object> row = row(week.toString(), (long) cohort.size());
          for (int later = 1; later <= 4; later++) {
            int weeks = later;
            long back =
                cohort.stream()
                    .filter(seen -> seen.stream().anyMatch(e -> weeksAfter(seen, e) == weeks))
                    .count();
            row.add(percent(back, cohort.size(), 1));
          }
          rows.add(row);
        });
    return rows;
  }

  List<List<Object>> cohortRevenue() {
    Map<String, List<SentEvent>> browsers =
        inVisits(people).stream().collect(groupingBy(SentEvent::browser));
    Map<List<Object>, List<BigDecimal>> groups =
        new TreeMap<>(
            comparing((List<Object> key) -> (String) key.get(0))
                .thenComparing(key -> (Long) key.get(1))
                .thenComparing(key -> (String) key.get(2)));
    for (SentEvent order : orders()) {
      List<SentEvent> seen = browsers.get(order.browser());
      groups
          .computeIfAbsent(
              row(week(first(seen).time()).toString(), weeksAfter(seen, order), order.currency()),
              key -> new ArrayList<>())
          .add(order.revenue());
    }
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach(
        (key, revenues) -> {
          List<Object> row = new ArrayList<>(key);
          row.add((long) revenues.size());
          row.add(revenues.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
          rows.add(row);
        });
    return rows;
  }

  List<List<Object>> searchesWithoutResult() {
    Map<String, List<SentEvent>> terms =
        people.stream()
            .filter(e -> e.is("search") && e.results() != null && e.results() == 0)
            .collect(groupingBy(e -> e.searchTerm().trim().toLowerCase(Locale.ROOT)));
    return terms.entrySet().stream()
        .map(
            e ->
                row(
                    e.getKey(),
                    (long) e.getValue().size(),
                    distinct(e.getValue(), SentEvent::visit)))
        .sorted(byDescendingCount(r -> (Long) r.get(1), r -> (String) r.get(0)))
        .limit(20)
        .toList();
  }

  List<List<Object>> refunds() {
    Map<String, BigDecimal> refunded = new HashMap<>();
    events.stream()
        .filter(e -> e.is("refund"))
        .forEach(e -> refunded.merge(e.orderId(), e.revenue(), BigDecimal::add));
    Map<String, List<SentEvent>> orders =
        orders().stream().collect(groupingBy(SentEvent::currency, TreeMap::new, toList()));
    List<List<Object>> rows = new ArrayList<>();
    orders.forEach(
        (currency, of) -> {
          BigDecimal revenue =
              of.stream().map(SentEvent::revenue).reduce(BigDecimal.ZERO, BigDecimal::add);
          List<BigDecimal> back =
              of.stream().map(e -> refunded.get(e.orderId())).filter(Objects::nonNull).toList();
          BigDecimal sum =
              back.stream()
                  .reduce(BigDecimal.ZERO.setScale(SentEvent.MONEY_DECIMALS), BigDecimal::add);
          rows.add(
              row(
                  currency,
                  (long) of.size(),
                  (long) back.size(),
                  revenue,
                  sum,
                  revenue.subtract(sum)));
        });
    return rows;
  }

  List<List<Object>> robots() {
    List<SentEvent> robots = events.stream().filter(SentEvent::robot).toList();
    return robots.stream()
        .collect(groupingBy(e -> Robot.of(e.userAgent()).orElseThrow(), counting()))
        .entrySet()
        .stream()
        .map(
            e ->
                row(
                    e.getKey().agentClass(),
                    e.getKey().name(),
                    e.getValue(),
                    percent(e.getValue(), robots.size(), 2)))
        .sorted(byDescendingCount(r -> (Long) r.get(2), r -> r.get(0) + " " + r.get(1)))
        .toList();
  }

  private static List<SentEvent> inVisits(List<SentEvent> events) {
    return events.stream().filter(e -> e.visit() != null && e.browser() != null).toList();
  }

  /** Monday of the week of a time. */
  private static LocalDate week(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC)
        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  /** Whole weeks from the first event of a browser to this one. */
  private static long weeksAfter(List<SentEvent> seen, SentEvent event) {
    return Duration.between(first(seen).time(), event.time()).toDays() / 7;
  }

  /** Rows of the view daily_funnel, by day. */
  List<List<Object>> dailyFunnel() {
    return byDay(people.stream().filter(e -> e.visit() != null).toList())
        .map(
            day -> {
              Collection<List<SentEvent>> visits = visits(day.events()).values();
              List<Object> row = new ArrayList<>(Arrays.asList(day.text().split("-")));
              row.add((long) visits.size());
              STEPS.forEach(step -> row.add(visits.stream().filter(v -> has(v, step)).count()));
              return row;
            })
        .toList();
  }

  /** Number of rows of the view sessions. */
  long sessions() {
    return byDay(events).mapToLong(day -> distinct(day.events(), SentEvent::visit)).sum();
  }

  /** Order ids and revenues of the view orders, by order id. */
  List<List<Object>> orderRevenues() {
    return orders().stream()
        .sorted(comparing(SentEvent::orderId))
        .map(e -> row(e.orderId(), e.currency(), e.revenue()))
        .toList();
  }

  private List<SentEvent> orders() {
    Map<String, SentEvent> first = new LinkedHashMap<>();
    events.stream()
        .filter(e -> e.is("purchase"))
        .sorted(comparing(SentEvent::time).thenComparing(SentEvent::id))
        .forEach(e -> first.putIfAbsent(e.orderId(), e));
    return List.copyOf(first.values());
  }

  private List<SentEvent> newestDay() {
    LocalDate newest =
        events.stream().map(SentEvent::day).max(Comparator.naturalOrder()).orElseThrow();
    return events.stream().filter(e -> e.day().equals(newest)).toList();
  }

  private record Day(LocalDate date, List<SentEvent> events) {
    String text() {
      return date.toString();
    }
  }

  private static Stream<Day> byDay(List<SentEvent> events) {
    return events.stream()
        .collect(groupingBy(SentEvent::day, TreeMap::new, toList()))
        .entrySet()
        .stream()
        .map(e -> new Day(e.getKey(), e.getValue()));
  }

  private static Map<String, List<SentEvent>> visits(List<SentEvent> events) {
    return events.stream().filter(e -> e.visit() != null).collect(groupingBy(SentEvent::visit));
  }

  private static SentEvent first(List<SentEvent> visit) {
    return visit.stream()
        .min(comparing(SentEvent::time).thenComparing(SentEvent::id))
        .orElseThrow();
  }

  /** Source, medium and name of the first campaign of a visit; null if there is none. */
  private static List<String> campaign(List<SentEvent> visit) {
    return visit.stream()
        .filter(e -> e.query().containsKey("utm_source"))
        .min(comparing(SentEvent::time).thenComparing(SentEvent::id))
        .map(
            e ->
                Arrays.asList(
                    e.query().get("utm_source"),
                    e.query().get("utm_medium"),
                    e.query().get("utm_campaign")))
        .orElse(null);
  }

  /** Medium and source of the sites that sample-data names. */
  private static List<String> origin(SentEvent event) {
    String host = event.referrerHost();
    if (host == null) {
      return Arrays.asList("direct", null);
    }
    return switch (host) {
      case "www.google.com" -> List.of("search", "Google");
      case "www.bing.com" -> List.of("search", "Bing");
      case "duckduckgo.com" -> List.of("search", "DuckDuckGo");
      case "www.facebook.com", "l.facebook.com" -> List.of("social", "Facebook");
      case "www.instagram.com" -> List.of("social", "Instagram");
      case "t.co" -> List.of("social", "X");
      case "mail.google.com" -> List.of("email", "Gmail");
      case "chatgpt.com" -> List.of("ai", "ChatGPT");
      case "www.perplexity.ai" -> List.of("ai", "Perplexity");
      case "gemini.google.com" -> List.of("ai", "Gemini");
      case "shop.example" -> List.of("internal", host);
      default -> List.of("unknown", host);
    };
  }

  private static boolean has(List<SentEvent> visit, String type) {
    return visit.stream().anyMatch(e -> e.is(type));
  }

  private static long distinct(List<SentEvent> events, Function<SentEvent, String> value) {
    return events.stream().map(value).filter(Objects::nonNull).distinct().count();
  }

  private static Map<String, Long> count(
      List<SentEvent> events, Function<SentEvent, String> value) {
    return events.stream().collect(groupingBy(value, counting()));
  }

  private static <T> Comparator<T> byDescendingCount(
      Function<T, Long> count, Function<T, String> name) {
    return comparing((T thing) -> -count.apply(thing)).thenComparing(name);
  }

  private static BigDecimal percent(long part, long of, int decimals) {
    return BigDecimal.valueOf(100 * part)
        .divide(BigDecimal.valueOf(of), decimals, RoundingMode.HALF_UP);
  }

  private static List<Object> row(Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }
}
