package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/** The writer of a BOOLEAN column: one bit per value, the lowest bit of a byte first. */
final class BooleanColumnWriter extends FlatColumnWriter {

  private static final byte FALSE = 1;
  private static final byte TRUE = 2;

  /** Per row {@link #FALSE}, {@link #TRUE}, or 0 for null; rows beyond the end are null too. */
  private byte[] values = new byte[0];

  BooleanColumnWriter(
      int position, String path, ColumnDescriptor descriptor, ParquetWriterOptions options) {
    super(position, path, descriptor, options);
    if (hasBloomFilter()) {
      throw new IllegalArgumentException(
          "column '" + name() + "' is BOOLEAN and cannot have a Bloom filter");
    }
  }

  @Override
  void append(int row, Object value) {
    if (row >= values.length) {
      values = Arrays.copyOf(values, grownLength(values.length, row));
    }
    values[row] = (Boolean) value ? TRUE : FALSE;
  }

  @Override
  long bytes() {
    return values.length;
  }

  @Override
  long[] sortKeys() {
    long[] keys = new long[rows()];
    for (int row = 0; row < keys.length; row++) {
      keys[row] = value(row) == 0 ? NULL_KEY : value(row);
    }
    return keys;
  }

  @Override
  void insertInto(BloomFilter filter) {
    throw new IllegalStateException("The constructor rejects Bloom filters of BOOLEAN columns.");
  }

  @Override
  void writePages(int[] order) throws IOException {
    EncodedBytes page = new EncodedBytes(options.pageRows / Byte.SIZE + 1);
    for (int from = 0; from < order.length; from += options.pageRows) {
      writePage(order, from, Math.min(order.length, from + options.pageRows), page);
    }
  }

  private void writePage(int[] order, int from, int to, EncodedBytes page) throws IOException {
    Statistics<?> statistics = newStatistics();
    page.truncate(0);
    int present = 0;
    int trues = 0;
    int pending = 0;
    for (int i = from; i < to; i++) {
      byte value = value(order[i]);
      writeDefinitionLevel(value != 0);
      if (value == 0) {
        continue;
      }
      if (value == TRUE) {
        pending |= 1 << (present % Byte.SIZE);
        trues++;
      }
      if (++present % Byte.SIZE == 0) {
        page.write(pending);
        pending = 0;
      }
    }
    if (present % Byte.SIZE != 0) {
      page.write(pending);
    }
    if (trues > 0) {
      statistics.updateStats(true);
    }
    if (trues < present) {
      statistics.updateStats(false);
    }
    statistics.incrementNumNulls(to - from - present);
    writePage(BytesInput.from(page.array(), 0, page.size()), to - from, statistics, Encoding.PLAIN);
  }

  private byte value(int row) {
    return row < values.length ? values[row] : 0;
  }

  @Override
  void reset() {
    values = new byte[0];
  }
}
