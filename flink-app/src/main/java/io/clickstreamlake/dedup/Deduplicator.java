package io.clickstreamlake.dedup;

import io.clickstreamlake.dedup.SeenIds.Match;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventFlags;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that drops events already seen within the window; {@link EventIdentity} defines
 * which events are the same. It runs on a stream keyed by {@link EventIdentity#group}; of equal
 * events the one processed first passes. An event with a known id and other content passes too,
 * flagged {@link EventFlags#ID_REUSED}.
 *
 * <p>All decisions use the arrival times of the events, never the wall clock, so a job that catches
 * up after hours of downtime decides like one that was never down. Ids are deleted when the
 * watermark of arrivals, which no shard can fall behind, has passed the window; Flink's state TTL
 * uses the wall clock and would delete them too early. A stalled shard holds back the watermark,
 * and with it the deletion of ids, but at most {@code dedup.max-lag} behind the newest arrival.
 * That bounds the state.
 *
 * <p>Arrival time is divided into slices, whose length in milliseconds is the smallest power of two
 * that is at least the window. Each group stores the ids of a slice together:
 *
 * <pre>
 *   group 7    … │ slice 11: ids with arrivals │ slice 12: ids with arrivals │ …
 *   group 8   … │ slice 11                    │ slice 12                    │ …
 * </pre>
 *
 * <p>An event that passed less than a window ago is in the slice of the current event, the previous
 * slice, or, since shards progress at different speeds, the next slice. A slice is deleted as a
 * whole once the watermark is a window past its end. The slices of different groups begin at
 * different times; otherwise all would be deleted at the same moment.
 *
 * <p>The name of a slice in the state encodes its length: {@code number << 6 | log2(length)}. After
 * a change of the window, the slices of the snapshot are therefore found and searched too, until
 * they are deleted. A timer that was set with a shorter window is set again.
 *
 * <p>Nearly every id is new, so a filter on the heap ({@link SeenIds}) decides most cases without
 * access to the state. New ids are stored in batches: when there are enough of them, or at a
 * checkpoint. A duplicate of a stored id reads one chunk of about 32 ids.
 */
public final class Deduplicator extends AccountedOperator<ClickEvent, ClickEvent>
    implements Triggerable<Integer, Long> {

  private static final long serialVersionUID = 1L;

  /** State of a slice: chunks of ids with arrival times, by chunk number from 0. */
  private static final MapStateDescriptor<Integer, long[]> CHUNKS =
      new MapStateDescriptor<>(
          "ids", IntSerializer.INSTANCE, LongPrimitiveArraySerializer.INSTANCE);

  /**
   * Number of windows whose ids are on the heap: slices are up to twice as long as a window, and a
   * slice stays until the watermark is a window past its end.
   */
  private static final long KEPT_WINDOWS = 4;

  /** The bits of a slice's name that hold its level, the logarithm of its length. */
  private static final int LEVEL_BITS = 6;

  private static final long[] NO_SLICES = {};

  private final EventIdentity identity;
  private final long windowMillis;
  private final long maxLagMillis;

  /** Binary logarithm of the length in milliseconds of the slices to which new ids are added. */
  private final int level;

  private transient EventIdentity.Digester digester;
  private transient InternalTimerService<Long> timers;

  /** Ids by group and slice, as far as they were accessed since the start. */
  private transient Map<Integer, Map<Long, SeenIds>> seen;

  /** Slices of other lengths in the snapshot, of any group. */
  private transient long[] otherSlices;

  /** The arrival time at which the lag is next checked. */
  private transient long nextLagCheck;

  /**
   * Creates the operator.
   *
   * @param identity defines which events are the same
   * @param window difference in arrival time within which they are duplicates
   * @param maxLag maximum lag of the watermark behind the newest arrival
   */
  public Deduplicator(EventIdentity identity, Duration window, Duration maxLag) {
    this.identity = identity;
    this.windowMillis = window.toMillis();
    this.maxLagMillis = maxLag.toMillis();
    this.level = Long.SIZE - Long.numberOfLeadingZeros(windowMillis - 1);
  }

  /**
   * Heap in bytes that one subtask needs if shards progress at the same speed.
   *
   * @param eventsPerSecond events per second of the subtask
   */
  public static long heapBytes(Duration window, int eventsPerSecond) {
    long perGroup =
        SeenIds.CHUNK_IDS * SeenIds.BUFFERED_BYTES_PER_ID + KEPT_WINDOWS * SeenIds.HEAP_BYTES;
    return KEPT_WINDOWS * window.toSeconds() * eventsPerSecond * SeenIds.HEAP_BYTES_PER_ID
        + EventIdentity.GROUPS * perGroup;
  }

  @Override
  public void open() throws Exception {
    super.open();
    digester = identity.digester();
    timers = getInternalTimerService("forget", LongSerializer.INSTANCE, this);
    seen = new HashMap<>();
    nextLagCheck = Long.MIN_VALUE;
    TreeSet<Long> others = new TreeSet<>();
    timers.forEachEventTimeTimer(
        (slice, time) -> {
          if (level(slice) != level) {
            others.add(slice);
          }
        });
    otherSlices = others.isEmpty() ? NO_SLICES : others.stream().mapToLong(s -> s).toArray();
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) throws Exception {
    ClickEvent event = element.getValue();
    digester.digest(event);
    long high = digester.high();
    long low = digester.low();
    long arrivalTime = event.getArrivalTime().toEpochMilli();
    int group = (Integer) getCurrentKey();
    Match match = match(high, low, arrivalTime, group);
    if (match == Match.SAME) {
      count(Outcome.DUPLICATE, arrivalTime, event.getStream());
    } else {
      if (match == Match.OTHER_CONTENT) {
        EventFlags.add(event, EventFlags.ID_REUSED);
      }
      remember(high, low, arrivalTime, group);
      output.collect(element);
    }
    limitLag(arrivalTime);
  }

  private Match match(long high, long low, long arrivalTime, int group) throws Exception {
    long first = slice(level, group, arrivalTime - windowMillis + 1);
    long last = slice(level, group, arrivalTime + windowMillis - 1);
    Match match = Match.NONE;
    for (long slice = first; slice <= last && match != Match.SAME; slice += 1L << LEVEL_BITS) {
      match = match.or(match(high, low, arrivalTime, group, slice));
    }
    for (long slice : otherSlices) {
      int other = level(slice);
      if (match != Match.SAME
          && slice >= slice(other, group, arrivalTime - windowMillis + 1)
          && slice <= slice(other, group, arrivalTime + windowMillis - 1)) {
        match = match.or(match(high, low, arrivalTime, group, slice));
      }
    }
    return match;
  }

  private Match match(long high, long low, long arrivalTime, int group, long slice)
      throws Exception {
    SeenIds ids = seen(group, slice);
    if (!ids.mayContain(high)) {
      return Match.NONE;
    }
    Match match = ids.buffered(high, low, arrivalTime, windowMillis);
    for (int chunk = ids.nextChunk(low, SeenIds.NONE);
        chunk != SeenIds.NONE && match != Match.SAME;
        chunk = ids.nextChunk(low, chunk)) {
      match =
          match.or(SeenIds.match(chunks(slice).get(chunk), high, low, arrivalTime, windowMillis));
    }
    return match;
  }

  private void remember(long high, long low, long arrivalTime, int group) throws Exception {
    long slice = slice(level, group, arrivalTime);
    SeenIds ids = seen(group, slice);
    if (ids.isEmpty()) {
      // Even if the watermark is ahead of the arrival, the id is kept for a window.
      long from = Math.max(end(slice, group), timers.currentWatermark());
      timers.registerEventTimeTimer(slice, from + windowMillis);
    }
    ids.add(high, low, arrivalTime);
    if (ids.isChunkFull() || ids.isFull()) {
      store(slice, ids);
    }
    if (ids.isFull()) {
      // The next access reads it again with a larger capacity.
      seen.get(group).remove(slice);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (Map.Entry<Integer, Map<Long, SeenIds>> group : seen.entrySet()) {
      setCurrentKey(group.getKey());
      for (Map.Entry<Long, SeenIds> slice : group.getValue().entrySet()) {
        if (slice.getValue().hasBuffered()) {
          store(slice.getKey(), slice.getValue());
        }
      }
    }
  }

  private void store(long slice, SeenIds ids) throws Exception {
    int number = ids.chunks();
    chunks(slice).put(number, ids.takeChunk());
  }

  /** Deletes ids by the newest arrival if the watermark is held back for too long. */
  private void limitLag(long arrivalTime) throws Exception {
    if (arrivalTime >= nextLagCheck) {
      nextLagCheck = arrivalTime + Math.max(1, windowMillis / 16);
      forget(new Watermark(arrivalTime - maxLagMillis));
    }
  }

  /**
   * The limit of the lag applies to the ids only. The operators after this one receive the
   * watermarks of the source, which no later event falls below: the sink records them as settled.
   */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    forget(mark);
    output.emitWatermark(mark);
  }

  /**
   * Advances the timers; after the lag was limited, the source's watermark is behind for a while.
   */
  private void forget(Watermark mark) throws Exception {
    if (mark.getTimestamp() > timers.currentWatermark()) {
      getTimeServiceManager().orElseThrow().advanceWatermark(mark);
    }
  }

  @Override
  public void onEventTime(InternalTimer<Integer, Long> timer) throws Exception {
    long slice = timer.getNamespace();
    int group = timer.getKey();
    long end = end(slice, group);
    if (timer.getTimestamp() < end + windowMillis) {
      // The timer was set with a shorter window.
      timers.registerEventTimeTimer(slice, end + windowMillis);
      return;
    }
    chunks(slice).clear();
    Map<Long, SeenIds> slices = seen.get(group);
    if (slices != null) {
      slices.remove(slice);
      // Slices that were only searched have no timer.
      slices
          .entrySet()
          .removeIf(other -> other.getValue().isEmpty() && end(other.getKey(), group) <= end);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<Integer, Long> timer) {
    throw new IllegalStateException("no processing-time timer is ever registered");
  }

  private SeenIds seen(int group, long slice) throws Exception {
    Map<Long, SeenIds> slices = seen.computeIfAbsent(group, none -> new HashMap<>());
    SeenIds ids = slices.get(slice);
    if (ids == null) {
      ids = SeenIds.of(chunks(slice).entries());
      slices.put(slice, ids);
    }
    return ids;
  }

  /** The stored chunks of the current group in a slice. */
  private MapState<Integer, long[]> chunks(long slice) throws Exception {
    return getPartitionedState(slice, LongSerializer.INSTANCE, CHUNKS);
  }

  /** The name of the slice, of this level and group, that contains a time. */
  private static long slice(int level, int group, long time) {
    return time + offset(level, group) >> level << LEVEL_BITS | level;
  }

  private static int level(long slice) {
    return (int) (slice & (1 << LEVEL_BITS) - 1);
  }

  /** The first arrival after a slice. */
  private static long end(long slice, int group) {
    int level = level(slice);
    return ((slice >> LEVEL_BITS) + 1 << level) - offset(level, group);
  }

  /** Milliseconds by which the slices of a group begin earlier than those of group 0. */
  private static long offset(int level, int group) {
    return ((long) group << level) / EventIdentity.GROUPS;
  }
}
