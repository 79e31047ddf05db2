package io.clickstreamlake.ledger;

import io.clickstreamlake.config.QuietLoggers;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.Rejection;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * An operator that accounts for every input event. It counts outcomes and posts the counts to the
 * side output {@link #LEDGER} just before each checkpoint barrier and at the end of input.
 *
 * <p>Why the ledger is exact: entries posted before a barrier belong to that checkpoint, as do the
 * events that they count, so an exactly-once sink publishes both or neither. The operator itself
 * keeps no state: after a failure the events since the last checkpoint are read and counted again.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
public abstract class AccountedOperator<I, O> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<I, O>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** Entries for the table ledger. */
  public static final OutputTag<LedgerEntry> LEDGER =
      new OutputTag<>("ledger", TypeInformation.of(LedgerEntry.class));

  /** Rows for the table rejected_events. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", TypeInformation.of(Rejection.class));

  /**
   * Managed Service for Apache Flink reports only metrics of this group to CloudWatch. They are
   * rates, not counters, because CloudWatch would add up the samples of a counter, which resets at
   * each restart.
   */
  static final String CLOUD_WATCH = "kinesisanalytics";

  private transient Ledger ledger;
  private transient Map<Outcome, Counter> counters;

  protected AccountedOperator() {
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void open() throws Exception {
    super.open();
    // Every TaskManager runs some of these steps.
    QuietLoggers.apply();
    ledger = new Ledger();
    counters = new EnumMap<>(Outcome.class);
    MetricGroup cloudWatch = getMetricGroup().addGroup(CLOUD_WATCH);
    for (Outcome outcome : Outcome.OF_JOB) {
      Counter counter = getMetricGroup().counter(outcome.metric());
      counters.put(outcome, counter);
      cloudWatch.meter(outcome.rateMetric(), new MeterView(counter));
    }
  }

  /** Counts one event that arrived at {@code arrivalTime}, milliseconds since the epoch. */
  protected final void count(Outcome outcome, long arrivalTime, String stream) {
    count(outcome, arrivalTime, stream, 1);
  }

  /** Counts events that arrived at {@code arrivalTime}, milliseconds since the epoch. */
  protected final void count(Outcome outcome, long arrivalTime, String stream, int events) {
    ledger.count(outcome, arrivalTime, stream, events);
    Counter counter = counters.get(outcome);
    if (counter != null) {
      counter.inc(events);
    }
  }

  /** Sends the event to the rejected zone and counts it. */
  protected final void reject(Rejection rejection) {
    ledger.countRejected(rejection.reason, rejection.arrivalTime, rejection.origin.source, 1);
    counters.get(Outcome.REJECTED).inc();
    output.collect(REJECTED, new StreamRecord<>(rejection, rejection.arrivalTime));
  }

  /** Takes back the count of a rejection: its event has another outcome now. */
  protected final void takeBackRejected(String reason, long arrivalTime, String stream) {
    ledger.countRejected(reason, arrivalTime, stream, -1);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    post();
  }

  @Override
  public void endInput() throws Exception {
    post();
  }

  private void post() {
    ledger.post(entry -> output.collect(LEDGER, new StreamRecord<>(entry)));
  }
}
