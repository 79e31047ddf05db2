package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

  @Test
  void givenAGzipBombWhenReadThenItIsRejectedWithItsCompressedBytes() throws IOException {
    byte[] bomb = gzip(new byte[2_000_000]);

    ParsedRecord result = ParsedRecord.of(bomb, Map.of("parse.max-uncompressed", "1 mb"));

    assertThat(result.events).isEmpty();
    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).cause().reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(result.rejected.get(0).payload()).isEqualTo(bomb);
  }

  @Test
  void givenARecordOfNearlyOneMebibyteWhenReadThenItIsAnEvent() {
    String text =
        "{\"event_id\":\"a\",\"event_type\":\"v\",\"event_time\":1795169730,\"page_title\":\""
            + "x".repeat(1_040_000)
            + "\"}";

    ParsedRecord result = ParsedRecord.of(text);

    assertThat(result.rejected).isEmpty();
    assertThat(result.events.get(0).event.getPageTitle()).hasSize(8192);
    assertThat(result.events.get(0).event.getQualityFlags())
        .containsExactly("page_title_truncated");
  }

  @Test
  void givenAMillionOpenBracketsWhenReadThenTheyAreRejected() {
    ParsedRecord result = ParsedRecord.of("[".repeat(1_000_000));

    assertThat(result.events).isEmpty();
    assertThat(result.rejected).hasSize(1);
  }

  @Test
  void givenEventsWithoutIdsWhenReadThenTheirIdsAreUniqueAndTheSameOnAReplay() {
    String text =
        "{\"event_type\":\"v\",\"event_time\":1795169730}\n"
            + "{\"event_type\":\"v\",\"event_time\":1795169730}";

    ParsedRecord first = ParsedRecord.of(text);
    ParsedRecord replay = ParsedRecord.of(text);

    assertThat(first.events).extracting(e -> e.event.getEventId()).doesNotHaveDuplicates();
    assertThat(first.events.stream().map(e -> e.event.getEventId()).toList())
        .isEqualTo(replay.events.stream().map(e -> e.event.getEventId()).toList());
  }

  @Test
  void givenPlaceholderIdsWhenReadThenEachEventGetsAUniqueIdAndTheSameOnAReplay() {
    String text =
        "{\"event_id\":\"0\",\"event_type\":\"v\",\"event_time\":1795169730}\n"
            + "{\"event_id\":\"0\",\"event_type\":\"v\",\"event_time\":1795169730}\n"
            + "{\"event_id\":null,\"event_type\":\"v\",\"event_time\":1795169730}";

    ParsedRecord first = ParsedRecord.of(text);
    ParsedRecord replay = ParsedRecord.of(text);

    assertThat(first.events)
        .extracting(e -> e.event.getEventId())
        .doesNotHaveDuplicates()
        .doesNotContain("0");
    assertThat(first.events.stream().map(e -> e.event.getEventId()).toList())
        .isEqualTo(replay.events.stream().map(e -> e.event.getEventId()).toList());
  }

  @Test
  void givenABadEventWhenRejectedThenTheMessageContainsNoneOfItsText() {
    for (String bad :
        new String[] {
          "{\"user\":\"jane.doe@example.com\" jane",
          "jane.doe@example.com",
          "{\"event_id\":\"a\",\"event_type\":\"v\",\"event_time\":\"jane.doe@example.com\"}",
          "{\"event_id\":\"a\",\"event_type\":\"v\",\"event_time\":1795169730,\"price\":\"jane.doe@example.com\"}",
          "{\"event_id\":\"a\",\"event_type\":\"v\",\"event_time\":1795169730,\"items\":[{\"price\":\"jane.doe@example.com\"}]}",
          "{\"event_id\":\"jane.doe@example.com\",\"event_id\":\"jane.doe@example.com\"}",
        }) {
      ParsedRecord result =
          ParsedRecord.of(
              bad.getBytes(StandardCharsets.UTF_8), Map.of("parse.invalid-values", "REJECT"));

      assertThat(result.rejected).hasSize(1);
      assertThat(result.rejected.get(0).cause().getMessage())
          .doesNotContain("jane")
          .doesNotContain("example");
      assertThat(result.rejected.get(0).text()).isEqualTo(bad);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
