package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.ledger.AccountedOperator;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeduplicatorTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final int MAX_PARALLELISM = 128;
  private static final EventIdentity IDENTITY =
      EventIdentity.by(
          List.of("event_id", "event_type", "event_time", "content"),
          EventColumns.CONTRACT,
          List.of("sentAt"));

  @Test
  void givenDuplicatesWithinTheWindowWhenProcessedThenOnlyTheFirstPasses() throws Exception {
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
  void givenALaggingShardWhenTheDuplicateArrivedEarlierThenItIsDropped() throws Exception {
    try (var harness = open(null, 1, 0)) {
      process(harness, "a", 60);
      process(harness, "a", 1);
      process(harness, "a", 0);
      process(harness, "a", 30);

      assertThat(passed(harness)).containsExactly("a@60", "a@0");
    }
  }

  @Test
  void givenHoursOfDowntimeWhenTheJobResumesThenArrivalTimeDecides() throws Exception {
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
  void givenASliceWhenTheWatermarkIsAWindowPastItThenItsIdsAreDeleted() throws Exception {
    // Only the heap state backend can count its entries.
    try (var harness = open(new HashMapStateBackend(), null, 1, 0)) {
      process(harness, "a", 0);
      process(harness, "b", 200);
      // Ids are buffered outside the state until a checkpoint.
      harness.snapshot(1, 1);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      assertThat(harness.numEventTimeTimers()).isEqualTo(2);

      harness.processWatermark(minute(59));
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      harness.processWatermark(minute(131));
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
      harness.processWatermark(minute(331));
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void givenArrivalsInRandomOrderWhenProcessedThenDecisionsMatchAListOfAllPassedEvents()
      throws Exception {
    Random random = new Random(7);
    Map<String, List<Integer>> passedBefore = new HashMap<>();
    List<String> expected = new ArrayList<>();
    try (var harness = open(null, 1, 0)) {
      for (int i = 0; i < 3000; i++) {
        String id = "id" + random.nextInt(40);
        // Time advances, and shards differ by up to three windows.
        int minute = i / 5 + random.nextInt(180);
        List<Integer> before = passedBefore.computeIfAbsent(id, none -> new ArrayList<>());
        if (before.stream().noneMatch(first -> Math.abs(minute - first) < 60)) {
          before.add(minute);
          expected.add(id + "@" + minute);
        }
        process(harness, id, minute);
        // Like the watermark of the source: no shard is behind it.
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
        // New ids, and ids that are known from the first access to the filter after a restore.
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

  @Test
  void givenDifferentEventsWithOneIdWhenProcessedThenOnlyEqualEventsAreDuplicates()
      throws Exception {
    try (var harness = open(null, 1, 0)) {
      process(harness, event("same-1", 0));
      process(harness, event("same-1", 0));
      ClickEvent purchase = event("same-1", 0);
      purchase.setEventType("purchase");
      process(harness, purchase);
      ClickEvent later = event("same-1", 0);
      later.setEventTime(START.plusMillis(1));
      process(harness, later);
      process(harness, purchase);

      assertThat(harness.extractOutputValues())
          .extracting(event -> event.getEventType() + " " + event.getEventTime())
          .containsExactly("v " + START, "purchase " + START, "v " + START.plusMillis(1));
      assertThat(counted(harness)).containsExactly("duplicate 2");
    }
  }

  @Test
  void givenIdentityByIdOnlyWhenProcessedThenTheIdAloneDecides() throws Exception {
    EventIdentity byId = EventIdentity.by(List.of("event_id"), EventColumns.CONTRACT, List.of());
    try (var harness = open(new HashMapStateBackend(), null, 1, 0, 60, byId, 24 * 60)) {
      process(harness, event("same-1", 0));
      ClickEvent purchase = event("same-1", 0);
      purchase.setEventType("purchase");
      process(harness, purchase);

      assertThat(passed(harness)).containsExactly("same-1@0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenOtherEventsUnderOneIdWhenProcessedThenEachIsKeptOnceAndFlagged(boolean stored)
      throws Exception {
    List<ClickEvent> events =
        Stream.of(
                event("same", 0),
                withProperties("same", Map.of("version", "3")),
                withProperties("same", Map.of("version", "4")),
                withProperties("same", Map.of("version", "3", "plan", "free")),
                withProperties("same", Map.of("version", "free", "plan", "3")),
                event("same", 0, "user_id", "u1"),
                event("same", 0, "anonymous_id", "u1"),
                event("same", 0, "price", new BigDecimal("1.0000")),
                event(
                    "same",
                    0,
                    "items",
                    List.of(new Item("p1", null, null, null, null, null, null, null))))
            .toList();
    try (var harness = open(null, 1, 0)) {
      for (int repeat = 0; repeat < 2; repeat++) {
        for (ClickEvent event : events) {
          process(harness, copy(event));
        }
        if (stored) {
          harness.snapshot(repeat, repeat);
        }
      }

      List<ClickEvent> passed = harness.extractOutputValues();
      assertThat(passed).hasSize(events.size());
      assertThat(passed.get(0).getQualityFlags()).isNull();
      assertThat(passed.subList(1, passed.size()))
          .allSatisfy(event -> assertThat(event.getQualityFlags()).containsExactly("id_reused"));
      assertThat(counted(harness)).containsExactly("duplicate " + events.size());
    }
  }

  @Test
  void givenAnEventSentAgainWhenOnlyItsDeliveryDiffersThenItIsADuplicate() throws Exception {
    Map<String, String> inOrder = new LinkedHashMap<>();
    inOrder.put("a", "1");
    inOrder.put("b", "2");
    inOrder.put("context.sentAt", "10:00:00");
    Map<String, String> otherwise = new LinkedHashMap<>();
    otherwise.put("sentAt", "10:00:07");
    otherwise.put("b", "2");
    otherwise.put("a", "1");
    try (var harness = open(null, 1, 0)) {
      process(harness, withProperties("x", inOrder));
      ClickEvent again = withProperties("x", otherwise);
      again.setArrivalTime(again.getArrivalTime().plusSeconds(7));
      again.setProcessedTime(START.plusSeconds(8));
      again.setSequenceNumber("2");
      again.setGeoCountry("SE");
      again.setDeviceClass("phone");
      process(harness, again);

      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(counted(harness)).containsExactly("duplicate 1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_time_from_arrival", "event_time_corrected"})
  void givenATimeFromTheArrivalWhenTheEventIsSentAgainThenItIsADuplicate(String flag)
      throws Exception {
    try (var harness = open(null, 1, 0)) {
      for (int minute = 0; minute < 3; minute++) {
        ClickEvent event = event("x", minute);
        event.setEventTime(event.getArrivalTime());
        event.setQualityFlags(List.of(flag));
        process(harness, event);
      }

      assertThat(passed(harness)).containsExactly("x@0");
    }
  }

  @Test
  void givenCustomColumnsWhenTheyDifferThenTheEventsDiffer() throws Exception {
    EventColumns columns =
        EventColumns.with(
            List.of(
                new Schema.Field(
                    "tier",
                    Schema.createUnion(
                        Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)))));
    EventIdentity.Digester digester =
        EventIdentity.by(List.of("event_id", "content"), columns, List.of()).digester();
    Set<Long> digests = new HashSet<>();
    for (String tier : List.of("gold", "silver", "gold")) {
      ClickEvent event = columns.newEvent();
      event.setEventId("x");
      event.put(columns.field("tier").pos(), tier);
      digester.digest(event);
      digests.add(digester.low());
    }

    assertThat(digests).hasSize(2);
  }

  private static ClickEvent event(String id, int minute, String column, Object value) {
    ClickEvent event = event(id, minute);
    event.put(event.getSchema().getField(column).pos(), value);
    return event;
  }

  private static ClickEvent withProperties(String id, Map<String, String> properties) {
    return event(id, 0, "properties", properties);
  }

  private static ClickEvent copy(ClickEvent event) {
    return ClickEvent.newBuilder(event).build();
  }

  @Test
  void givenTwoPassedEventsInOneSliceWhenRepeatedThenBothAreCompared() throws Exception {
    // With a window of an hour, slices last about 70 minutes; a slice of some group begins at 0.
    for (int i = 0; i < 50; i++) {
      try (var harness = open(new HashMapStateBackend(), null, 1, 0)) {
        process(harness, "a" + i, 0);
        process(harness, "a" + i, 61);
        harness.snapshot(1, 1);
        process(harness, "a" + i, 62);
        process(harness, "a" + i, 121);

        assertThat(passed(harness))
            .containsExactly("a" + i + "@0", "a" + i + "@61", "a" + i + "@121");
      }
    }
  }

  @Test
  void givenTheWatermarkIsAheadWhenIdsArriveLateThenTheyAreStillKeptForAWindow() throws Exception {
    try (var harness = open(null, 1, 0)) {
      harness.processWatermark(minute(600));
      process(harness, "a", 0);
      harness.processWatermark(minute(659));
      process(harness, "a", 5);

      assertThat(passed(harness)).containsExactly("a@0");
    }
  }

  @Test
  void givenAStalledWatermarkWhenArrivalsContinueThenTheMaximumLagBoundsTheState()
      throws Exception {
    int days = 4;
    int maxTimers = 0;
    try (var harness = open(new HashMapStateBackend(), null, 1, 0, 60, IDENTITY, 6 * 60)) {
      harness.processWatermark(minute(0));
      for (int minute = 0; minute < days * 24 * 60; minute++) {
        process(harness, "id" + minute, minute);
        maxTimers = Math.max(maxTimers, harness.numEventTimeTimers());
      }
      // The lag, a slice of 70 minutes, the window, and the time between two checks.
      assertThat(maxTimers).isBetween(6 * 60, (6 + 2 + 1 + 1) * 60);
      harness.processWatermark(minute(5));
      assertThat(harness.numEventTimeTimers()).isGreaterThan(6 * 60);
    }
  }

  @Test
  void givenAStalledWatermarkWhenTheLagIsLimitedThenOnlyTheSourcesWatermarksArePassedOn()
      throws Exception {
    try (var harness = open(new HashMapStateBackend(), null, 1, 0, 60, IDENTITY, 6 * 60)) {
      harness.processWatermark(minute(0));
      process(harness, "a", 1);
      process(harness, "b", 24 * 60);
      harness.processWatermark(minute(5));
      process(harness, "of the stalled shard", 6);
      process(harness, "c", 48 * 60);

      assertThat(passed(harness)).hasSize(4);
      assertThat(harness.getOutput())
          .filteredOn(Watermark.class::isInstance)
          .containsExactly(new Watermark(minute(0)), new Watermark(minute(5)));
      assertThat(harness.numEventTimeTimers()).as("slices that are kept").isEqualTo(1);
    }
  }

  /** Makes the documented decision from a list of all events that passed. */
  private static final class Oracle {

    private final Map<String, List<Integer>> passedBefore = new HashMap<>();
    private final List<String> passed = new ArrayList<>();

    void process(String id, int minute, int window) {
      List<Integer> before = passedBefore.computeIfAbsent(id, none -> new ArrayList<>());
      if (before.stream().noneMatch(first -> Math.abs(minute - first) < window)) {
        before.add(minute);
        passed.add(id + "@" + minute);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void givenAWindowThatChangesAtRestoresWhenRescaledThenDecisionsMatchTheOracle(int seed)
      throws Exception {
    Random random = new Random(seed);
    int[] windows = {60, 150, 7, 60, 65, 600, 30, 61};
    Oracle oracle = new Oracle();
    List<String> passed = new ArrayList<>();
    OperatorSubtaskState state = null;
    int parallelism = 1;
    int now = 0;
    int window = windows[0];
    int keptSince = 0;
    for (int run = 0; run < 24; run++) {
      int next = windows[random.nextInt(windows.length)];
      // Ids older than the previous window may be deleted already when the new window needs them.
      keptSince = Math.max(keptSince, now - window);
      window = next;
      int newParallelism = 1 + random.nextInt(3);
      int length = 20 + random.nextInt(100);
      List<KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent>> subtasks =
          new ArrayList<>();
      for (int subtask = 0; subtask < newParallelism; subtask++) {
        OperatorSubtaskState share =
            state == null
                ? null
                : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    state, MAX_PARALLELISM, parallelism, newParallelism, subtask);
        subtasks.add(
            open(
                new HashMapStateBackend(),
                share,
                newParallelism,
                subtask,
                window,
                IDENTITY,
                100_000));
      }
      int[] outputs = new int[newParallelism];
      for (int i = 0; i < length; i++, now++) {
        for (int n = 0; n < 4; n++) {
          String id = "id" + random.nextInt(60);
          // Arrival time advances, and shards differ by up to 40 minutes.
          int minute = now + random.nextInt(40);
          if (minute - window < keptSince) {
            id = id + "-" + run;
          }
          oracle.process(id, minute, window);
          var subtask =
              subtasks.get(
                  KeyGroupRangeAssignment.assignKeyToParallelOperator(
                      IDENTITY.group(event(id, minute)), MAX_PARALLELISM, newParallelism));
          process(subtask, id, minute);
          int index = subtasks.indexOf(subtask);
          List<String> all = passed(subtask);
          passed.addAll(all.subList(outputs[index], all.size()));
          outputs[index] = all.size();
        }
        for (var subtask : subtasks) {
          subtask.processWatermark(minute(now) - 1);
        }
      }
      OperatorSubtaskState[] snapshots = new OperatorSubtaskState[newParallelism];
      for (int subtask = 0; subtask < newParallelism; subtask++) {
        snapshots[subtask] = subtasks.get(subtask).snapshot(run, run);
        subtasks.get(subtask).close();
      }
      state = AbstractStreamOperatorTestHarness.repackageState(snapshots);
      parallelism = newParallelism;
    }
    assertThat(passed).isEqualTo(oracle.passed);
    assertThat(passed.size()).isGreaterThan(500);
  }

  private static List<String> idsOfOneGroup(int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "größe-" + i)
        .filter(id -> IDENTITY.group(event(id, 0)) == 77)
        .limit(count)
        .toList();
  }

  @Test
  void givenASnapshotWhenRescaledFromOneToTwoThenEachSubtaskKnowsItsIds() throws Exception {
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
                  IDENTITY.group(event(id, 0)), MAX_PARALLELISM, 2)
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
    return open(backend, state, parallelism, subtask, 60, IDENTITY, 24 * 60);
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> open(
      StateBackend backend,
      OperatorSubtaskState state,
      int parallelism,
      int subtask,
      int windowMinutes,
      EventIdentity identity,
      int maxLagMinutes)
      throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new Deduplicator(
                identity, Duration.ofMinutes(windowMinutes), Duration.ofMinutes(maxLagMinutes)),
            identity::group,
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
    process(harness, event(id, minute));
  }

  private static void process(
      KeyedOneInputStreamOperatorTestHarness<Integer, ClickEvent, ClickEvent> harness,
      ClickEvent event)
      throws Exception {
    harness.processElement(new StreamRecord<>(event, event.getArrivalTime().toEpochMilli()));
  }

  private static ClickEvent event(String id, int minute) {
    ClickEvent event = new ClickEvent();
    event.setEventId(id);
    event.setEventType("v");
    event.setEventTime(START);
    event.setArrivalTime(Instant.ofEpochMilli(minute(minute)));
    event.setProcessedTime(START);
    event.setStream("clicks");
    event.setShardId("s");
    event.setSequenceNumber("1");
    return event;
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
