package io.clickstreamlake.sink;

import java.util.OptionalLong;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;

/** The context that Flink passes to a committer: only the restored checkpoint. */
record CommitterContext(OptionalLong getRestoredCheckpointId) implements CommitterInitContext {

  static CommitterContext fresh() {
    return new CommitterContext(OptionalLong.empty());
  }

  static CommitterContext restoredFrom(long checkpoint) {
    return new CommitterContext(OptionalLong.of(checkpoint));
  }

  @Override
  public SinkCommitterMetricGroup metricGroup() {
    throw new UnsupportedOperationException("not used by the sink");
  }

  @Override
  public JobInfo getJobInfo() {
    throw new UnsupportedOperationException("not used by the sink");
  }

  @Override
  public TaskInfo getTaskInfo() {
    throw new UnsupportedOperationException("not used by the sink");
  }
}
