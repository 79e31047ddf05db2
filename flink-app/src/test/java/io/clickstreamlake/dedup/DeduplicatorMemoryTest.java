package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * De-duplication in a virtual machine whose heap is what {@link Deduplicator#heapBytes} says:
 * nothing but new ids at 10,000 events per second for several windows of an hour, with the state in
 * RocksDB. To be done in seconds, only some of the groups of ids are filled, each as in the whole.
 */
class DeduplicatorMemoryTest {

  private static final Duration WINDOW = Duration.ofHours(1);
  private static final int EVENTS_PER_SECOND = 10_000;
  private static final int WINDOWS = 5;

  /** One group in so many is filled. */
  private static final int PART = 64;

  private static final int WATERMARK_EVERY = 2_000;

  /** Classes, Flink's test harness, the event that comes. */
  private static final int OTHER_MIB = 24;

  @TempDir Path folder;

  @Test
  void givenAHeapOfWhatItSaysItNeedsWhenTheRateIsFullThenItSuffices() throws Exception {
    assertThat(run(neededMib() + OTHER_MIB)).endsWith("passed\n");
  }

  /** The test above could fail: the ids really need what is allowed to them. */
  @Test
  void givenMuchLessHeapWhenTheRateIsFullThenItDoesNotSuffice() throws Exception {
    assertThat(run((neededMib() + OTHER_MIB) / 2)).contains("OutOfMemoryError");
  }

  private static int neededMib() {
    return (int) (Deduplicator.heapBytes(WINDOW, EVENTS_PER_SECOND) / PART >> 20) + 1;
  }

  private String run(int heapMib) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMib + "m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DeduplicatorMemoryTest.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** Several windows of new ids, in a virtual machine of its own. */
  public static void main(String[] args) throws Exception {
    EventIdentity identity = EventIdentity.by(List.of("event_id"));
    int lastGroup = EventIdentity.GROUPS / PART - 1;
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent>(
            new Deduplicator(identity, WINDOW, Duration.ofDays(1)),
            event -> identity.group(event) & lastGroup,
            Types.INT)) {
      harness.setStateBackend(
          new EmbeddedRocksDBStateBackend()
              .configure(
                  new Configuration()
                      .set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, MemorySize.ofMebiBytes(64)),
                  DeduplicatorMemoryTest.class.getClassLoader()));
      harness.setup();
      harness.open();
      Random random = new Random(1);
      Instant start = Instant.parse("2026-11-20T10:00:00Z");
      long events = WINDOWS * WINDOW.toSeconds() * EVENTS_PER_SECOND / PART;
      long passed = 0;
      for (long i = 0; i < events; i++) {
        Instant arrival = start.plusMillis(i * PART * 1000 / EVENTS_PER_SECOND);
        ClickEvent event = new ClickEvent();
        event.setEventId(new UUID(random.nextLong(), random.nextLong()).toString());
        event.setArrivalTime(arrival);
        harness.processElement(new StreamRecord<>(event, arrival.toEpochMilli()));
        if (i % WATERMARK_EVERY == WATERMARK_EVERY - 1) {
          harness.processWatermark(arrival.toEpochMilli());
          passed += harness.extractOutputValues().size();
          harness.getOutput().clear();
        }
      }
      passed += harness.extractOutputValues().size();
      System.out.println(passed == events ? "passed" : passed + " of " + events + " passed");
    }
  }
}
