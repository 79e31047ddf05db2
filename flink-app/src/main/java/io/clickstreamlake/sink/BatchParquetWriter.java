package io.clickstreamlake.sink;

import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that writes the rows of a batch to Parquet files like those of {@link
 * RollingParquetSink}, which are not visible. At the end of its input it emits them, for {@link
 * BatchPublisher}. A sink cannot do this: in BATCH mode Flink restarts a committer that failed
 * together with its writer, which would write and commit the rows again.
 *
 * @param <T> type of the rows
 */
public final class BatchParquetWriter<T> extends AbstractStreamOperator<StagedFile>
    implements OneInputStreamOperator<T, StagedFile>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final RollingParquetSink<T> sink;
  private final String table;

  private transient RollingParquetWriter<T> writer;

  BatchParquetWriter(RollingParquetSink<T> sink, String table) {
    this.sink = sink;
    this.table = table;
  }

  @Override
  public void open() throws Exception {
    super.open();
    writer =
        sink.writer(
            InternalSinkWriterMetricGroup.wrap(getMetricGroup()),
            getProcessingTimeService(),
            getRuntimeContext().getTaskInfo());
    writer.startBatch();
  }

  @Override
  public void processElement(StreamRecord<T> element) throws Exception {
    writer.write(element.getValue(), null);
  }

  @Override
  public void endInput() throws Exception {
    writer.flush(true);
    for (CommittableFile file : writer.prepareCommit()) {
      output.collect(
          new StreamRecord<>(
              new StagedFile(
                  table,
                  SimpleVersionedSerialization.writeVersionAndSerialize(
                      new CommittableFileSerializer(), file))));
    }
  }

  @Override
  public void close() throws Exception {
    if (writer != null) {
      writer.close();
    }
    super.close();
  }
}
