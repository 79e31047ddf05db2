package io.clickstreamlake.sink;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;

/**
 * A column with at most one value a row, for one row group after the other.
 *
 * <p>Its data pages are those of version 1 of the format:
 *
 * <pre>
 *   optional   int32 length │ definition levels: 1 where there is a value, RLE │ values
 *   required                                                                   │ values
 * </pre>
 */
abstract class FlatColumn {

  /** What a run-length encoder allocates at once, and at first. */
  private static final int SLAB_BYTES = 64 * 1024;

  private static final int FIRST_SLAB_BYTES = 1024;

  private final int position;
  private final String path;
  private final ColumnDescriptor descriptor;
  private final boolean optional;
  private final RunLengthBitPackingHybridEncoder definitionLevels =
      new RunLengthBitPackingHybridEncoder(
          1, FIRST_SLAB_BYTES, SLAB_BYTES, new HeapByteBufferAllocator());
  final ParquetLayout layout;

  private PageWriter pages;
  @Nullable private BloomFilterWriter bloomFilters;
  @Nullable private BloomFilter bloomFilter;

  FlatColumn(int position, String path, ColumnDescriptor descriptor, ParquetLayout layout) {
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
  static FlatColumn of(
      Schema.Field field, String record, ColumnDescriptor descriptor, ParquetLayout layout) {
    String path = record + "." + field.name();
    Schema schema = AvroParquetSchema.withoutNull(field.schema(), path);
    LogicalType logical = schema.getLogicalType();
    int position = field.pos();
    switch (schema.getType()) {
      case STRING:
      case ENUM:
        return new TextColumn(position, path, descriptor, layout);
      case BOOLEAN:
        return new BooleanColumn(position, path, descriptor, layout);
      case INT:
        return new NumberColumn(
            position,
            path,
            descriptor,
            layout,
            logical instanceof LogicalTypes.Date
                ? value -> ((LocalDate) value).toEpochDay()
                : value -> (Integer) value);
      case LONG:
        if (logical instanceof LogicalTypes.TimestampMillis) {
          return new NumberColumn(
              position, path, descriptor, layout, value -> ((Instant) value).toEpochMilli());
        }
        if (logical instanceof LogicalTypes.TimestampMicros) {
          return new NumberColumn(
              position,
              path,
              descriptor,
              layout,
              value -> ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
        }
        return new NumberColumn(position, path, descriptor, layout, value -> (Long) value);
      case BYTES:
        if (logical instanceof LogicalTypes.Decimal) {
          DecimalColumn decimal = new DecimalColumn((LogicalTypes.Decimal) logical, path);
          return new NumberColumn(
              position, path, descriptor, layout, value -> decimal.unscaled((BigDecimal) value));
        }
        return null;
      default:
        return null;
    }
  }

  // What the encoder calls, for a row group.

  final void begin(ColumnChunkPageWriteStore store, int rows) {
    pages = store.getPageWriter(descriptor);
    String column = descriptor.getPath()[0];
    if (layout.bloomFilters.containsKey(column)) {
      bloomFilters = store.getBloomFilterWriter(descriptor);
      bloomFilter = layout.bloomFilter(column, rows);
    }
    reset(rows);
  }

  final void append(List<? extends IndexedRecord> rows) throws IOException {
    for (IndexedRecord row : rows) {
      Object value = row.get(position);
      if (value != null) {
        append(value);
      } else if (optional) {
        appendNull();
      } else {
        throw AvroValueWriter.nullIn(path);
      }
    }
    afterChunk();
  }

  /** Begins a new page, if the column writes pages by rows. */
  abstract void endPage() throws IOException;

  final void finish() throws IOException {
    writeRest();
    if (bloomFilters != null) {
      bloomFilters.writeBloomFilter(bloomFilter);
      bloomFilters = null;
      bloomFilter = null;
    }
  }

  // What a kind of column does.

  /** Forgets the last row group. */
  abstract void reset(int rows);

  abstract void append(Object value) throws IOException;

  abstract void appendNull() throws IOException;

  /** Called now and then, for what need not be looked at after each value. */
  void afterChunk() throws IOException {}

  /** Writes all that was appended and not written yet. */
  abstract void writeRest() throws IOException;

  // What they share.

  final String name() {
    return descriptor.getPath()[0];
  }

  final PageWriter pages() {
    return pages;
  }

  /** Null if the column has none. */
  @Nullable
  final BloomFilter bloomFilter() {
    return bloomFilter;
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
    return new RunLengthBitPackingHybridEncoder(
        positionBits(dictionarySize), FIRST_SLAB_BYTES, SLAB_BYTES, new HeapByteBufferAllocator());
  }

  static int positionBits(int dictionarySize) {
    return BytesUtils.getWidthFromMaxInt(Math.max(0, dictionarySize - 1));
  }
}
