package io.clickstreamlake.athena;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares {@link ExpectedAnswers} for the sample file with results that were counted by hand. */
class ExpectedAnswersTest {

  private static List<String> sampleFile() throws IOException {
    return Files.readAllLines(Path.of("../sample-data/clickstream.json"));
  }

  private static ExpectedAnswers answers() throws IOException {
    return new ExpectedAnswers(SentInput.read(sampleFile()));
  }

  @Test
  void givenTheSampleFileWhenReadWithBrokenLinesThenEachEventHasOneOutcome() throws IOException {
    List<String> events = new ArrayList<>(sampleFile());
    events.add(events.get(3));
    events.add("{\"event_type\":");
    events.add("\"page_view\"");
    events.add("{\"event_id\":\"a\",\"event_time\":\"2025-11-20T10:00:00Z\"}");
    events.add("{\"event_id\":\"a\",\"event_type\":\"page_view\"}");
    events.add("{\"event_id\":\"a\",\"event_type\":\"page_view\",\"event_time\":\"noon\"}");
    events.add(
        "{\"event_id\":\"a\",\"event_type\":\"page_view\",\"event_time\":\"1999-12-31T23:59:59Z\"}");
    SentInput input = SentInput.read(events);

    assertThat(input.written()).hasSize(15);
    assertThat(input.duplicates()).isEqualTo(1);
    assertThat(input.rejected())
        .extracting(SentInput.Rejected::reason)
        .containsExactly(
            "malformed_json",
            "not_an_object",
            "missing_value",
            "missing_value",
            "invalid_value",
            "time_out_of_range");
    assertThat(input.received()).isEqualTo(events.size());
  }

  @Test
  void givenIdsOfSeveralEventsWhenReadThenThoseThatDifferInTypeOrTimeAreListed() {
    String event =
        "{\"event_id\":\"%s\",\"event_type\":\"%s\",\"event_time\":\"2025-11-20T10:%s:00Z\",\"user_agent\":\"curl/8.5\"}";
    SentInput input =
        SentInput.read(
            List.of(
                String.format(event, "a", "checkout", "00"),
                String.format(event, "b", "page_view", "00"),
                String.format(event, "a", "purchase", "00"),
                String.format(event, "b", "page_view", "00"),
                String.format(event, "c", "click", "07"),
                String.format(event, "c", "click", "05"),
                String.format(event, "c", "click", "06"),
                String.format(event, "d", "click", "09"),
                String.format(event, "d", "click", "09").replace("curl", "wget")));

    assertThat(input.written()).hasSize(8);
    assertThat(input.duplicates()).isEqualTo(1);
    assertThat(new ExpectedAnswers(input).reusedIds())
        .containsExactly(
            List.of("c", 3L, 1L, "2025-11-20 10:05:00.000", "2025-11-20 10:07:00.000"),
            List.of("a", 2L, 2L, "2025-11-20 10:00:00.000", "2025-11-20 10:00:00.000"),
            List.of("d", 2L, 1L, "2025-11-20 10:09:00.000", "2025-11-20 10:09:00.000"));
  }

  @Test
  void givenTheSampleFileWhenCountedThenTheAnswersAreThoseOfACountByHand() throws IOException {
    ExpectedAnswers answers = answers();

    assertThat(answers.totalEvents()).containsExactly(List.of(15L));
    assertThat(answers.eventsByType())
        .startsWith(List.of("page_view", 5L, new BigDecimal("33.33")))
        .endsWith(List.of("video_play", 1L, new BigDecimal("6.67")));
    assertThat(answers.dailyVolume())
        .containsExactly(
            List.of("2025", "11", "20", 8L, 2L, 1L),
            List.of("2025", "11", "21", 6L, 4L, 1L),
            List.of("2025", "11", "27", 1L, 0L, 0L));
    assertThat(answers.uniqueUsersPerDay())
        .containsExactly(
            List.of("2025-11-20", 2L, 2L, 2L),
            List.of("2025-11-21", 2L, 3L, 3L),
            List.of("2025-11-27", 1L, 1L, 0L));
    assertThat(answers.revenueByDay())
        .containsExactly(
            List.of(
                "2025-11-20", "EUR", 1L, new BigDecimal("229.8000"), new BigDecimal("229.8000")),
            List.of(
                "2025-11-21", "GBP", 1L, new BigDecimal("191.0100"), new BigDecimal("191.0100")));
    assertThat(answers.funnel())
        .containsExactly(
            Arrays.asList("visit", 4L, new BigDecimal("100.0"), null),
            List.of("product_view", 2L, new BigDecimal("50.0"), new BigDecimal("50.0")),
            List.of("add_to_cart", 1L, new BigDecimal("25.0"), new BigDecimal("50.0")),
            List.of("checkout", 1L, new BigDecimal("25.0"), new BigDecimal("100.0")),
            List.of("purchase", 2L, new BigDecimal("50.0"), new BigDecimal("200.0")));
    assertThat(answers.campaigns())
        .containsExactly(
            List.of("facebook", "paid_social", "autumn_sale", 1L, 0L, new BigDecimal("0.0")),
            List.of("google", "cpc", "autumn_sale", 1L, 1L, new BigDecimal("100.0")),
            List.of("newsletter", "email", "weekly_deals", 1L, 1L, new BigDecimal("100.0")));
    assertThat(answers.topSearches()).containsExactly(List.of("hiking boots", 1L, 1L, 1L));
    assertThat(answers.latestEvents().get(0).get(0)).isEqualTo("2025-11-27 14:02:11.000");
    assertThat(answers.sessions()).isEqualTo(6);
    // Three browsers of the week from 17 November; none came back a week later.
    assertThat(answers.retention())
        .containsExactly(
            List.of(
                "2025-11-17",
                3L,
                new BigDecimal("0.0"),
                new BigDecimal("0.0"),
                new BigDecimal("0.0"),
                new BigDecimal("0.0")));
    assertThat(answers.cohortRevenue())
        .containsExactly(
            List.of("2025-11-17", 0L, "EUR", 1L, new BigDecimal("229.8000")),
            List.of("2025-11-17", 0L, "GBP", 1L, new BigDecimal("191.0100")));
    assertThat(answers.refunds())
        .containsExactly(
            List.of(
                "EUR",
                1L,
                1L,
                new BigDecimal("229.8000"),
                new BigDecimal("39.9000"),
                new BigDecimal("189.9000")),
            List.of(
                "GBP",
                1L,
                0L,
                new BigDecimal("191.0100"),
                new BigDecimal("0.0000"),
                new BigDecimal("191.0100")));
    assertThat(answers.searchesWithoutResult()).isEmpty();
    assertThat(answers.robots())
        .containsExactly(List.of("search_crawler", "Googlebot", 1L, new BigDecimal("100.00")));
  }
}
