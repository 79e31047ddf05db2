package io.clickstreamlake.sink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that publishes all files of a batch at once, when all of them are written. It must
 * have a parallelism of 1. Emits nothing.
 */
public final class BatchPublisher extends AbstractStreamOperator<StagedFile>
    implements OneInputStreamOperator<StagedFile, StagedFile>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final BatchRun run;

  private transient List<StagedFile> staged;

  public BatchPublisher(BatchRun run) {
    this.run = run;
  }

  @Override
  public void open() throws Exception {
    super.open();
    staged = new ArrayList<>();
  }

  @Override
  public void processElement(StreamRecord<StagedFile> element) {
    staged.add(element.getValue());
  }

  @Override
  public void endInput() throws Exception {
    run.publish(staged);
  }
}
