package io.clickstreamlake.batch;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Rejection;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.Either;

/**
 * The operator that marks events as being in a table. The marks have no timestamp, so that they
 * precede the candidates, see {@link MissingRows}.
 */
public final class PresentEvents
    extends AbstractStreamOperator<Tuple3<Long, Long, Either<ClickEvent, Rejection>>>
    implements OneInputStreamOperator<
        ClickEvent, Tuple3<Long, Long, Either<ClickEvent, Rejection>>> {

  private static final long serialVersionUID = 1L;

  private final Sameness sameness;
  private transient Candidate.Digester digester;

  public PresentEvents(Sameness sameness) {
    this.sameness = sameness;
  }

  @Override
  public void open() throws Exception {
    super.open();
    digester = new Candidate.Digester(sameness);
  }

  @Override
  public void processElement(StreamRecord<ClickEvent> element) {
    output.collect(new StreamRecord<>(digester.inTable(element.getValue())));
  }
}
