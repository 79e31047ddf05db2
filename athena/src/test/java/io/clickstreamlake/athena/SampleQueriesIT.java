package io.clickstreamlake.athena;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the result of every sample query with answers computed from the input. */
@ExtendWith(FilledLake.Extension.class)
class SampleQueriesIT {

  /** Verifies the rows of a query's result. */
  private interface Check {
    void verify(FilledLake lake, ExpectedAnswers expected, List<List<Object>> rows);
  }

  private interface Expectation {
    List<List<Object>> of(ExpectedAnswers expected);
  }

  private static final Map<String, Check> CHECKS = new TreeMap<>();

  private static void exactly(String query, Expectation expectation) {
    CHECKS.put(
        query,
        (lake, expected, rows) -> {
          List<List<Object>> answer = expectation.of(expected);
          assertThat(answer).as("the expected answer, which must have rows").isNotEmpty();
          assertThat(rows).containsExactlyElementsOf(answer);
        });
  }

  private static void exactlyRaw(
      String query, Function<ExpectedRawAnswers, List<List<Object>>> expectation) {
    CHECKS.put(
        query,
        (lake, expected, rows) -> {
          List<List<Object>> answer = expectation.apply(new ExpectedRawAnswers(lake.sent()));
          assertThat(answer).as("the expected answer, which must have rows").isNotEmpty();
          assertThat(rows).containsExactlyElementsOf(answer);
        });
  }

  static {
    exactly("total_events", ExpectedAnswers::totalEvents);
    exactly("events_by_type", ExpectedAnswers::eventsByType);
    exactly("daily_volume", ExpectedAnswers::dailyVolume);
    exactly("daily_page_hits", ExpectedAnswers::dailyPageHits);
    exactly("unique_users_per_day", ExpectedAnswers::uniqueUsersPerDay);
    exactly("latest_events", ExpectedAnswers::latestEvents);
    exactly("events_by_hour", ExpectedAnswers::eventsByHour);
    exactly("revenue_by_day", ExpectedAnswers::revenueByDay);
    exactly("funnel", ExpectedAnswers::funnel);
    exactly("top_products", ExpectedAnswers::topProducts);
    exactly("top_searches", ExpectedAnswers::topSearches);
    exactly("campaigns", ExpectedAnswers::campaigns);
    exactly("campaign_revenue", ExpectedAnswers::campaignRevenue);
    exactly("referrers", ExpectedAnswers::referrers);
    exactly("devices", ExpectedAnswers::devices);
    exactly("experiment", ExpectedAnswers::experiment);
    exactly("retention", ExpectedAnswers::retention);
    exactly("cohort_revenue", ExpectedAnswers::cohortRevenue);
    exactly("searches_without_result", ExpectedAnswers::searchesWithoutResult);
    exactly("refunds", ExpectedAnswers::refunds);
    exactly("robots", ExpectedAnswers::robots);
    exactly("countries", expected -> expected.countries(DbIpCountries.read()::of));
    exactly(
        "quality_flags",
        expected ->
            expected.qualityFlags(
                FilledLake.FLAG,
                e -> e.price() != null && e.price().compareTo(new BigDecimal(400)) > 0));
    CHECKS.put("raw_events_by_day", SampleQueriesIT::verifyRawEventsByDay);
    exactlyRaw("raw_events_by_type", ExpectedRawAnswers::eventsByType);
    exactlyRaw("raw_latest_events", ExpectedRawAnswers::latestEvents);
    exactlyRaw("raw_nested_fields", ExpectedRawAnswers::orderLines);
    CHECKS.put("late_events", SampleQueriesIT::verifyLateEvents);
    exactly("reused_ids", ExpectedAnswers::reusedIds);
    CHECKS.put("rejected_by_reason", SampleQueriesIT::verifyRejected);
    CHECKS.put("ledger_imbalance", (lake, expected, rows) -> assertThat(rows).isEmpty());
    CHECKS.put("ledger_imbalance_recent", (lake, expected, rows) -> assertThat(rows).isEmpty());
  }

  static Stream<Path> queries() throws IOException {
    return SqlFilesTest.files("queries").stream();
  }

  @Test
  void givenTheFolderOfQueriesWhenListedThenEachHasACheck() throws IOException {
    assertThat(queries().map(SqlFilesTest::name)).containsExactlyElementsOf(CHECKS.keySet());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givenEventsInTheLakeWhenAQueryRunsThenItsAnswerMatchesTheInput(Path file, FilledLake lake) {
    Check check = CHECKS.get(SqlFilesTest.name(file));

    check.verify(lake, new ExpectedAnswers(lake.input()), lake.run(file));
  }

  /** The day of arrival is ambiguous if midnight passes while events are sent. */
  private static void verifyRawEventsByDay(
      FilledLake lake, ExpectedAnswers expected, List<List<Object>> rows) {
    ExpectedRawAnswers raw = new ExpectedRawAnswers(lake.sent());
    Set<String> days =
        Stream.of(lake.sentFrom(), lake.sentTo())
            .map(time -> time.toString().substring(0, 10))
            .collect(toSet());

    assertThat(rows.stream().map(row -> row.get(0) + "-" + row.get(1) + "-" + row.get(2)))
        .isSubsetOf(days);
    assertThat(rows.stream().mapToLong(row -> (Long) row.get(3)).sum()).isEqualTo(raw.records());
    if (days.size() == 1) {
      assertThat(rows).singleElement().satisfies(r -> assertThat(r.get(4)).isEqualTo(raw.ids()));
    }
  }

  /** The maximum delay depends on the exact time of sending, so it is checked against bounds. */
  private static void verifyLateEvents(
      FilledLake lake, ExpectedAnswers expected, List<List<Object>> rows) {
    Duration anHour = Duration.ofHours(1);
    List<List<Object>> answer = expected.lateEvents(lake.sentFrom(), anHour);
    assertThat(answer)
        .as("whether an event is late must not depend on when it was sent")
        .isEqualTo(expected.lateEvents(lake.sentTo(), anHour));

    assertThat(rows.stream().map(row -> row.subList(0, 3))).containsExactlyElementsOf(answer);
    for (List<Object> row : rows) {
      Instant oldest =
          lake.input().written().stream()
              .filter(event -> event.day().toString().equals(row.get(0)))
              .map(SentEvent::time)
              .min(Instant::compareTo)
              .orElseThrow();
      assertThat((Long) row.get(3))
          .isBetween(
              Duration.between(oldest, lake.sentFrom()).toMinutes(),
              Duration.between(oldest, lake.sentTo()).toMinutes());
    }
  }

  /** Does not compare the wording of messages, but they must never contain values of the event. */
  private static void verifyRejected(
      FilledLake lake, ExpectedAnswers expected, List<List<Object>> rows) {
    Map<List<Object>, Long> sums = new HashMap<>();
    for (List<Object> row : rows) {
      sums.merge(row.subList(0, 2), (Long) row.get(3), Long::sum);
      assertThat((String) row.get(2)).isNotBlank().doesNotContain("yesterday", "1999");
      for (Object time : row.subList(4, 6)) {
        // The engine's format: 2026-11-20 10:15:30.123
        assertThat(Instant.parse(time.toString().replace(' ', 'T') + "Z"))
            .isBetween(
                lake.sentFrom().minus(Duration.ofSeconds(1)),
                lake.sentTo().plus(Duration.ofSeconds(1)));
      }
    }
    Map<List<Object>, Long> sent =
        lake.input().rejected().stream()
            .collect(groupingBy(r -> Arrays.asList(r.reason(), r.column()), counting()));

    assertThat(sent).hasSizeGreaterThan(4);
    assertThat(sums).isEqualTo(sent);
  }

  // ---------------------------------------------------------------- tables and views

  @Test
  void givenTheRawArchiveWhenReadThenEveryRecordIsThereAsItWasSent(FilledLake lake) {
    List<Object> lines = new ArrayList<>();
    lake.query("SELECT event FROM raw_events").forEach(row -> lines.add(row.get(0)));

    assertThat(lines).containsExactlyInAnyOrderElementsOf(lake.sent());
  }

  @Test
  void givenTheRawArchiveWhenReadThenPartitionsAreTheHoursOfArrival(FilledLake lake) {
    List<String> hours = new ArrayList<>();
    for (Instant hour = lake.sentFrom().truncatedTo(ChronoUnit.HOURS);
        !hour.isAfter(lake.sentTo());
        hour = hour.plus(Duration.ofHours(1))) {
      hours.add(hour.toString().substring(0, 13));
    }

    assertThat(
            lake.query("SELECT DISTINCT year, month, day, hour FROM raw_events").stream()
                .map(r -> r.get(0) + "-" + r.get(1) + "-" + r.get(2) + "T" + r.get(3)))
        .isNotEmpty()
        .isSubsetOf(hours);
    assertThat(
            lake.query(
                "SELECT \"$path\" FROM raw_events WHERE NOT regexp_like(\"$path\","
                    + " '/raw/year=' || year || '/month=' || month || '/day=' || day || '/hour='"
                    + " || hour || '/clickstream-archive-1-' || year || '-' || month || '-' || day"
                    + " || '-' || hour || '-\\d\\d-\\d\\d-[0-9a-f-]{36}\\.gz$')"))
        .isEmpty();
  }

  @Test
  void givenRejectedEventsWhenReadThenTheOriginalTextIsThere(FilledLake lake) {
    List<Object> payloads = new ArrayList<>();
    lake.query("SELECT from_utf8(payload) FROM rejected_events")
        .forEach(row -> payloads.add(row.get(0)));

    assertThat(payloads)
        .containsExactlyInAnyOrderElementsOf(
            lake.input().rejected().stream().map(SentInput.Rejected::text).toList());
  }

  @Test
  void givenEventsInTheLakeWhenTheLedgerIsReadThenItsCountsMatchTheInput(FilledLake lake) {
    SentInput input = lake.input();

    assertThat(
            lake.query(
                "SELECT sum(received), sum(written), sum(rejected), sum(duplicate), sum(late)"
                    + " FROM ledger_by_hour"))
        .containsExactly(
            List.of(
                (long) input.received(),
                (long) input.written().size(),
                (long) input.rejected().size(),
                (long) input.duplicates(),
                input.written().stream()
                    .filter(e -> e.time().plus(Duration.ofHours(1)).isBefore(lake.sentFrom()))
                    .count()));
    assertThat(
            lake.query(
                "SELECT sum(received), sum(written), sum(rejected), sum(duplicate),"
                    + " sum(abs(missing)) FROM ledger_balance"))
        .containsExactly(
            List.of(
                (long) input.received(),
                (long) input.written().size(),
                (long) input.rejected().size(),
                (long) input.duplicates(),
                0L));
  }

  @Test
  void givenClosedHoursWhenRowsAreMissingOrInExcessThenTheImbalanceNamesTheHour(FilledLake lake)
      throws IOException {
    assertThat(lake.query(imbalance("", ""))).isEmpty();
    assertThat(
            lake.query(
                imbalance(
                    "WHERE event_id <> (SELECT min(event_id) FROM clickstream.click_events)", "")))
        .singleElement()
        .satisfies(row -> assertThat(row.get(6)).isEqualTo(1L));
    assertThat(
            lake.query(
                imbalance(
                    "", "WHERE payload <> (SELECT min(payload) FROM clickstream.rejected_events)")))
        .singleElement()
        .satisfies(row -> assertThat(row.get(6)).isEqualTo(1L));
    assertThat(
            lake.query(
                imbalance(
                    "CROSS JOIN (VALUES 1, 2) AS twice (n) WHERE n = 1"
                        + " OR event_id = (SELECT min(event_id) FROM clickstream.click_events)",
                    "")))
        .singleElement()
        .satisfies(row -> assertThat(row.get(6)).isEqualTo(-1L));
  }

  @Test
  void givenClosedHoursWhenPunctualRowsAreMissingThenTheRecentImbalanceNamesTheHour(FilledLake lake)
      throws IOException {
    String oneInTime =
        "WHERE event_id <> (SELECT min(event_id) FROM clickstream.click_events"
            + " WHERE NOT is_late)";
    String oneRejected = "WHERE payload <> (SELECT min(payload) FROM clickstream.rejected_events)";

    assertThat(lake.query(recentImbalance("", ""))).isEmpty();
    assertThat(lake.query(recentImbalance(oneInTime, "")))
        .singleElement()
        .satisfies(row -> assertThat(row.get(7)).isEqualTo(1L));
    assertThat(lake.query(recentImbalance("", oneRejected)))
        .singleElement()
        .satisfies(row -> assertThat(row.get(7)).isEqualTo(1L));
  }

  /** The hourly check does not read the partitions of late rows, so the nightly check must. */
  @Test
  void givenClosedHoursWhenALateRowIsMissingThenTheNightlyImbalanceNamesTheHour(FilledLake lake)
      throws IOException {
    String oneLate =
        "WHERE event_id <> (SELECT min(event_id) FROM clickstream.click_events WHERE is_late)";

    assertThat(lake.query(recentImbalance(oneLate, ""))).isEmpty();
    assertThat(lake.query(imbalance(oneLate, "")))
        .singleElement()
        .satisfies(row -> assertThat(row.get(6)).isEqualTo(1L));
  }

  /**
   * An event of 23:50 that arrives at 00:05 is not late, and is in the previous day's partition.
   */
  @Test
  void givenAnHourAfterMidnightWhenItsRowsAreInTwoDaysThenTheRecentImbalanceCountsBoth(
      FilledLake lake) throws IOException {
    String today = keys("current_timestamp AT TIME ZONE 'UTC'");
    String yesterday = keys("current_timestamp AT TIME ZONE 'UTC' - INTERVAL '1' DAY");
    String hour =
        "date_trunc('hour', CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)))"
            + " - INTERVAL '5' HOUR";
    String ledger =
        "WITH ledger AS (SELECT "
            + hour
            + " AS arrival_hour, 's' AS stream, 'received' AS outcome,"
            + " 2 AS events, "
            + today
            + "),\nrejected_events AS (SELECT "
            + hour
            + " AS arrival_time, 's' AS stream, "
            + today
            + " WHERE false),\n";
    String row = "SELECT " + hour + " AS arrival_time, 's' AS stream, false AS is_late, ";
    String query = Files.readString(Path.of("queries/ledger_imbalance_recent.sql"));

    assertThat(
            lake.query(
                ledger
                    + "click_events AS ("
                    + row
                    + today
                    + " UNION ALL "
                    + row
                    + yesterday
                    + ")\n"
                    + query))
        .isEmpty();
    assertThat(lake.query(ledger + "click_events AS (" + row + today + ")\n" + query))
        .singleElement()
        .satisfies(missing -> assertThat(missing.get(7)).isEqualTo(1L));
  }

  @Test
  void givenTheHourlyQueryWhenPlannedThenItReadsTwoDaysOfEachTable(FilledLake lake)
      throws IOException {
    String plan =
        lake.query("EXPLAIN " + withoutComments(Path.of("queries/ledger_imbalance_recent.sql")))
            .get(0)
            .get(0)
            .toString();
    Set<String> twoDays =
        Set.of(
            LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("dd")),
            LocalDate.now(ZoneOffset.UTC).minusDays(1).format(DateTimeFormatter.ofPattern("dd")));

    List<String> read =
        Pattern.compile("day:string:PARTITION_KEY\\s+:: \\[(.*)\\]")
            .matcher(plan)
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(read).as("days read from each of the three tables, in the plan %s", plan).hasSize(3);
    assertThat(read)
        .allSatisfy(
            days ->
                assertThat(twoDays)
                    .containsAll(List.of(days.replaceAll("[\\[\\] ]", "").split(","))));
  }

  /** The query on copies of the tables whose rows arrived five hours earlier, in a closed hour. */
  private static String imbalance(String eventsThat, String rejectedThat) throws IOException {
    String query = Files.readString(Path.of("queries/ledger_imbalance.sql"));
    return "WITH ledger AS (SELECT arrival_hour - INTERVAL '5' HOUR AS arrival_hour, stream,"
        + " outcome, events FROM clickstream.ledger),\nclick_events AS (SELECT"
        + " arrival_time - INTERVAL '5' HOUR AS arrival_time, stream FROM clickstream.click_events "
        + eventsThat
        + "),\nrejected_events AS (SELECT arrival_time - INTERVAL '5' HOUR AS arrival_time, stream"
        + " FROM clickstream.rejected_events "
        + rejectedThat
        + ")\n"
        + query;
  }

  private static String recentImbalance(String eventsThat, String rejectedThat) throws IOException {
    String query = Files.readString(Path.of("queries/ledger_imbalance_recent.sql"));
    return "WITH ledger AS (SELECT arrival_hour - INTERVAL '5' HOUR AS arrival_hour, stream,"
        + " outcome, events, "
        + keys("arrival_hour - INTERVAL '5' HOUR")
        + " FROM clickstream.ledger),\nclick_events AS (SELECT"
        + " arrival_time - INTERVAL '5' HOUR AS arrival_time, stream, is_late, "
        + keys("event_time - INTERVAL '5' HOUR")
        + " FROM clickstream.click_events "
        + eventsThat
        + "),\nrejected_events AS (SELECT arrival_time - INTERVAL '5' HOUR AS arrival_time, stream, "
        + keys("arrival_time - INTERVAL '5' HOUR")
        + " FROM clickstream.rejected_events "
        + rejectedThat
        + ")\n"
        + query;
  }

  /** Partition keys of a time, as a select list. */
  private static String keys(String time) {
    return String.format(
        "date_format(%1$s, '%%Y') AS year, date_format(%1$s, '%%m') AS month,"
            + " date_format(%1$s, '%%d') AS day",
        time);
  }

  @Test
  void givenEventsInTheLakeWhenViewsAreReadThenTheyAgreeWithTheInput(FilledLake lake) {
    ExpectedAnswers expected = new ExpectedAnswers(lake.input());

    assertThat(lake.query("SELECT * FROM daily_funnel ORDER BY year, month, day"))
        .containsExactlyElementsOf(expected.dailyFunnel());
    assertThat(lake.query("SELECT count(*) FROM sessions"))
        .containsExactly(List.of(expected.sessions()));
    assertThat(lake.query("SELECT order_id, currency, revenue FROM orders ORDER BY order_id"))
        .containsExactlyElementsOf(expected.orderRevenues());
  }

  @Test
  void givenAConditionOnTheDayWhenPlannedThenOnlyThatPartitionIsRead(FilledLake lake) {
    Object day = lake.query("SELECT max(day) FROM click_events").get(0).get(0);
    String plan =
        lake.query("EXPLAIN SELECT count(*) FROM sessions WHERE day = '" + day + "'")
            .get(0)
            .get(0)
            .toString();

    assertThat(plan).contains("day:string:PARTITION_KEY").contains(":: [[" + day + "]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest_events", "events_by_hour"})
  void givenAQueryForTheNewestDayWhenPlannedThenADynamicFilterPrunesTheOtherDays(
      String query, FilledLake lake) throws IOException {
    String plan =
        lake.query("EXPLAIN " + withoutComments(Path.of("queries", query + ".sql")))
            .get(0)
            .get(0)
            .toString();

    // The planner resolves a key with one value in all partitions, so only the day is sure to be
    // there.
    assertThat(plan)
        .containsPattern("clickstream:click_events, dynamicFilters = \\{[^}]*\"day\" = ");
  }

  private static String withoutComments(Path file) throws IOException {
    return Files.readString(file).replaceAll("(?m)^--.*\n", "");
  }
}
