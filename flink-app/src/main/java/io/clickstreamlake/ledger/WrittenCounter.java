package io.clickstreamlake.ledger;

import io.clickstreamlake.event.ClickEvent;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Counts what goes into the lake: the last step before the sink, and the one that drops nothing. It
 * also says how old the last completed checkpoint is. Flink's own checkpoint metrics cannot say so:
 * while a checkpoint hangs, the duration of the last one keeps its value, and the counter of
 * failures stands still until the timeout.
 */
public final class WrittenCounter extends AccountedOperator<ClickEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

  /** Name of the age of the last completed checkpoint, as it stands in CloudWatch. */
  public static final String SECONDS_SINCE_CHECKPOINT = "secondsSinceCheckpoint";

  /** When the last checkpoint completed, or else when this step was started. */
  private transient volatile long checkpointedAt;

  @Override
  public void open() throws Exception {
    super.open();
    checkpointedAt = getProcessingTimeService().getCurrentProcessingTime();
    getMetricGroup()
        .addGroup(CLOUD_WATCH)
        .gauge(SECONDS_SINCE_CHECKPOINT, (Gauge<Long>) this::secondsSinceCheckpoint);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    checkpointedAt = getProcessingTimeService().getCurrentProcessingTime();
  }

  /** Read by the thread that reports metrics, so it grows even while this step is blocked. */
  long secondsSinceCheckpoint() {
    return (getProcessingTimeService().getCurrentProcessingTime() - checkpointedAt) / 1000;
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) {
    ClickEvent event = element.getValue();
    long arrivalTime = event.getArrivalTime().toEpochMilli();
    count(Outcome.WRITTEN, arrivalTime, event.getStream());
    if (event.getQualityFlags() != null) {
      count(Outcome.FLAGGED, arrivalTime, event.getStream());
    }
    if (Boolean.TRUE.equals(event.getIsLate())) {
      count(Outcome.LATE, arrivalTime, event.getStream());
    }
    output.collect(element);
  }
}
