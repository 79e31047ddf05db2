package io.clickstreamlake.batch;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/**
 * The step that reads files of rejected_events and emits the bytes of each row as a record. An
 * event that was rejected once, and that today's settings accept, is not missing: it is there, in
 * the rejected zone.
 */
public final class RejectedRecords implements FlatMapFunction<String, SourceRecord> {

  private static final long serialVersionUID = 1L;

  private final ArrivalRange range;

  public RejectedRecords(ArrivalRange range) {
    this.range = range;
  }

  @Override
  public void flatMap(String file, Collector<SourceRecord> out) throws IOException {
    try (AvroRowReader<RejectedEvent> rows =
        AvroRowReader.of(RejectedEvent.class)
            .where(range.filter())
            .open(FlinkInputFile.of(new Path(file)))) {
      for (RejectedEvent row = rows.next(); row != null; row = rows.next()) {
        ByteBuffer payload = row.getPayload().duplicate();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        if (bytes.length > 0) {
          out.collect(
              new SourceRecord(
                  bytes,
                  new Origin(row.getStream(), row.getShardId(), row.getSequenceNumber()),
                  row.getArrivalTime().toEpochMilli()));
        }
      }
    }
  }
}
