package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Drops events whose {@code event_id} was seen within the window. Runs on a stream keyed by
 * event_id; the first event that is processed wins.
 *
 * <p>All of it goes by the arrival times that the events carry, never by the wall clock, so a job
 * that was down for hours and catches up decides as one that was never down. An id is forgotten
 * when the watermark of arrivals, which no shard that is still read has fallen behind, has passed
 * the window; Flink's own state expiry goes by the wall clock and would forget too early.
 */
public final class Deduplicator extends AccountedOperator<ClickEvent, ClickEvent>
    implements Triggerable<String, VoidNamespace> {

  private static final long serialVersionUID = 1L;

  private final long windowMillis;

  /**
   * Arrivals of the events that were let through, milliseconds since the epoch. Nearly always one;
   * a shard that lags may bring the same id from outside the window, and both must be remembered.
   */
  private transient ValueState<long[]> arrivals;

  private transient InternalTimerService<VoidNamespace> timers;

  public Deduplicator(Duration window) {
    this.windowMillis = window.toMillis();
  }

  @Override
  public void open() throws Exception {
    super.open();
    arrivals =
        getPartitionedState(
            new ValueStateDescriptor<>("arrivals", LongPrimitiveArraySerializer.INSTANCE));
    timers = getInternalTimerService("forget", VoidNamespaceSerializer.INSTANCE, this);
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) throws Exception {
    ClickEvent event = element.getValue();
    long arrivalTime = event.getArrivalTime().toEpochMilli();
    long[] seen = arrivals.value();
    if (seen == null) {
      arrivals.update(new long[] {arrivalTime});
    } else if (Arrays.stream(seen)
        .anyMatch(first -> Math.abs(arrivalTime - first) < windowMillis)) {
      count(Outcome.DUPLICATE, arrivalTime, event.getStream());
      return;
    } else {
      arrivals.update(LongStream.concat(Arrays.stream(seen), LongStream.of(arrivalTime)).toArray());
    }
    timers.registerEventTimeTimer(VoidNamespace.INSTANCE, arrivalTime + windowMillis);
    output.collect(element);
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    long[] seen = arrivals.value();
    if (seen == null) {
      return;
    }
    long[] remembered =
        Arrays.stream(seen).filter(first -> first + windowMillis > timer.getTimestamp()).toArray();
    if (remembered.length == 0) {
      arrivals.clear();
    } else if (remembered.length < seen.length) {
      arrivals.update(remembered);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("no processing-time timer is ever registered");
  }
}
