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
 * The writer of a column with at most one value per row. It collects the values of a row group and
 * can write them any number of times. Not thread-safe.
 *
 * <p>Its data pages are version 1 pages of the Parquet format:
 *
 * <pre>
 *   optional   int32 length │ definition levels: 1 if there is a value, RLE    │ values
 *   required                                                                   │ values
 * </pre>
 */
abstract class FlatColumnWriter {

  /** Bytes that a run-length encoder allocates at a time, and initially. */
  private static final int SLAB_BYTES = 64 * 1024;

  private static final int INITIAL_SLAB_BYTES = 1024;

  private static final int INITIAL_ROWS = 64;

  /** Sort key of a row without a value, which comes first. */
  static final long NULL_KEY = Long.MIN_VALUE;

  private final int position;
  private final String path;
  private final ColumnDescriptor descriptor;
  private final boolean optional;
  final ParquetWriterOptions options;

  private int rows;

  // Set only while the column is written.
  private PageWriter pages;
  private RunLengthBitPackingHybridEncoder definitionLevels;

  FlatColumnWriter(
      int position, String path, ColumnDescriptor descriptor, ParquetWriterOptions options) {
    this.position = position;
    this.path = path;
    this.descriptor = descriptor;
    this.optional = descriptor.getMaxDefinitionLevel() > 0;
    this.options = options;
  }

  /**
   * Creates the writer of a column.
   *
   * @param record name of the record, for error messages
   * @return null if no flat writer supports the type
   */
  @Nullable
  static FlatColumnWriter of(
      Schema.Field field,
      String record,
      ColumnDescriptor descriptor,
      ParquetWriterOptions options) {
    String path = record + "." + field.name();
    Schema schema = AvroParquetSchema.withoutNull(field.schema(), path);
    LogicalType logical = schema.getLogicalType();
    int position = field.pos();
    switch (schema.getType()) {
      case STRING:
      case ENUM:
        return new StringColumnWriter(position, path, descriptor, options);
      case BOOLEAN:
        return new BooleanColumnWriter(position, path, descriptor, options);
      case INT:
        return new LongColumnWriter(
            position,
            path,
            descriptor,
            options,
            logical instanceof LogicalTypes.Date
                ? value -> ((LocalDate) value).toEpochDay()
                : value -> (Integer) value);
      case LONG:
        if (logical instanceof LogicalTypes.TimestampMillis) {
          return new LongColumnWriter(
              position, path, descriptor, options, value -> ((Instant) value).toEpochMilli());
        }
        if (logical instanceof LogicalTypes.TimestampMicros) {
          return new LongColumnWriter(
              position,
              path,
              descriptor,
              options,
              value -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
        }
        return new LongColumnWriter(position, path, descriptor, options, value -> (Long) value);
      case BYTES:
        if (logical instanceof LogicalTypes.Decimal) {
          DecimalUnscaler decimal = new DecimalUnscaler((LogicalTypes.Decimal) logical, path);
          return new LongColumnWriter(
              position, path, descriptor, options, value -> decimal.unscaled((BigDecimal) value));
        }
        return null;
      default:
        return null;
    }
  }

  /**
   * Appends the column's values of more rows.
   *
   * @param count number of rows in {@code chunk}
   * @throws IllegalArgumentException if a value is null and the schema does not allow it
   */
  final void append(IndexedRecord[] chunk, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Object value = chunk[i].get(position);
      if (value != null) {
        append(rows, value);
      } else if (!optional) {
        throw AvroValueWriter.unexpectedNull(path);
      }
      rows++;
    }
    afterChunk();
  }

  /**
   * Writes pages of all rows.
   *
   * @param order row numbers, in the order in which the rows are written
   */
  final void write(ColumnChunkPageWriteStore store, int[] order) throws IOException {
    pages = store.getPageWriter(descriptor);
    definitionLevels = runLengthEncoder(1);
    if (hasBloomFilter()) {
      BloomFilter filter = options.bloomFilter(name(), rows);
      insertInto(filter);
      store.getBloomFilterWriter(descriptor).writeBloomFilter(filter);
    }
    writePages(order);
    definitionLevels.close();
    definitionLevels = null;
    pages = null;
  }

  /** Removes all rows and frees their heap. */
  final void clear() {
    rows = 0;
    reset();
  }

  // Implemented per type of column.

  /** Appends the value of a row. Called in the order of rows, but not for null. */
  abstract void append(int row, Object value) throws IOException;

  /** Called after each chunk, for work that would be too expensive after each value. */
  void afterChunk() throws IOException {}

  /** Heap of the values, in bytes. */
  abstract long bytes();

  /** One number per row, which sort as the values do; {@link #NULL_KEY} for null. */
  abstract long[] sortKeys();

  /** Inserts all values; called only if the column has a filter. */
  abstract void insertInto(BloomFilter filter);

  /** Writes the dictionary page, if any, and the data pages. */
  abstract void writePages(int[] order) throws IOException;

  /** Removes the values and frees their heap. */
  abstract void reset();

  // Shared by all types of columns.

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
    return options.bloomFilters.containsKey(name());
  }

  final boolean mayHaveDictionary() {
    return !options.columnsWithoutDictionary.contains(name());
  }

  final Statistics<?> newStatistics() {
    return Statistics.createStats(descriptor.getPrimitiveType());
  }

  /** Records whether the next row of the page has a value. */
  final void writeDefinitionLevel(boolean present) throws IOException {
    if (optional) {
      definitionLevels.writeInt(present ? 1 : 0);
    }
  }

  /** Writes a page of the rows whose definition levels were written since the last page. */
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
        // parquet-java's writers set this encoding where there are no levels.
        Encoding.BIT_PACKED,
        optional ? Encoding.RLE : Encoding.BIT_PACKED,
        encoding);
    definitionLevels.reset();
  }

  /** Creates an encoder of positions in a dictionary. */
  static RunLengthBitPackingHybridEncoder positionEncoder(int dictionarySize) {
    return runLengthEncoder(positionBits(dictionarySize));
  }

  static int positionBits(int dictionarySize) {
    return BytesUtils.getWidthFromMaxInt(Math.max(0, dictionarySize - 1));
  }

  /** New length of an array that holds {@code length} rows and must also hold row {@code row}. */
  static int grownLength(int length, int row) {
    return Math.max(row + 1, Math.max(INITIAL_ROWS, 2 * length));
  }

  private static RunLengthBitPackingHybridEncoder runLengthEncoder(int bits) {
    return new RunLengthBitPackingHybridEncoder(
        bits, INITIAL_SLAB_BYTES, SLAB_BYTES, new HeapByteBufferAllocator());
  }
}
