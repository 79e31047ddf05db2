package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
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
 * Drops events that were seen within the window, as {@link EventIdentity} says which are the same.
 * Runs on a stream keyed by {@link EventIdentity#group}; the first event that is processed wins.
 *
 * <p>All of it goes by the arrival times that the events carry, never by the wall clock, so a job
 * that was down for hours and catches up decides as one that was never down. Ids are forgotten when
 * the watermark of arrivals, which no shard can fall behind, has passed the window; Flink's own
 * state expiry goes by the wall clock and would forget too early. A shard that stands still holds
 * the watermark, and with it the ids, but by no more than {@code dedup.max-lag} behind the newest
 * arrival, which bounds the state.
 *
 * <p>Arrivals are cut into slices, whose length is the power of two of milliseconds that is not
 * shorter than the window. Each group keeps the ids of a slice together:
 *
 * <pre>
 *   group 7    … │ slice 11: ids with arrivals │ slice 12: ids with arrivals │ …
 *   group 8   … │ slice 11                    │ slice 12                    │ …
 * </pre>
 *
 * <p>What was let through less than a window ago lies in the event's slice, the one before, or,
 * since shards do not keep step, the one after. A slice is forgotten as a whole once the watermark
 * is a window past its end. The groups' slices begin at different times: otherwise all would be
 * forgotten at the same moment.
 *
 * <p>A slice's name in the state says its length: {@code number << 6 | log2(length)}. So when the
 * window is changed to another length, the slices of the snapshot are found again and asked too,
 * until they are forgotten; and a timer that was set with a shorter window is set again.
 *
 * <p>Nearly every id is new, so a filter on the heap ({@link SeenIds}) answers for most without a
 * look at the state, and new ids are stored many at a time: when there are enough of them, or a
 * checkpoint needs them. A repeat of a stored id reads one chunk of some 32 ids.
 */
public final class Deduplicator extends AccountedOperator<ClickEvent, ClickEvent>
    implements Triggerable<Integer, Long> {

  private static final long serialVersionUID = 1L;

  /** Of a slice, in the state: chunks of ids with arrivals, by number from 0 on. */
  private static final MapStateDescriptor<Integer, long[]> CHUNKS =
      new MapStateDescriptor<>(
          "ids", IntSerializer.INSTANCE, LongPrimitiveArraySerializer.INSTANCE);

  /**
   * Windows whose ids are on the heap: slices are up to twice as long, and a slice stays until the
   * watermark is a window past its end.
   */
  private static final long KEPT_WINDOWS = 4;

  /** The bits of a slice's name that hold its level, the logarithm of its length. */
  private static final int LEVEL_BITS = 6;

  private static final long[] NO_SLICES = {};

  private final EventIdentity identity;
  private final long windowMillis;
  private final long maxLagMillis;

  /** The slices that new ids go to are this power of two long. */
  private final int level;

  private transient EventIdentity.Digester digester;
  private transient InternalTimerService<Long> timers;

  /** By group and slice: as much of it as was asked for since the start. */
  private transient Map<Integer, Map<Long, SeenIds>> seen;

  /** Slices of other lengths that the snapshot had, of any group. */
  private transient long[] otherSlices;

  /** The arrival from which on the limit of the lag is looked at again. */
  private transient long nextLagCheck;

  /**
   * Makes the step.
   *
   * @param identity which events are the same
   * @param window how far apart by arrival they may be
   * @param maxLag how far the watermark may lie behind the newest arrival
   */
  public Deduplicator(EventIdentity identity, Duration window, Duration maxLag) {
    this.identity = identity;
    this.windowMillis = window.toMillis();
    this.maxLagMillis = maxLag.toMillis();
    this.level = Long.SIZE - Long.numberOfLeadingZeros(windowMillis - 1);
  }

  /**
   * Heap that one subtask needs, with shards that keep step.
   *
   * @param eventsPerSecond that it sees
   */
  public static long heapBytes(Duration window, int eventsPerSecond) {
    long perGroup =
        SeenIds.CHUNK_IDS * SeenIds.WAITING_BYTES_PER_ID + KEPT_WINDOWS * SeenIds.HEAP_BYTES;
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
    if (wasSeen(high, low, arrivalTime, group)) {
      count(Outcome.DUPLICATE, arrivalTime, event.getStream());
    } else {
      remember(high, low, arrivalTime, group);
      output.collect(element);
    }
    limitLag(arrivalTime);
  }

  private boolean wasSeen(long high, long low, long arrivalTime, int group) throws Exception {
    long first = slice(level, group, arrivalTime - windowMillis + 1);
    long last = slice(level, group, arrivalTime + windowMillis - 1);
    for (long slice = first; slice <= last; slice += 1L << LEVEL_BITS) {
      if (wasSeen(high, low, arrivalTime, group, slice)) {
        return true;
      }
    }
    for (long slice : otherSlices) {
      int other = level(slice);
      if (slice >= slice(other, group, arrivalTime - windowMillis + 1)
          && slice <= slice(other, group, arrivalTime + windowMillis - 1)
          && wasSeen(high, low, arrivalTime, group, slice)) {
        return true;
      }
    }
    return false;
  }

  private boolean wasSeen(long high, long low, long arrivalTime, int group, long slice)
      throws Exception {
    SeenIds ids = seen(group, slice);
    if (!ids.mayContain(high)) {
      return false;
    }
    if (ids.isWaiting(high, low, arrivalTime, windowMillis)) {
      return true;
    }
    for (int chunk = ids.nextChunk(low, SeenIds.NONE);
        chunk != SeenIds.NONE;
        chunk = ids.nextChunk(low, chunk)) {
      if (SeenIds.holds(chunks(slice).get(chunk), high, low, arrivalTime, windowMillis)) {
        return true;
      }
    }
    return false;
  }

  private void remember(long high, long low, long arrivalTime, int group) throws Exception {
    long slice = slice(level, group, arrivalTime);
    SeenIds ids = seen(group, slice);
    if (ids.isEmpty()) {
      // Should the watermark be ahead of the arrival, the id is kept for a window all the same.
      long from = Math.max(end(slice, group), timers.currentWatermark());
      timers.registerEventTimeTimer(slice, from + windowMillis);
    }
    ids.add(high, low, arrivalTime);
    if (ids.isChunkFull() || ids.isFull()) {
      store(slice, ids);
    }
    if (ids.isFull()) {
      // It is read again with more room.
      seen.get(group).remove(slice);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (Map.Entry<Integer, Map<Long, SeenIds>> group : seen.entrySet()) {
      setCurrentKey(group.getKey());
      for (Map.Entry<Long, SeenIds> slice : group.getValue().entrySet()) {
        if (slice.getValue().areWaiting()) {
          store(slice.getKey(), slice.getValue());
        }
      }
    }
  }

  private void store(long slice, SeenIds ids) throws Exception {
    int number = ids.chunks();
    chunks(slice).put(number, ids.takeChunk());
  }

  /** Forgets by the newest arrival when the watermark is held for too long. */
  private void limitLag(long arrivalTime) throws Exception {
    if (arrivalTime >= nextLagCheck) {
      nextLagCheck = arrivalTime + Math.max(1, windowMillis / 16);
      processWatermark(new Watermark(arrivalTime - maxLagMillis));
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    // After the lag was limited, the real one is behind for a while.
    if (mark.getTimestamp() > timers.currentWatermark()) {
      super.processWatermark(mark);
    }
  }

  @Override
  public void onEventTime(InternalTimer<Integer, Long> timer) throws Exception {
    long slice = timer.getNamespace();
    int group = timer.getKey();
    long end = end(slice, group);
    if (timer.getTimestamp() < end + windowMillis) {
      // It was set when the window was shorter.
      timers.registerEventTimeTimer(slice, end + windowMillis);
      return;
    }
    chunks(slice).clear();
    Map<Long, SeenIds> slices = seen.get(group);
    if (slices != null) {
      slices.remove(slice);
      // Those that were only asked for have no timer.
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

  /** The name of a group's slice of a level that a time lies in. */
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

  /** How much earlier than in group 0 the slices of a group begin. */
  private static long offset(int level, int group) {
    return ((long) group << level) / EventIdentity.GROUPS;
  }
}
