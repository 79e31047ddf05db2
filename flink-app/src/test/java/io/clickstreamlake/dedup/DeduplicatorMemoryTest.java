package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
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
 * Runs de-duplication in a JVM with the heap of {@link Deduplicator#heapBytes}: only new ids at
 * 10,000 events per second for several windows of one hour, with the state in RocksDB. To finish in
 * seconds, the test fills only some groups of ids, each at its full rate.
 */
class DeduplicatorMemoryTest {

  private static final Duration WINDOW = Duration.ofHours(1);
  private static final int EVENTS_PER_SECOND = 10_000;
  private static final int WINDOWS = 5;

  /** One in this many groups is filled. */
  private static final int PART = 64;

  private static final int WATERMARK_EVERY = 2_000;

  /** Heap for classes, Flink's test harness and the current event. */
  private static final int OTHER_MIB = 24;

  @TempDir Path folder;

  @Test
  void givenTheDeclaredHeapWhenTheRateIsFullThenItSuffices() throws Exception {
    assertThat(run(neededMib() + OTHER_MIB)).endsWith("passed\n");
  }

  /** Proves that the test above can fail: the ids need the declared heap. */
  @Test
  void givenHalfTheHeapWhenTheRateIsFullThenItDoesNotSuffice() throws Exception {
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
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("process ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** Processes several windows of new ids, in a separate JVM. */
  public static void main(String[] args) throws Exception {
    EventIdentity identity =
        EventIdentity.by(List.of("event_id", "content"), EventColumns.CONTRACT, List.of());
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
