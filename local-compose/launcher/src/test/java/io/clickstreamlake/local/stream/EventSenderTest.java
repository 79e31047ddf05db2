package io.clickstreamlake.local.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventSenderTest {

  private final FakeStream stream = new FakeStream();
  private final List<Duration> pauses = new ArrayList<>();
  private final EventSender sender = new EventSender(stream, pauses::add, sent -> {});

  @Test
  void givenMoreThan500RecordsWhenSentThenTheyAreInBatchesOf500AndInOrder() {
    for (int i = 0; i < 1201; i++) {
      sender.send(bytes("{\"n\":" + i + "}"), "event " + i);
    }
    sender.flush();

    assertThat(stream.batchSizes).containsExactly(500, 500, 201);
    assertThat(stream.accepted).hasSize(1201).startsWith("{\"n\":0}", "{\"n\":1}");
    assertThat(stream.accepted.get(1200)).isEqualTo("{\"n\":1200}");
    assertThat(sender.sentEvents()).isEqualTo(1201);
  }

  @Test
  void givenLargeRecordsWhenSentThenNoBatchExceedsFiveMebibytes() {
    byte[] line = bytes("{\"s\":\"" + "x".repeat(900 * 1024) + "\"}");
    for (int i = 0; i < 12; i++) {
      sender.send(line, "event " + i);
    }
    sender.flush();

    assertThat(stream.batchSizes).containsExactly(5, 5, 2);
    assertThat(sender.sentEvents()).isEqualTo(12);
  }

  @Test
  void givenFailedRecordsWhenSentThenOnlyTheseAreRetriedAfterAPauseThatDoubles() {
    stream.refuse(Set.of("{\"n\":1}", "{\"n\":3}"), 2);
    for (int i = 0; i < 5; i++) {
      sender.send(bytes("{\"n\":" + i + "}"), "event " + i);
    }
    sender.flush();

    assertThat(stream.batchSizes).containsExactly(5, 2, 2);
    assertThat(stream.accepted)
        .containsExactly("{\"n\":0}", "{\"n\":2}", "{\"n\":4}", "{\"n\":1}", "{\"n\":3}");
    assertThat(pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(sender.sentEvents()).isEqualTo(5);
  }

  @Test
  void givenRecordThatAlwaysFailsWhenSentThenTheMessageHasTheSentEventsAndTheReason() {
    stream.refuse(Set.of("{\"n\":1}"), Integer.MAX_VALUE);
    sender.send(bytes("{\"n\":0}"), "event 0");
    sender.send(bytes("{\"n\":1}"), "event 1");

    assertThatThrownBy(sender::flush)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("rejected 1 records 10 times")
        .hasMessageContaining("ProvisionedThroughputExceededException")
        .hasMessageContaining("1 events were sent");
    assertThat(pauses).hasSize(9).endsWith(Duration.ofSeconds(5));
  }

  @Test
  void givenRecordAboveOneMebibyteWhenSentThenTheMessageHasItsPositionAndEarlierEventsAreSent() {
    byte[] tooLarge = new byte[1024 * 1024];

    sender.send(bytes("{}"), "event 1");

    assertThatThrownBy(() -> sender.send(tooLarge, "clicks.json, line 2"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("clicks.json, line 2")
        .hasMessageContaining("1048576");
    assertThat(stream.accepted).containsExactly("{}");
  }

  @Test
  void givenLinesWhenSentThenBlankOnesAreSkippedAndBytesAreUnchanged() throws IOException {
    byte[] text = bytes("{\"a\":1}\n\n  \t\n{\"b\":\"ü\"}\r\nnot json\n[{},{}]");

    sender.sendLines(new ByteArrayInputStream(text), "clicks.json");

    assertThat(stream.accepted)
        .containsExactly("{\"a\":1}", "{\"b\":\"ü\"}", "not json", "[{},{}]");
    assertThat(sender.sentEvents()).isEqualTo(5);
  }

  @Test
  void givenBrokenValueOfAPipeWhenSentThenTheMessageSaysHowManyWereSent() {
    byte[] text = bytes("{\n\"a\":1}\n{\"a\": }\n{\"a\":3}\n");

    assertThatThrownBy(
            () -> sender.sendInput(new ByteArrayInputStream(text), "p", InputFormat.AUTO))
        .isInstanceOf(LakeException.class)
        .hasMessageStartingWith("p, line 3, column 7: not valid JSON: ")
        .hasMessageEndingWith(". The 1 events before it were sent.");
    assertThat(stream.accepted).containsExactly("{\"a\":1}");
  }

  @Test
  void givenBrokenOrLargeValueOfAFileWhenCheckedThenNothingIsSent() {
    byte[] broken = bytes("{\n\"a\":1}\n{\"a\": }\n");
    byte[] large = bytes("{}\n{\"a\":\"" + "x".repeat(1024 * 1024) + "\"}\n");

    assertThatThrownBy(
            () -> EventSender.check(new ByteArrayInputStream(broken), "f", InputFormat.AUTO))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("f, line 3, column 7")
        .hasMessageEndingWith(" Nothing was sent.");
    assertThatThrownBy(
            () -> EventSender.check(new ByteArrayInputStream(large), "f", InputFormat.AUTO))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("f, line 2 has 1048592 bytes as a record")
        .hasMessageEndingWith(" Nothing was sent.");
  }

  @Test
  void givenInvalidLinesWhenSentThenTheyAreCountedAndTheFirstIsNamed() throws IOException {
    byte[] text = bytes("{\"a\":1}\nnot json\n{\"b\n");

    sender.sendInput(new ByteArrayInputStream(text), "f", InputFormat.AUTO);

    assertThat(stream.accepted).containsExactly("{\"a\":1}", "not json", "{\"b");
    assertThat(sender.invalidRecords()).isEqualTo(2);
    assertThat(sender.firstInvalid()).isEqualTo("f, line 2");
  }

  @Test
  void givenEqualBytesWhenSentTwiceThenTheirPartitionKeysAreEqualAndOthersDiffer() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      keys.add(StreamRecord.of(bytes("{\"n\":" + i + "}")).partitionKey());
    }

    assertThat(keys).hasSizeGreaterThan(95);
    assertThat(StreamRecord.of(bytes("{}")).partitionKey())
        .isEqualTo(StreamRecord.of(bytes("{}")).partitionKey());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A stream that acknowledges every record except chosen ones. */
  private static final class FakeStream implements StreamWriter {

    private final List<Integer> batchSizes = new ArrayList<>();
    private final List<String> accepted = new ArrayList<>();
    private Set<String> refused = Collections.emptySet();
    private int refusals;

    void refuse(Set<String> records, int times) {
      refused = records;
      refusals = times;
    }

    @Override
    public List<String> put(List<StreamRecord> records) {
      batchSizes.add(records.size());
      List<String> errors = new ArrayList<>();
      for (StreamRecord record : records) {
        String text = new String(record.data(), StandardCharsets.UTF_8);
        boolean fails = refusals > 0 && refused.contains(text);
        errors.add(fails ? "ProvisionedThroughputExceededException" : null);
        if (!fails) {
          accepted.add(text);
        }
      }
      refusals--;
      return errors;
    }
  }
}
