package io.clickstreamlake.dedup;

import com.sun.management.OperatingSystemMXBean;
import io.clickstreamlake.event.ClickEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * CPU time of de-duplication alone, in RocksDB, for new ids and for repeats of stored ids, with as
 * many ids per group as an hour's window has at 10,000 events per second. CPU seconds are those of
 * the process, compaction and garbage collection included. Only a part of the groups is filled, as
 * the whole takes minutes; the argument names the part, such as 8 for an eighth.
 *
 * <p>{@code ./mvnw -pl flink-app -am test-compile}, then run the class from an IDE, with a heap of
 * 1 GB.
 */
final class DeduplicatorBenchmark {

  private static final EventIdentity IDENTITY =
      EventIdentity.by(List.of("event_id", "event_type", "event_time"));
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final int IDS_PER_GROUP = 2200;
  private static final int MILLIS_PER_HOUR = 3_600_000;
  private static final int CHECKPOINTS = 60;
  private static final int REPEATS = 400_000;

  private DeduplicatorBenchmark() {}

  public static void main(String[] args) throws Exception {
    int part = args.length == 0 ? 8 : Integer.parseInt(args[0]);
    int groups = EventIdentity.GROUPS / part;
    int ids = groups * IDS_PER_GROUP;
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(true);
    backend =
        backend.configure(
            new Configuration()
                .set(RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE, MemorySize.ofMebiBytes(256)),
            DeduplicatorBenchmark.class.getClassLoader());
    Path folder = Files.createTempDirectory("dedup-benchmark");
    // The key is cut to the groups that are filled: so each holds what it would in the whole.
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent>(
            new Deduplicator(IDENTITY, Duration.ofHours(1), Duration.ofDays(1)),
            event -> IDENTITY.group(event) & groups - 1,
            Types.INT)) {
      harness.setStateBackend(backend);
      harness.setCheckpointStorage(new FileSystemCheckpointStorage(folder.toUri()));
      harness.setup();
      harness.open();
      Random random = new Random(1);
      long seed = random.nextLong();

      Random events = new Random(seed);
      long begun = cpuNanos();
      for (int i = 0; i < ids; i++) {
        process(harness, events, START.plusMillis((long) MILLIS_PER_HOUR * i / ids));
        if (i % (ids / CHECKPOINTS) == 0) {
          checkpoint(harness, i);
          harness.getOutput().clear();
        }
      }
      report("new ids", ids, cpuNanos() - begun);

      checkpoint(harness, ids);
      System.out.printf("bytes of all checkpoints    %.1f per id%n", (double) bytes(folder) / ids);
      for (int round = 1; round <= 3; round++) {
        events = new Random(seed);
        harness.getOutput().clear();
        // What was sent in the hour's last part is sent again, in the same order.
        for (int i = 0; i < ids - REPEATS; i++) {
          events.nextLong();
          events.nextLong();
        }
        begun = cpuNanos();
        for (int i = 0; i < REPEATS; i++) {
          process(harness, events, START.plusMillis(MILLIS_PER_HOUR));
        }
        report("repeats of stored ids", REPEATS, cpuNanos() - begun);
        if (!harness.extractOutputValues().isEmpty()) {
          throw new IllegalStateException(
              harness.extractOutputValues().size() + " repeats came through");
        }
      }
    }
  }

  private static void checkpoint(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness, long id)
      throws Exception {
    harness.snapshot(id, id);
    harness.notifyOfCompletedCheckpoint(id);
  }

  /** Incremental checkpoints: what all of them wrote. */
  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void process(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness,
      Random events,
      Instant arrival)
      throws Exception {
    ClickEvent event = new ClickEvent();
    event.setEventId(new UUID(events.nextLong(), events.nextLong()).toString());
    event.setEventType("page_view");
    event.setEventTime(START);
    event.setArrivalTime(arrival);
    event.setProcessedTime(START);
    event.setStream("clicks");
    event.setShardId("shardId-000000000000");
    event.setSequenceNumber("1");
    harness.processElement(new StreamRecord<>(event, arrival.toEpochMilli()));
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void report(String what, long events, long cpuNanos) {
    System.out.printf(
        "%-24s %,9d in %6.2f CPU seconds: %,9d per core-second%n",
        what, events, cpuNanos / 1e9, events * 1_000_000_000L / cpuNanos);
  }
}
