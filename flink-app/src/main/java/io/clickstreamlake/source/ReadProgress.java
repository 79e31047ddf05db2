package io.clickstreamlake.source;

import io.clickstreamlake.event.SourceRecord;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** A step after the source that counts, for people who wait. */
public final class ReadProgress extends RichMapFunction<SourceRecord, SourceRecord> {

  private static final long serialVersionUID = 1L;

  /** Name of the accumulator of records that were read. */
  public static final String RECORDS = "records";

  /** Name of the accumulator of files that were begun. */
  public static final String FILES = "files";

  private transient LongCounter records;
  private transient LongCounter files;
  private transient String file;

  @Override
  public void open(OpenContext context) {
    records = new LongCounter();
    files = new LongCounter();
    getRuntimeContext().addAccumulator(RECORDS, records);
    getRuntimeContext().addAccumulator(FILES, files);
  }

  @Override
  public SourceRecord map(SourceRecord record) {
    records.add(1);
    if (!record.origin.partition.equals(file)) {
      file = record.origin.partition;
      // Several tasks read a large file.
      if (LineRange.isOfFirst(record.origin)) {
        files.add(1);
      }
    }
    return record;
  }
}
