package io.clickstreamlake.sink;

import java.util.OptionalLong;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;

/** The context that Flink passes to the writer of a subtask, with a {@link ManualClock}. */
final class WriterContext implements WriterInitContext {

  /** A small number, so that snapshots have few states without a file. */
  static final int MAX_PARALLELISM = 4;

  private final ManualClock clock;
  private final TaskInfo task;
  private final SinkWriterMetricGroup metrics;
  private final OptionalLong restoredCheckpoint;

  WriterContext(ManualClock clock, int subtask, int parallelism) {
    this(
        clock,
        subtask,
        parallelism,
        UnregisteredMetricsGroup.createSinkWriterMetricGroup(),
        OptionalLong.empty());
  }

  WriterContext(
      ManualClock clock,
      int subtask,
      int parallelism,
      SinkWriterMetricGroup metrics,
      OptionalLong restoredCheckpoint) {
    this.restoredCheckpoint = restoredCheckpoint;
    this.clock = clock;
    this.task = new TaskInfoImpl("sink", MAX_PARALLELISM, subtask, parallelism, 0);
    this.metrics = metrics;
  }

  /** This context after a restore from a checkpoint. */
  WriterContext restoredFrom(long checkpoint) {
    return new WriterContext(
        clock,
        task.getIndexOfThisSubtask(),
        task.getNumberOfParallelSubtasks(),
        metrics,
        OptionalLong.of(checkpoint));
  }

  /** This context with another metric group. */
  WriterContext with(SinkWriterMetricGroup group) {
    return new WriterContext(
        clock,
        task.getIndexOfThisSubtask(),
        task.getNumberOfParallelSubtasks(),
        group,
        restoredCheckpoint);
  }

  @Override
  public ProcessingTimeService getProcessingTimeService() {
    return clock;
  }

  @Override
  public SinkWriterMetricGroup metricGroup() {
    return metrics;
  }

  @Override
  public TaskInfo getTaskInfo() {
    return task;
  }

  @Override
  public boolean isObjectReuseEnabled() {
    return false;
  }

  @Override
  public OptionalLong getRestoredCheckpointId() {
    return restoredCheckpoint;
  }

  @Override
  public UserCodeClassLoader getUserCodeClassLoader() {
    throw new UnsupportedOperationException("not used by the sink");
  }

  @Override
  public MailboxExecutor getMailboxExecutor() {
    throw new UnsupportedOperationException("not used by the sink");
  }

  @Override
  public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
    throw new UnsupportedOperationException("not used by the sink");
  }

  @Override
  public <I> TypeSerializer<I> createInputSerializer() {
    throw new UnsupportedOperationException("rows are not copied without object reuse");
  }

  @Override
  public JobInfo getJobInfo() {
    throw new UnsupportedOperationException("not used by the sink");
  }
}
