package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.ledger.AccountedOperator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ParseOperatorTest {

  private static final String EVENT =
      "{\"event_id\":\"%s\",\"event_type\":\"v\",\"event_time\":1795169730}";

  @Test
  void givenRecordsWithSeveralPartsWhenParsedThenReceivedIsEventsPlusRejections() throws Exception {
    try (OneInputStreamOperatorTestHarness<SourceRecord, ParsedEvent> harness =
        new OneInputStreamOperatorTestHarness<>(
            ParseOperator.of(ParsedRecord.settings(Map.of("parse.max-events", "4"))))) {
      harness.open();
      harness.processElement(record(gzip(event("a")), text("\n"), gzip(event("b"))));
      harness.processElement(record(gzip(event("c")), event("d"), text("\n{\"x\":NaN}\n")));
      harness.processElement(record(text("{}".repeat(100))));
      harness.processElement(record(text(" \n")));

      harness.prepareSnapshotPreBarrier(1);

      Map<String, Long> ledger = new TreeMap<>();
      for (StreamRecord<LedgerEntry> entry : harness.getSideOutput(AccountedOperator.LEDGER)) {
        ledger.merge(entry.getValue().getOutcome(), entry.getValue().getEvents(), Long::sum);
      }
      // a, b, c, d; NaN; four of a hundred objects and the rest of them; the empty record.
      assertThat(harness.extractOutputValues()).hasSize(4);
      assertThat(harness.getSideOutput(AccountedOperator.REJECTED))
          .extracting(rejection -> ((StreamRecord<Rejection>) rejection).getValue().reason)
          .containsExactly(
              "malformed_json",
              "missing_value",
              "missing_value",
              "missing_value",
              "missing_value",
              "too_many_events",
              "empty");
      assertThat(ledger).isEqualTo(Map.of("received", 11L, "rejected", 7L));
    }
  }

  private static StreamRecord<SourceRecord> record(byte[]... parts) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      data.writeBytes(part);
    }
    long arrival = ParsedRecord.ARRIVAL.toEpochMilli();
    return new StreamRecord<>(
        new SourceRecord(
            data.toByteArray(), new Origin("clicks", "shardId-000000000000", "495"), arrival),
        arrival);
  }

  private static byte[] event(String id) {
    return text(String.format(EVENT, id));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
