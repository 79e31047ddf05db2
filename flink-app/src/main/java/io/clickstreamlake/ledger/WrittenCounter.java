package io.clickstreamlake.ledger;

import io.clickstreamlake.event.ClickEvent;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Counts what goes into the lake: the last step before the sink, and the one that drops nothing.
 */
public final class WrittenCounter extends AccountedOperator<ClickEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

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
