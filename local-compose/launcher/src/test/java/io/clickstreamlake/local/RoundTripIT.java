package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Values that are easily harmed on the way from JSON over Parquet to SQL. */
class RoundTripIT {

  @Test
  void givenAlphabetsDecimalsAndOffsetsWhenQueriedThenTheyAreWhatWasSent() {
    SharedStack.get();
    SharedStack.send(
        List.of(
            event("1", "2026-07-01T12:00:00.007+02:00", "0.10", "größe 😀"),
            event("2", "2026-06-30T19:30:00-09:30", "9999999999.99", "カタログ"),
            event("3", "1782907200", "-0.01", "\\u0451\\t\\\"quoted\\\"")));
    SharedStack.awaitAllAccounted();

    List<List<String>> rows =
        SharedStack.get()
            .query(
                """
                SELECT event_id, CAST(event_time AS varchar), CAST(price AS varchar), user_id,
                  element_at(properties, '標題'), day
                FROM click_events WHERE event_id LIKE 'round-trip-%' ORDER BY event_id
                """)
            .rows()
            .stream()
            .map(row -> row.stream().map(String::valueOf).toList())
            .toList();

    assertThat(rows)
        .containsExactly(
            List.of(
                "round-trip-1", "2026-07-01 10:00:00.007", "0.10", "größe 😀", "größe 😀", "01"),
            List.of(
                "round-trip-2", "2026-07-01 05:00:00.000", "9999999999.99", "カタログ", "カタログ", "01"),
            List.of(
                "round-trip-3",
                "2026-07-01 12:00:00.000",
                "-0.01",
                "ё\t\"quoted\"",
                "ё\t\"quoted\"",
                "01"));
  }

  private static String event(String id, String time, String price, String text) {
    return String.format(
        "{\"event_id\":\"round-trip-%s\",\"event_type\":\"purchase\",\"event_time\":\"%s\","
            + "\"price\":%s,\"currency\":\"EUR\",\"user_id\":\"%s\",\"標題\":\"%s\"}",
        id, time, price, text, text);
  }
}
