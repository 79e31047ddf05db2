package io.clickstreamlake.benchmarks.dedup;

import io.clickstreamlake.benchmarks.measure.CpuClock;
import io.clickstreamlake.dedup.Deduplicator;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * Benchmark of de-duplication alone, in RocksDB with incremental checkpoints, in this process: an
 * hour of new ids at 10,000 events per second, then repeats of ids from all parts of that hour. The
 * whole hour would take minutes. So only some groups of ids are filled, each as full as in the
 * whole hour, and RocksDB gets the same share of 1 GiB.
 */
public final class DeduplicationBenchmark {

  private static final EventIdentity IDENTITY =
      EventIdentity.by(
          List.of("event_id", "event_type", "event_time", "content"),
          EventColumns.CONTRACT,
          List.of());
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int EVENTS_PER_SECOND = 10_000;
  private static final int IDS_PER_GROUP =
      EVENTS_PER_SECOND * (int) HOUR.toSeconds() / EventIdentity.GROUPS;
  private static final int CHECKPOINTS = 60;

  /** Each round repeats one in this many of the hour's ids. */
  private static final int STRIDE = 5;

  private static final MemorySize MEMORY = MemorySize.ofMebiBytes(1024);
  private static final MemorySize MIN_MEMORY = MemorySize.ofMebiBytes(32);

  private final Path folder;
  private final int groups;
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * @param folder for checkpoints
   * @param events number of events of the other sections; here about as many ids, in whole groups
   * @param rounds number of rounds of repeats
   */
  public DeduplicationBenchmark(Path folder, int events, int rounds, Consumer<String> progress) {
    this.folder = folder;
    this.groups = Math.max(1, Integer.highestOneBit(events / IDS_PER_GROUP));
    this.rounds = rounds;
    this.progress = progress;
  }

  /** The cost of new ids, then that of each round of repeats. */
  public List<DeduplicationCost> run() throws IOException {
    new StateFolder(folder).clear();
    Files.createDirectories(folder);
    try (var deduplicator = open()) {
      return run(deduplicator);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new LakeException("de-duplication failed: " + e.getMessage(), e);
    }
  }

  private List<DeduplicationCost> run(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> deduplicator)
      throws Exception {
    int ids = groups * IDS_PER_GROUP;
    List<DeduplicationCost> costs = new ArrayList<>();
    progress.accept("de-duplicating " + ids + " new ids");
    double start = cpuSeconds();
    Random random = new Random(1);
    for (int i = 0; i < ids; i++) {
      Instant arrival = START.plus(HOUR.multipliedBy(i).dividedBy(ids));
      deduplicator.processElement(event(random, arrival));
      if (i % (ids / CHECKPOINTS) == 0) {
        deduplicator.snapshot(i, i);
        deduplicator.notifyOfCompletedCheckpoint(i);
        expect(deduplicator, i == 0 ? 1 : ids / CHECKPOINTS);
      }
    }
    costs.add(new DeduplicationCost("new", ids, cpuSeconds() - start));
    deduplicator.getOutput().clear();

    for (int round = 0; round < rounds; round++) {
      progress.accept("round " + (round + 1) + " of repeats");
      List<StreamRecord<ClickEvent>> repeats = repeats(ids, round % STRIDE);
      start = cpuSeconds();
      for (StreamRecord<ClickEvent> repeat : repeats) {
        deduplicator.processElement(repeat);
      }
      costs.add(new DeduplicationCost("repeat", repeats.size(), cpuSeconds() - start));
      expect(deduplicator, 0);
    }
    return costs;
  }

  private KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> open()
      throws Exception {
    MemorySize memory = MEMORY.multiply((double) groups / EventIdentity.GROUPS);
    EmbeddedRocksDBStateBackend backend =
        new EmbeddedRocksDBStateBackend(true)
            .configure(
                new Configuration()
                    .set(
                        RocksDBOptions.FIX_PER_SLOT_MEMORY_SIZE,
                        memory.compareTo(MIN_MEMORY) < 0 ? MIN_MEMORY : memory),
                DeduplicationBenchmark.class.getClassLoader());
    // The key is masked to the filled groups, so that each is as full as in the whole hour.
    int lastGroup = groups - 1;
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent>(
            new Deduplicator(IDENTITY, HOUR, Duration.ofDays(1)),
            event -> IDENTITY.group(event) & lastGroup,
            Types.INT);
    harness.setStateBackend(backend);
    harness.setCheckpointStorage(new FileSystemCheckpointStorage(folder.toUri()));
    harness.setup();
    harness.open();
    return harness;
  }

  /**
   * One in {@link #STRIDE} of the hour's events, in order, arriving again at the end of the hour:
   * the last moment at which the first of them is still in the window.
   */
  private static List<StreamRecord<ClickEvent>> repeats(int ids, int offset) {
    Random random = new Random(1);
    List<StreamRecord<ClickEvent>> repeats = new ArrayList<>(ids / STRIDE + 1);
    for (int i = 0; i < ids; i++) {
      StreamRecord<ClickEvent> event = event(random, START.plus(HOUR).minusMillis(1));
      if (i % STRIDE == offset) {
        repeats.add(event);
      }
    }
    return repeats;
  }

  private static void expect(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> deduplicator,
      int events) {
    int emitted = deduplicator.extractOutputValues().size();
    if (emitted != events) {
      throw new LakeException("de-duplication emitted " + emitted + " events, not " + events);
    }
    deduplicator.getOutput().clear();
  }

  private static StreamRecord<ClickEvent> event(Random random, Instant arrival) {
    ClickEvent event = new ClickEvent();
    event.setEventId(new UUID(random.nextLong(), random.nextLong()).toString());
    event.setEventType("page_view");
    event.setEventTime(START);
    event.setArrivalTime(arrival);
    event.setProcessedTime(START);
    event.setStream("clicks");
    event.setShardId("shardId-000000000000");
    event.setSequenceNumber("1");
    return new StreamRecord<>(event, arrival.toEpochMilli());
  }

  private static double cpuSeconds() {
    return CpuClock.seconds(ProcessHandle.current());
  }
}
