package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.ledger.AccountedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Completes events with what can be known of them, removes what must not be known. */
public final class EnrichOperator extends AccountedOperator<ParsedEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

  public static EnrichOperator of(JobSettings settings) {
    return new EnrichOperator();
  }

  @Override
  public void processElement(StreamRecord<ParsedEvent> element) {
    output.collect(element.replace(element.getValue().event));
  }
}
