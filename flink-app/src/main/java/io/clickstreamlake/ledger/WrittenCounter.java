package io.clickstreamlake.ledger;

import io.clickstreamlake.event.ClickEvent;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that counts events written to the lake. It is the last step before the sink and
 * drops nothing. It also reports the age of the last completed checkpoint. Flink's checkpoint
 * metrics do not show it: while a checkpoint hangs, the duration of the last one keeps its value,
 * and the counter of failed checkpoints does not change until the timeout.
 */
public final class WrittenCounter extends AccountedOperator<ClickEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

  /** Name in CloudWatch of the age of the last completed checkpoint, in seconds. */
  public static final String SECONDS_SINCE_CHECKPOINT = "secondsSinceCheckpoint";

  private final HashMap<String, Gauge<Long>> jobGauges;

  /** Time of the last completed checkpoint, or of the start of this operator. */
  private transient volatile long checkpointedAt;

  /**
   * @param jobGauges further gauges of the whole job for CloudWatch, by name; serializable
   */
  public WrittenCounter(Map<String, Gauge<Long>> jobGauges) {
    this.jobGauges = new HashMap<>(jobGauges);
  }

  @Override
  public void open() throws Exception {
    super.open();
    checkpointedAt = getProcessingTimeService().getCurrentProcessingTime();
    MetricGroup cloudWatch = getMetricGroup().addGroup(CLOUD_WATCH);
    cloudWatch.gauge(SECONDS_SINCE_CHECKPOINT, (Gauge<Long>) this::secondsSinceCheckpoint);
    jobGauges.forEach(cloudWatch::gauge);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    checkpointedAt = getProcessingTimeService().getCurrentProcessingTime();
  }

  /** Called by the metrics reporter's thread, so it grows even while this operator is blocked. */
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
