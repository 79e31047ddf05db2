package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
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
 * <p>Ids are forgotten together, so that the state holds no timer for each of them. Arrivals are
 * cut into slices as long as the window, and each group keeps a map for each slice:
 *
 * <pre>
 *   group 7    … │ slice 11: id → arrival │ slice 12: id → arrival │ …
 *   group 8   … │ slice 11               │ slice 12               │ …
 * </pre>
 *
 * <p>In one slice an id can be let through only once. What was let through less than a window ago
 * lies in the event's slice, the one before, or, since shards do not keep step, the one after. A
 * slice is forgotten as a whole once the watermark is a window past its end. The groups' slices
 * begin at different times: otherwise all would be forgotten at the same moment.
 */
public final class Deduplicator extends AccountedOperator<ClickEvent, ClickEvent>
    implements Triggerable<Integer, Long> {

  private static final long serialVersionUID = 1L;

  /** Many more than subtasks, so that each has about the same share. A power of two. */
  private static final int GROUPS = 1 << 14;

  private static final MapStateDescriptor<String, Long> ARRIVALS =
      new MapStateDescriptor<>("arrivals", StringSerializer.INSTANCE, LongSerializer.INSTANCE);

  private final long windowMillis;

  private transient InternalTimerService<Long> timers;

  /** Slices whose timer was registered since the start: to ask the state would cost more. */
  private transient Set<GroupSlice> withTimer;

  public Deduplicator(Duration window) {
    this.windowMillis = window.toMillis();
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
    withTimer = new HashSet<>();
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) throws Exception {
    ClickEvent event = element.getValue();
    String id = event.getEventId();
    long arrivalTime = event.getArrivalTime().toEpochMilli();
    int group = (Integer) getCurrentKey();
    long slice = Math.floorDiv(arrivalTime + offset(group), windowMillis);
    if (wasSeen(id, arrivalTime, slice)
        || wasSeen(id, arrivalTime, slice - 1)
        || wasSeen(id, arrivalTime, slice + 1)) {
      count(Outcome.DUPLICATE, arrivalTime, event.getStream());
      return;
    }
    arrivals(slice).put(id, arrivalTime);
    if (withTimer.add(new GroupSlice(group, slice))) {
      timers.registerEventTimeTimer(slice, (slice + 2) * windowMillis - offset(group));
    }
    output.collect(element);
  }

  private boolean wasSeen(String id, long arrivalTime, long slice) throws Exception {
    Long first = arrivals(slice).get(id);
    return first != null && Math.abs(arrivalTime - first) < windowMillis;
  }

  @Override
  public void onEventTime(InternalTimer<Integer, Long> timer) throws Exception {
    arrivals(timer.getNamespace()).clear();
    withTimer.remove(new GroupSlice(timer.getKey(), timer.getNamespace()));
  }

  @Override
  public void onProcessingTime(InternalTimer<Integer, Long> timer) {
    throw new IllegalStateException("no processing-time timer is ever registered");
  }

  /** What the current group let through in a slice, milliseconds since the epoch by id. */
  private MapState<String, Long> arrivals(long slice) throws Exception {
    return getPartitionedState(slice, LongSerializer.INSTANCE, ARRIVALS);
  }

  /** How much earlier than in group 0 the slices of a group begin. */
  private long offset(int group) {
    return windowMillis * group / GROUPS;
  }

  private static final class GroupSlice {

    private final int group;
    private final long slice;

    GroupSlice(int group, long slice) {
      this.group = group;
      this.slice = slice;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof GroupSlice
          && ((GroupSlice) other).group == group
          && ((GroupSlice) other).slice == slice;
    }

    @Override
    public int hashCode() {
      return 31 * group + Long.hashCode(slice);
    }
  }
}
