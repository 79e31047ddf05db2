package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.sample.AggregatedRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Values that are easily damaged on the way from JSON through Parquet to SQL. */
class RoundTripIT {

  @Test
  void givenAlphabetsDecimalsAndOffsetsWhenQueriedThenTheyEqualTheSentValues() {
    SharedStack.get();
    SharedStack.send(
        List.of(
            event("1", "2026-07-01T12:00:00.007+02:00", "0.10", "größe 😀"),
            event("2", "2026-06-30T19:30:00-09:30", "9999999999.99", "カタログ"),
            event("3", "1782907200", "-0.01", "\\u0451\\t\\\"quoted\\\"")));
    SharedStack.awaitAllAccounted();

    List<List<String>> rows =
        SharedStack.client()
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
                "round-trip-1", "2026-07-01 10:00:00.007", "0.1000", "größe 😀", "größe 😀", "01"),
            List.of(
                "round-trip-2", "2026-07-01 05:00:00.000", "9999999999.9900", "カタログ", "カタログ", "01"),
            List.of(
                "round-trip-3",
                "2026-07-01 12:00:00.000",
                "-0.0100",
                "ё\t\"quoted\"",
                "ё\t\"quoted\"",
                "01"));
  }

  @Test
  void givenRecordsOfManyEventsWhenQueriedThenEachEventIsWrittenOnceExceptTheBrokenOne() {
    SharedStack.get();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      events.add(viewOf("kpl-" + i));
    }
    events.add("{\"event_id\":\"kpl-broken\"");
    Accounting before = SharedStack.awaitAllAccounted();

    SharedStack.put(AggregatedRecord.of(events), AggregatedRecord.PARTITION_KEY, 301);
    SharedStack.put(
        (viewOf("many-1") + "\n" + viewOf("many-2") + "\n").getBytes(StandardCharsets.UTF_8),
        "b",
        2);
    SharedStack.put(
        ("[" + viewOf("many-3") + "," + viewOf("many-4") + "]").getBytes(StandardCharsets.UTF_8),
        "c",
        2);
    SharedStack.put(gzip(viewOf("many-5")), "c", 1);

    Accounting after = SharedStack.awaitAllAccounted();
    assertThat(after.written() - before.written()).isEqualTo(305);
    assertThat(after.rejected() - before.rejected()).isEqualTo(1);
    assertThat(
            SharedStack.client()
                .query(
                    """
                    SELECT substr(event_id, 1, 4), count(*), count(DISTINCT event_id)
                    FROM click_events
                    WHERE event_id LIKE 'kpl-%' OR event_id LIKE 'many-%' GROUP BY 1 ORDER BY 1
                    """)
                .rows())
        .containsExactly(List.of("kpl-", 300L, 300L), List.of("many", 5L, 5L));
  }

  private static String viewOf(String id) {
    return String.format(
        "{\"event_id\":\"%s\",\"event_type\":\"page_view\",\"event_time\":\"%s\"}",
        id, Instant.now());
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String event(String id, String time, String price, String text) {
    return String.format(
        "{\"event_id\":\"round-trip-%s\",\"event_type\":\"purchase\",\"event_time\":\"%s\","
            + "\"price\":%s,\"currency\":\"EUR\",\"user_id\":\"%s\",\"標題\":\"%s\"}",
        id, time, price, text, text);
  }
}
