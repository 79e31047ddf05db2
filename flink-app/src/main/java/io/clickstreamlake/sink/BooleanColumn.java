package io.clickstreamlake.sink;

import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/** A column of BOOLEAN: one bit a value, the lowest bit of a byte first. */
final class BooleanColumn extends FlatColumn {

  private final EncodedBytes page = new EncodedBytes(0);
  private int rows;
  private int values;
  private int pending;
  private boolean sawTrue;
  private boolean sawFalse;

  BooleanColumn(int position, String path, ColumnDescriptor descriptor, ParquetLayout layout) {
    super(position, path, descriptor, layout);
  }

  @Override
  void reset(int expectedRows) {
    page.truncate(0);
    rows = 0;
    values = 0;
    pending = 0;
    sawTrue = false;
    sawFalse = false;
  }

  @Override
  void append(Object value) throws IOException {
    define(true);
    rows++;
    boolean bit = (Boolean) value;
    if (bit) {
      pending |= 1 << (values & 7);
      sawTrue = true;
    } else {
      sawFalse = true;
    }
    if ((++values & 7) == 0) {
      page.write(pending);
      pending = 0;
    }
  }

  @Override
  void appendNull() throws IOException {
    define(false);
    rows++;
  }

  @Override
  void endPage() throws IOException {
    if (rows == 0) {
      return;
    }
    if ((values & 7) != 0) {
      page.write(pending);
    }
    Statistics<?> statistics = newStatistics();
    if (sawTrue) {
      statistics.updateStats(true);
    }
    if (sawFalse) {
      statistics.updateStats(false);
    }
    statistics.incrementNumNulls(rows - values);
    writePage(BytesInput.from(page.array(), 0, page.size()), rows, statistics, Encoding.PLAIN);
    reset(0);
  }

  @Override
  void writeRest() throws IOException {
    endPage();
  }
}
