package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.ledger.AccountedOperator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DeduplicatorTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final int MAX_PARALLELISM = 128;

  @Test
  void givenRepeatsWithinTheWindowWhenProcessedThenTheFirstWins() throws Exception {
    try (var harness = open(null, 1, 0)) {
      process(harness, "a", 0);
      process(harness, "a", 59);
      process(harness, "b", 0);
      process(harness, "a", 60);

      assertThat(passed(harness)).containsExactly("a@0", "b@0", "a@60");
      assertThat(counted(harness)).containsExactly("duplicate 1");
    }
  }

  @Test
  void givenALaggingShardWhenTheRepeatArrivedEarlierThenItIsARepeatToo() throws Exception {
    try (var harness = open(null, 1, 0)) {
      process(harness, "a", 60);
      process(harness, "a", 1);
      process(harness, "a", 0);
      process(harness, "a", 30);

      assertThat(passed(harness)).containsExactly("a@60", "a@0");
    }
  }

  @Test
  void givenHoursOfStandstillWhenTheJobGoesOnThenArrivalDecidesAndNotTheClock() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = open(null, 1, 0)) {
      harness.setProcessingTime(0);
      process(harness, "a", 0);
      harness.processWatermark(minute(0));
      snapshot = harness.snapshot(1, 1);
    }
    try (var harness = open(snapshot, 1, 0)) {
      harness.setProcessingTime(Duration.ofHours(9).toMillis());
      process(harness, "a", 30);

      assertThat(passed(harness)).isEmpty();
    }
  }

  @Test
  void givenTheWatermarkIsAWindowPastASliceWhenLookedAtThenItsIdsAreForgotten() throws Exception {
    // Only the backend on the heap can count its entries.
    try (var harness = open(new HashMapStateBackend(), null, 1, 0)) {
      process(harness, "a", 0);
      process(harness, "b", 200);
      // Ids wait outside of the state until a checkpoint asks for them.
      harness.snapshot(1, 1);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      assertThat(harness.numEventTimeTimers()).isEqualTo(2);

      harness.processWatermark(minute(59));
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      harness.processWatermark(minute(120));
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
      harness.processWatermark(minute(320));
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void givenAnyArrivalsInAnyOrderWhenProcessedThenItDecidesAsAListOfAllThatPassed()
      throws Exception {
    Random random = new Random(7);
    Map<String, List<Integer>> passedBefore = new HashMap<>();
    List<String> expected = new ArrayList<>();
    try (var harness = open(null, 1, 0)) {
      for (int i = 0; i < 3000; i++) {
        String id = "id" + random.nextInt(40);
        // Time goes on, and shards differ by up to three windows.
        int minute = i / 5 + random.nextInt(180);
        List<Integer> before = passedBefore.computeIfAbsent(id, none -> new ArrayList<>());
        if (before.stream().noneMatch(first -> Math.abs(minute - first) < 60)) {
          before.add(minute);
          expected.add(id + "@" + minute);
        }
        process(harness, id, minute);
        // As the source does: no shard is behind it.
        harness.processWatermark(minute(i / 5) - 1);
      }

      assertThat(passed(harness)).isEqualTo(expected);
      assertThat(expected).hasSizeBetween(100, 2000);
    }
  }

  @Test
  void givenManyIdsInOneGroupWhenSnapshotsAreTakenAndRestoredThenEachPassesOnce() throws Exception {
    List<String> ids = idsOfOneGroup(400);
    List<String> passed = new ArrayList<>();
    OperatorSubtaskState snapshot = null;
    int next = 0;
    for (int run = 1; run <= 4; run++) {
      try (var harness = open(snapshot, 1, 0)) {
        // What was known, from the filter's first use after a restore, and what is new.
        for (int end = run * 100; next < end; next++) {
          process(harness, ids.get(next), 0);
          process(harness, ids.get(next / 2), 1);
          if (next % 30 == 0) {
            snapshot = harness.snapshot(next, next);
          }
        }
        snapshot = harness.snapshot(next, next);
        for (String id : ids.subList(0, next)) {
          process(harness, id, 2);
        }
        passed.addAll(passed(harness));
      }
    }
    assertThat(passed).isEqualTo(ids.stream().map(id -> id + "@0").toList());
  }

  private static List<String> idsOfOneGroup(int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "größe-" + i)
        .filter(id -> Deduplicator.group(id) == 77)
        .limit(count)
        .toList();
  }

  @Test
  void givenASnapshotWhenRescaledFromOneToTwoThenEachIdIsKnownWhereItGoes() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = open(null, 1, 0)) {
      for (int i = 0; i < 100; i++) {
        process(harness, "id" + i, 0);
      }
      snapshot = harness.snapshot(1, 1);
    }
    List<String> passed = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              snapshot, MAX_PARALLELISM, 1, 2, subtask);
      try (var harness = open(share, 2, subtask)) {
        for (int i = 0; i < 100; i++) {
          String id = "id" + i;
          if (KeyGroupRangeAssignment.assignKeyToParallelOperator(
                  Deduplicator.group(id), MAX_PARALLELISM, 2)
              == subtask) {
            process(harness, id, 10);
          }
        }
        passed.addAll(passed(harness));
      }
    }
    assertThat(passed).isEmpty();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> open(
      OperatorSubtaskState state, int parallelism, int subtask) throws Exception {
    return open(new EmbeddedRocksDBStateBackend(), state, parallelism, subtask);
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> open(
      StateBackend backend, OperatorSubtaskState state, int parallelism, int subtask)
      throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new Deduplicator(Duration.ofHours(1)),
            event -> Deduplicator.group(event.getEventId()),
            Types.INT,
            MAX_PARALLELISM,
            parallelism,
            subtask);
    harness.setStateBackend(backend);
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static void process(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness,
      String id,
      int minute)
      throws Exception {
    ClickEvent event = new ClickEvent();
    event.setEventId(id);
    event.setEventType("v");
    event.setEventTime(START);
    event.setArrivalTime(Instant.ofEpochMilli(minute(minute)));
    event.setProcessedTime(START);
    event.setStream("clicks");
    event.setShardId("s");
    event.setSequenceNumber("1");
    harness.processElement(new StreamRecord<>(event, minute(minute)));
  }

  private static long minute(int minute) {
    return START.toEpochMilli() + minute * 60_000L;
  }

  private static List<String> passed(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness) {
    return harness.extractOutputValues().stream()
        .map(
            event ->
                event.getEventId()
                    + "@"
                    + Duration.between(START, event.getArrivalTime()).toMinutes())
        .toList();
  }

  private static List<String> counted(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness)
      throws Exception {
    harness.prepareSnapshotPreBarrier(1);
    return harness.getSideOutput(AccountedOperator.LEDGER).stream()
        .map(StreamRecord::getValue)
        .map((LedgerEntry entry) -> entry.getOutcome() + " " + entry.getEvents())
        .toList();
  }
}
