package io.clickstreamlake.parquet;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import javax.annotation.Nullable;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;

/**
 * A column with at most one value a row, which collects the values of a row group and writes them
 * as often as it is asked to.
 *
 * <p>Its data pages are those of version 1 of the format:
 *
 * <pre>
 *   optional   int32 length │ definition levels: 1 where there is a value, RLE │ values
 *   required                                                                   │ values
 * </pre>
 */
abstract class FlatColumnWriter {

  /** What a run-length encoder allocates at once, and at first. */
  private static final int SLAB_BYTES = 64 * 1024;

  private static final int FIRST_SLAB_BYTES = 1024;

  private static final int FIRST_ROWS = 64;

  /** Sort key of a row without a value: it comes first. */
  static final long NULL_KEY = Long.MIN_VALUE;

  private final int position;
  private final String path;
  private final ColumnDescriptor descriptor;
  private final boolean optional;
  final ParquetWriterOptions layout;

  private int rows;

  // While the column is written.
  private PageWriter pages;
  private RunLengthBitPackingHybridEncoder definitionLevels;

  FlatColumnWriter(
      int position, String path, ColumnDescriptor descriptor, ParquetWriterOptions layout) {
    this.position = position;
    this.path = path;
    this.descriptor = descriptor;
    this.optional = descriptor.getMaxDefinitionLevel() > 0;
    this.layout = layout;
  }

  /**
   * The writer of a column.
   *
   * @return null if there is none for its type
   */
  @Nullable
  static FlatColumnWriter of(
      Schema.Field field, String record, ColumnDescriptor descriptor, ParquetWriterOptions layout) {
    String path = record + "." + field.name();
    Schema schema = AvroParquetSchema.withoutNull(field.schema(), path);
    LogicalType logical = schema.getLogicalType();
    int position = field.pos();
    switch (schema.getType()) {
      case STRING:
      case ENUM:
        return new StringColumnWriter(position, path, descriptor, layout);
      case BOOLEAN:
        return new BooleanColumnWriter(position, path, descriptor, layout);
      case INT:
        return new LongColumnWriter(
            position,
            path,
            descriptor,
            layout,
            logical instanceof LogicalTypes.Date
                ? value -> ((LocalDate) value).toEpochDay()
                : value -> (Integer) value);
      case LONG:
        if (logical instanceof LogicalTypes.TimestampMillis) {
          return new LongColumnWriter(
              position, path, descriptor, layout, value -> ((Instant) value).toEpochMilli());
        }
        if (logical instanceof LogicalTypes.TimestampMicros) {
          return new LongColumnWriter(
              position,
              path,
              descriptor,
              layout,
              value -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
        }
        return new LongColumnWriter(position, path, descriptor, layout, value -> (Long) value);
      case BYTES:
        if (logical instanceof LogicalTypes.Decimal) {
          DecimalUnscaler decimal = new DecimalUnscaler((LogicalTypes.Decimal) logical, path);
          return new LongColumnWriter(
              position, path, descriptor, layout, value -> decimal.unscaled((BigDecimal) value));
        }
        return null;
      default:
        return null;
    }
  }

  /**
   * Takes the column's values of more rows.
   *
   * @param count how many of {@code chunk} there are
   */
  final void append(IndexedRecord[] chunk, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Object value = chunk[i].get(position);
      if (value != null) {
        append(rows, value);
      } else if (!optional) {
        throw AvroValueWriter.nullIn(path);
      }
      rows++;
    }
    afterChunk();
  }

  /**
   * Writes pages of all rows.
   *
   * @param order numbers of the rows, in the order in which they are written
   */
  final void write(ColumnChunkPageWriteStore store, int[] order) throws IOException {
    pages = store.getPageWriter(descriptor);
    definitionLevels = runLengthEncoder(1);
    if (hasBloomFilter()) {
      BloomFilter filter = layout.bloomFilter(name(), rows);
      insertInto(filter);
      store.getBloomFilterWriter(descriptor).writeBloomFilter(filter);
    }
    writePages(order);
    definitionLevels.close();
    definitionLevels = null;
    pages = null;
  }

  /** Forgets all rows and gives their heap back. */
  final void clear() {
    rows = 0;
    forget();
  }

  // What a kind of column does.

  /** Takes the value of a row. Rows come in their order; those without a value do not come. */
  abstract void append(int row, Object value) throws IOException;

  /** Called now and then, for what need not be looked at after each value. */
  void afterChunk() throws IOException {}

  /** Heap of the values. */
  abstract long bytes();

  /** For each row a number, in the order of the values; {@link #NULL_KEY} without a value. */
  abstract long[] sortKeys();

  /** Inserts all values; called if the column has a filter. */
  abstract void insertInto(BloomFilter filter);

  abstract void writePages(int[] order) throws IOException;

  abstract void forget();

  // What they share.

  final String name() {
    return descriptor.getPath()[0];
  }

  final int rows() {
    return rows;
  }

  final PageWriter pages() {
    return pages;
  }

  final boolean hasBloomFilter() {
    return layout.bloomFilters.containsKey(name());
  }

  final boolean mayHaveDictionary() {
    return !layout.columnsWithoutDictionary.contains(name());
  }

  final Statistics<?> newStatistics() {
    return Statistics.createStats(descriptor.getPrimitiveType());
  }

  /** Says of the next row of the page whether it has a value. */
  final void define(boolean present) throws IOException {
    if (optional) {
      definitionLevels.writeInt(present ? 1 : 0);
    }
  }

  /** Writes a page of the rows that were defined since the last. */
  final void writePage(BytesInput values, int rows, Statistics<?> statistics, Encoding encoding)
      throws IOException {
    BytesInput bytes = values;
    if (optional) {
      BytesInput levels = definitionLevels.toBytes();
      bytes = BytesInput.concat(BytesInput.fromInt(Math.toIntExact(levels.size())), levels, values);
    }
    pages.writePage(
        bytes,
        rows,
        rows,
        statistics,
        // What parquet-java's writers say where there are no levels.
        Encoding.BIT_PACKED,
        optional ? Encoding.RLE : Encoding.BIT_PACKED,
        encoding);
    definitionLevels.reset();
  }

  /** An encoder of positions in a dictionary. */
  static RunLengthBitPackingHybridEncoder positionEncoder(int dictionarySize) {
    return runLengthEncoder(positionBits(dictionarySize));
  }

  static int positionBits(int dictionarySize) {
    return BytesUtils.getWidthFromMaxInt(Math.max(0, dictionarySize - 1));
  }

  /** Length of an array that held {@code length} rows and is to hold row {@code row} too. */
  static int grown(int length, int row) {
    return Math.max(row + 1, Math.max(FIRST_ROWS, 2 * length));
  }

  private static RunLengthBitPackingHybridEncoder runLengthEncoder(int bits) {
    return new RunLengthBitPackingHybridEncoder(
        bits, FIRST_SLAB_BYTES, SLAB_BYTES, new HeapByteBufferAllocator());
  }
}
