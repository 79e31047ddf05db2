package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.ArrayResultIterator;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;

/**
 * Format with which Flink's FileSource reads the input as Kinesis records, about 1,800 at a time.
 */
final class EventFileFormat implements BulkFormat<SourceRecord, FileSourceSplit> {

  private static final long serialVersionUID = 1L;

  @Override
  public BulkFormat.Reader<SourceRecord> createReader(Configuration config, FileSourceSplit split)
      throws IOException {
    return new Reader(
        new EventLines(
            split.path().getFileSystem().open(split.path()),
            BenchmarkInput.firstNumber(split.path().getName())));
  }

  @Override
  public BulkFormat.Reader<SourceRecord> restoreReader(
      Configuration config, FileSourceSplit split) {
    throw new UnsupportedOperationException(
        "a failed benchmark has no valid figures, so it is never restored");
  }

  @Override
  public boolean isSplittable() {
    return false;
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return TypeInformation.of(SourceRecord.class);
  }

  private static final class Reader implements BulkFormat.Reader<SourceRecord> {

    private final EventLines lines;
    private long recordsRead;

    Reader(EventLines lines) {
      this.lines = lines;
    }

    @Override
    @Nullable
    public RecordIterator<SourceRecord> readBatch() throws IOException {
      if (!lines.readChunk()) {
        return null;
      }
      List<SourceRecord> records = new ArrayList<>(2048);
      while (lines.hasBufferedLine()) {
        records.add(lines.next());
      }
      ArrayResultIterator<SourceRecord> batch = new ArrayResultIterator<>();
      batch.set(
          records.toArray(new SourceRecord[0]),
          records.size(),
          CheckpointedPosition.NO_OFFSET,
          recordsRead);
      recordsRead += records.size();
      return batch;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
