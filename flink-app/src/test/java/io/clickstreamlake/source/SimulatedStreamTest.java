package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.dedup.Deduplicator;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * De-duplication of a stream with shards that lag, stay empty, stall, split and merge, read by
 * several subtasks that discover shards at different times, with restarts and hours of downtime.
 * The result is compared with a list of all events that must pass. Times are seconds.
 */
class SimulatedStreamTest {

  private static final long START = Instant.parse("2026-11-20T10:00:00Z").getEpochSecond();
  private static final int WINDOW = 3600;
  private static final int SKEW = 60;
  private static final int STEP = 30;
  private static final int STEPS = 1500;
  private static final EventIdentity IDENTITY =
      EventIdentity.by(
          List.of("event_id", "event_type", "event_time", "content"),
          EventColumns.CONTRACT,
          List.of());

  /** The content of a shard in Kinesis. */
  private static final class Shard {
    final String name;
    final long createdAt;
    long closedAt = Long.MAX_VALUE;
    final List<Long> arrivals = new ArrayList<>();
    final List<String> ids = new ArrayList<>();

    Shard(int number, long createdAt) {
      this.name = "shard-" + number;
      this.createdAt = createdAt;
    }
  }

  /** The read position in a shard: all arrivals before a time, and the number of records. */
  private static final class Cursor {
    long readTo;
    int records;

    Cursor(long readTo) {
      this.readTo = readTo;
    }
  }

  private final List<Shard> shards = new ArrayList<>();
  private final List<String> recentIds = new ArrayList<>();
  private Random random;
  private long now = START;
  private long clientOffset;

  /** State that the job keeps in its snapshots. */
  private final Map<Shard, Cursor> cursors = new HashMap<>();

  private List<ShardProgress> subtasks;
  private List<List<Shard>> known;
  private long[] stalledUntil;
  private Map<Shard, Long> shardStalledUntil;
  private long watermark;

  private final Map<String, List<Long>> passedBefore = new HashMap<>();
  private final List<String> expected = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> dedup;
  private int late;
  private int maxLagHours;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void givenShardsThatLagStayEmptyStallSplitAndMergeWhenReadThenTheSameEventsPassAsInTheList(
      int seed) throws Exception {
    random = new Random(seed);
    clientOffset = random.nextInt(2 * SKEW - STEP) - SKEW + STEP / 2;
    for (int i = 0; i < 3; i++) {
      shards.add(new Shard(i, now));
    }
    OperatorSubtaskState snapshot = null;
    List<String> all = new ArrayList<>();
    start(null);
    for (int step = 0; step < STEPS; step++) {
      now += STEP;
      produce();
      if (random.nextInt(60) == 0) {
        reshard();
      }
      discover();
      for (Shard shard : List.copyOf(shards)) {
        read(shard);
      }
      advance();
      if (random.nextInt(150) == 0) {
        snapshot = dedup.snapshot(step, step);
        all.addAll(passed());
        dedup.close();
        // Down for up to four hours while events continue to arrive.
        for (int down = random.nextInt(480); down > 0; down--) {
          now += STEP;
          produce();
        }
        start(snapshot);
      }
    }
    // Finally, read every shard to its tip.
    for (int i = 0; i < 2000; i++) {
      now += STEP;
      shardStalledUntil.clear();
      for (int subtask = 0; subtask < subtasks.size(); subtask++) {
        discover(subtask);
      }
      for (Shard shard : List.copyOf(shards)) {
        read(shard);
      }
      advance();
    }
    all.addAll(passed());

    assertThat(all).isEqualTo(expected);
    assertThat(late).as("records behind the watermark").isZero();
    assertThat(maxLagHours).as("maximum lag of a shard in hours").isGreaterThan(2);
    assertThat(watermark)
        .as("the watermark advances in idle shards")
        .isBetween(now - 4 * SKEW, now + SKEW);
    assertThat(dedup.numEventTimeTimers()).as("all de-duplication state has expired").isZero();
    dedup.close();
  }

  private void start(OperatorSubtaskState snapshot) throws Exception {
    dedup =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new Deduplicator(IDENTITY, Duration.ofSeconds(WINDOW), Duration.ofDays(30)),
            IDENTITY::group,
            Types.INT);
    dedup.setStateBackend(new HashMapStateBackend());
    dedup.setup();
    if (snapshot != null) {
      dedup.initializeState(snapshot);
    }
    dedup.open();
    int parallelism = 1 + random.nextInt(3);
    subtasks = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      subtasks.add(new ShardProgress(Duration.ofSeconds(SKEW)));
    }
    stalledUntil = new long[parallelism];
    shardStalledUntil = new HashMap<>();
    watermark = Long.MIN_VALUE;
    known = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      known.add(new ArrayList<>());
      discover(subtask);
    }
    for (Shard shard : shards) {
      cursors.computeIfAbsent(shard, none -> new Cursor(shard.createdAt));
      if (cursors.get(shard).readTo > shard.closedAt) {
        progress(shard).ended(shard.name);
      }
    }
  }

  private ShardProgress progress(Shard shard) {
    return subtasks.get(subtask(shard));
  }

  private int subtask(Shard shard) {
    return Math.floorMod(shard.name.hashCode() * 31, subtasks.size());
  }

  /** Events come in bursts; one third of the shards is silent for a long time. */
  private void produce() {
    for (Shard shard : shards) {
      boolean silent = (now / 7200 + shard.name.hashCode()) % 3 == 0;
      if (shard.closedAt != Long.MAX_VALUE || silent) {
        continue;
      }
      for (int n = random.nextInt(3); n > 0; n--) {
        String id;
        if (!recentIds.isEmpty() && random.nextInt(3) == 0) {
          int reach = Math.min(recentIds.size(), 600);
          id = recentIds.get(recentIds.size() - 1 - random.nextInt(reach));
        } else {
          id = "id" + recentIds.size();
          recentIds.add(id);
        }
        shard.arrivals.add(now);
        shard.ids.add(id);
      }
    }
  }

  private void reshard() {
    List<Shard> open = new ArrayList<>();
    for (Shard shard : shards) {
      if (shard.closedAt == Long.MAX_VALUE) {
        open.add(shard);
      }
    }
    int closed = open.size() > 4 ? 2 : 1;
    for (int i = 0; i < closed; i++) {
      open.remove(random.nextInt(open.size())).closedAt = now;
    }
    for (int i = 0; i < (closed == 2 ? 1 : 2); i++) {
      shards.add(new Shard(shards.size(), now));
    }
  }

  private void discover() {
    for (int subtask = 0; subtask < subtasks.size(); subtask++) {
      if (stalledUntil[subtask] <= now && random.nextInt(3) == 0) {
        discover(subtask);
        if (random.nextInt(50) == 0) {
          stalledUntil[subtask] = now + random.nextInt(1800);
        }
      }
    }
  }

  private void discover(int subtask) {
    List<String> found = new ArrayList<>();
    for (Shard shard : shards) {
      if (subtask(shard) == subtask && !known.get(subtask).contains(shard)) {
        known.get(subtask).add(shard);
        cursors.computeIfAbsent(shard, none -> new Cursor(shard.createdAt));
        found.add(shard.name);
      }
    }
    subtasks.get(subtask).discovered((now + clientOffset) * 1000, found);
  }

  /**
   * A page contains up to 8 records of up to 16 minutes; far behind the tip, many pages are empty.
   */
  private void read(Shard shard) throws Exception {
    if (!known.get(subtask(shard)).contains(shard)
        || shardStalledUntil.getOrDefault(shard, 0L) > now) {
      return;
    }
    if (random.nextInt(300) == 0) {
      shardStalledUntil.put(shard, now + random.nextInt(4 * 3600));
      return;
    }
    Cursor cursor = cursors.get(shard);
    if (cursor.readTo > shard.closedAt) {
      return;
    }
    maxLagHours = Math.max(maxLagHours, (int) ((now - cursor.readTo) / 3600));
    long requestedAt = now - random.nextInt(STEP) + clientOffset;
    long end = Math.min(now + 1, cursor.readTo + 60 + random.nextInt(900));
    int records = 0;
    long last = 0;
    while (cursor.records < shard.arrivals.size()
        && shard.arrivals.get(cursor.records) < end
        && records < 8) {
      last = shard.arrivals.get(cursor.records);
      process(shard.ids.get(cursor.records), last);
      cursor.records++;
      records++;
    }
    cursor.readTo = records == 8 ? last : end;
    if (records > 0) {
      progress(shard).read(shard.name, last * 1000);
    } else {
      progress(shard).empty(shard.name, requestedAt * 1000, (now + 1 - end) * 1000);
    }
    if (cursor.readTo > shard.closedAt) {
      progress(shard).ended(shard.name);
    }
  }

  private void process(String id, long arrival) throws Exception {
    if (arrival <= watermark) {
      late++;
    }
    List<Long> before = passedBefore.computeIfAbsent(id, none -> new ArrayList<>());
    if (before.stream().noneMatch(first -> Math.abs(arrival - first) < WINDOW)) {
      before.add(arrival);
      expected.add(id + "@" + arrival);
    }
    ClickEvent event = new ClickEvent();
    event.setEventId(id);
    event.setEventType("v");
    event.setEventTime(Instant.ofEpochSecond(START));
    event.setArrivalTime(Instant.ofEpochSecond(arrival));
    event.setProcessedTime(Instant.ofEpochSecond(START));
    event.setStream("clicks");
    event.setShardId("s");
    event.setSequenceNumber("1");
    dedup.processElement(new StreamRecord<>(event, arrival * 1000));
  }

  private void advance() throws Exception {
    long minimum = Long.MAX_VALUE;
    for (ShardProgress subtask : subtasks) {
      minimum = Math.min(minimum, subtask.watermark());
    }
    if (minimum != Long.MIN_VALUE && Math.floorDiv(minimum, 1000) > watermark) {
      watermark = Math.floorDiv(minimum, 1000);
      dedup.processWatermark(new Watermark(minimum));
    }
  }

  private List<String> passed() {
    List<String> passed = new ArrayList<>();
    for (ClickEvent event : dedup.extractOutputValues()) {
      passed.add(event.getEventId() + "@" + event.getArrivalTime().getEpochSecond());
    }
    return passed;
  }
}
