package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Drops events whose {@code event_id} was seen within the window. Runs on a stream keyed by {@link
 * #group}; the first event that is processed wins.
 *
 * <p>All of it goes by the arrival times that the events carry, never by the wall clock, so a job
 * that was down for hours and catches up decides as one that was never down. Ids are forgotten when
 * the watermark of arrivals, which no shard that is still read has fallen behind, has passed the
 * window; Flink's own state expiry goes by the wall clock and would forget too early.
 *
 * <p>Arrivals are cut into slices as long as the window. Each group keeps the ids of a slice
 * together:
 *
 * <pre>
 *   group 7    … │ slice 11: ids with arrivals │ slice 12: ids with arrivals │ …
 *   group 8   … │ slice 11                    │ slice 12                    │ …
 * </pre>
 *
 * <p>In one slice an id can be let through only once. What was let through less than a window ago
 * lies in the event's slice, the one before, or, since shards do not keep step, the one after. A
 * slice is forgotten as a whole once the watermark is a window past its end. The groups' slices
 * begin at different times: otherwise all would be forgotten at the same moment.
 *
 * <p>Nearly every id is new, so a filter on the heap ({@link SeenIds}) answers for most without a
 * look at the state, and new ids are stored many at a time: when there are enough of them, or a
 * checkpoint needs them. What is paid for it: a repeat of an id that is stored reads all of its
 * group's slice, with a window of an hour and 10,000 events a second some 2,200 ids.
 */
public final class Deduplicator extends AccountedOperator<ClickEvent, ClickEvent>
    implements Triggerable<Integer, Long> {

  private static final long serialVersionUID = 1L;

  /** Many more than subtasks, so that each has about the same share. A power of two. */
  private static final int GROUPS = 1 << 14;

  /** Slices whose ids are kept: the one that fills, and those that the watermark has not passed. */
  private static final long KEPT_WINDOWS = 3;

  /** Of an id that waits for being stored. */
  private static final long USUAL_ID_BYTES = 64;

  /** Of a slice, in the state: chunks of ids with arrivals. */
  private static final ListStateDescriptor<byte[]> CHUNKS =
      new ListStateDescriptor<>("ids", BytePrimitiveArraySerializer.INSTANCE);

  private final long windowMillis;

  private transient InternalTimerService<Long> timers;

  /** By group and slice: as much of it as was asked for since the start. */
  private transient Map<Integer, Map<Long, SeenIds>> seen;

  public Deduplicator(Duration window) {
    this.windowMillis = window.toMillis();
  }

  /**
   * Heap that one subtask needs.
   *
   * @param eventsPerSecond that it sees
   */
  public static long heapBytes(Duration window, int eventsPerSecond) {
    return KEPT_WINDOWS * window.toSeconds() * eventsPerSecond * SeenIds.MAX_FILTER_BYTES_PER_ID
        + (long) GROUPS * SeenIds.CHUNK_IDS * USUAL_ID_BYTES;
  }

  /** The group of an id: the key that the stream must have. */
  public static int group(String eventId) {
    int hash = eventId.hashCode();
    return (hash ^ hash >>> 16) & (GROUPS - 1);
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("forget", LongSerializer.INSTANCE, this);
    seen = new HashMap<>();
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) throws Exception {
    ClickEvent event = element.getValue();
    byte[] id = event.getEventId().getBytes(StandardCharsets.UTF_8);
    long hash = SeenIds.hash(id);
    long arrivalTime = event.getArrivalTime().toEpochMilli();
    int group = (Integer) getCurrentKey();
    long slice = Math.floorDiv(arrivalTime + offset(group), windowMillis);
    if (wasSeen(id, hash, arrivalTime, group, slice)
        || wasSeen(id, hash, arrivalTime, group, slice - 1)
        || wasSeen(id, hash, arrivalTime, group, slice + 1)) {
      count(Outcome.DUPLICATE, arrivalTime, event.getStream());
      return;
    }
    remember(id, hash, arrivalTime, group, slice);
    output.collect(element);
  }

  private boolean wasSeen(byte[] id, long hash, long arrivalTime, int group, long slice)
      throws Exception {
    SeenIds ids = seen(group, slice);
    if (!ids.mayContain(hash)) {
      return false;
    }
    long first = ids.waitingArrival(id);
    if (first == SeenIds.NONE) {
      first = storedArrival(id, slice);
    }
    return first != SeenIds.NONE && Math.abs(arrivalTime - first) < windowMillis;
  }

  private long storedArrival(byte[] id, long slice) throws Exception {
    Iterable<byte[]> chunks = chunks(slice).get();
    if (chunks != null) {
      for (byte[] chunk : chunks) {
        long arrivalTime = SeenIds.arrival(id, chunk);
        if (arrivalTime != SeenIds.NONE) {
          return arrivalTime;
        }
      }
    }
    return SeenIds.NONE;
  }

  private void remember(byte[] id, long hash, long arrivalTime, int group, long slice)
      throws Exception {
    SeenIds ids = seen(group, slice);
    if (ids.isEmpty()) {
      timers.registerEventTimeTimer(slice, (slice + 2) * windowMillis - offset(group));
    }
    ids.add(id, hash, arrivalTime);
    if (ids.isChunkFull() || ids.isFull()) {
      chunks(slice).add(ids.takeChunk());
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
          chunks(slice.getKey()).add(slice.getValue().takeChunk());
        }
      }
    }
  }

  @Override
  public void onEventTime(InternalTimer<Integer, Long> timer) throws Exception {
    long slice = timer.getNamespace();
    chunks(slice).clear();
    Map<Long, SeenIds> slices = seen.get(timer.getKey());
    if (slices != null) {
      // Earlier ones had their timers earlier; what is left of them was only asked for.
      slices.keySet().removeIf(earlier -> earlier <= slice);
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
      ids = SeenIds.of(chunks(slice).get());
      slices.put(slice, ids);
    }
    return ids;
  }

  /** The stored chunks of the current group in a slice. */
  private ListState<byte[]> chunks(long slice) throws Exception {
    return getPartitionedState(slice, LongSerializer.INSTANCE, CHUNKS);
  }

  /** How much earlier than in group 0 the slices of a group begin. */
  private long offset(int group) {
    return windowMillis * group / GROUPS;
  }
}
