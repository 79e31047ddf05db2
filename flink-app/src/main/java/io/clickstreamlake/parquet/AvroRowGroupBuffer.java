package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * A buffer of Avro records that splits them into columns soon after they arrive.
 *
 * <p>If fifty thousand records were kept as objects until the row group is complete, they would
 * have left the processor's caches long before they are encoded. Each value would be fetched from
 * memory again, and the garbage collector would copy all of them. So records are kept as objects
 * only in small chunks. Then each flat column ({@link FlatColumnWriter}) reads its values in a
 * tight loop: strings become positions in a dictionary, numbers go into an array. Maps of strings
 * are handled likewise ({@link StringMapColumnWriter}). Columns of lists, records, floats and bytes
 * keep their values and are written by parquet-java's own record writer ({@link
 * NestedColumnWriters}).
 *
 * <pre>
 *   add ─▶ rows ─┬─▶ FlatColumnWriter …   ─┐ encode, in order
 *                ├─▶ StringMapColumnWriter … ┤
 *                └─▶ NestedColumnWriters  ─┴─▶ page store (compression, headers, indexes) ─▶ ParquetFileWriter
 * </pre>
 *
 * <p>parquet-java writes all page headers, indexes, filters and footers. Two of the classes used
 * here, {@link ColumnChunkPageWriteStore} and {@link ParquetFileWriter}, are public but meant for
 * parquet-java's internal use; a test compares the files with those of an ordinary writer.
 *
 * @param <T> type of the rows
 */
public final class AvroRowGroupBuffer<T extends IndexedRecord> implements RowGroupBuffer<T> {

  /** This many records, with the objects that they refer to, fit into the processor's L2 cache. */
  private static final int CHUNK_ROWS = 64;

  /** Heap that a column allocates before its first value. */
  private static final long COLUMN_BYTES = 1_024;

  private final ParquetWriterOptions options;
  private final RowSize<? super T> rowSize;
  private final MessageType schema;
  private final List<FlatColumnWriter> flat = new ArrayList<>();
  private final List<StringMapColumnWriter> maps = new ArrayList<>();
  private final NestedColumnWriters nested;
  private final List<FlatColumnWriter> sortColumns = new ArrayList<>();

  /** Rows that are not yet appended to the columns. */
  private final IndexedRecord[] chunk = new IndexedRecord[CHUNK_ROWS];

  private int chunkRows;

  private long chunkBytes;

  /** Rows that are appended to the columns, and the heap of the columns. */
  private int rows;

  private long bytes;

  /**
   * @throws IllegalArgumentException if a column's type is not supported, or a sort column does not
   *     exist or cannot be sorted by
   */
  public AvroRowGroupBuffer(
      Schema record, ParquetWriterOptions options, RowSize<? super T> rowSize) {
    this.options = options;
    this.rowSize = rowSize;
    this.schema = AvroParquetSchema.of(record);
    Map<String, FlatColumnWriter> byName = new HashMap<>();
    List<Schema.Field> others = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      ColumnDescriptor column =
          schema.getType(field.name()).isPrimitive()
              ? schema.getColumnDescription(new String[] {field.name()})
              : null;
      FlatColumnWriter writer =
          column == null ? null : FlatColumnWriter.of(field, record.getName(), column, options);
      if (writer == null && StringMapColumnWriter.supports(field, record.getName())) {
        maps.add(new StringMapColumnWriter(field, record.getName(), schema));
      } else if (writer == null) {
        others.add(field);
      } else {
        flat.add(writer);
        byName.put(field.name(), writer);
      }
    }
    this.nested = new NestedColumnWriters(record, others, schema);
    for (String name : options.sortColumns) {
      if (record.getField(name) == null) {
        throw new IllegalArgumentException(
            "there is no column '" + name + "' in " + record.getName() + " to sort by");
      }
      if (!byName.containsKey(name)) {
        throw new IllegalArgumentException(
            "column '"
                + name
                + "' cannot be sorted by: it is "
                + AvroParquetSchema.withoutNull(record.getField(name).schema(), name).getType()
                + ", and only strings, integers, decimals, times and booleans can");
      }
      sortColumns.add(byName.get(name));
    }
  }

  @Override
  public void add(T row) throws IOException {
    chunk[chunkRows++] = row;
    chunkBytes += rowSize.bytes(row);
    if (chunkRows == CHUNK_ROWS) {
      appendChunk();
    }
  }

  @Override
  public int rows() {
    return rows + chunkRows;
  }

  @Override
  public long bytes() {
    return COLUMN_BYTES * schema.getFieldCount() + bytes + chunkBytes;
  }

  private void appendChunk() throws IOException {
    bytes = 0;
    for (FlatColumnWriter column : flat) {
      column.append(chunk, chunkRows);
      bytes += column.bytes();
    }
    for (StringMapColumnWriter column : maps) {
      column.append(chunk, chunkRows);
      bytes += column.bytes();
    }
    nested.append(chunk, chunkRows);
    bytes += nested.bytes();
    rows += chunkRows;
    clearChunk();
  }

  @Override
  public EncodedSegment encode(EncodedBytes out, long outPosition) throws IOException {
    appendChunk();
    if (rows == 0) {
      throw new IllegalStateException("A row group must have at least one row.");
    }
    ParquetProperties properties = options.properties(rows);
    BytesInputCompressor compressor = options.compressor();
    try (ColumnChunkPageWriteStore pages =
            new ColumnChunkPageWriteStore(
                compressor, schema, new HeapByteBufferAllocator(), options.statisticsBytes, true);
        ParquetFileWriter file =
            new ParquetFileWriter(
                new SegmentOutputFile(out, outPosition),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetWriterOptions.NO_ROW_GROUP_LIMIT,
                0,
                null,
                properties)) {
      int[] order = order();
      for (FlatColumnWriter column : flat) {
        column.write(pages, order);
      }
      for (StringMapColumnWriter column : maps) {
        column.write(pages, order, properties);
      }
      nested.write(pages, order, properties);
      file.start();
      file.startBlock(rows);
      pages.flushToFileWriter(file);
      file.endBlock();
      file.end(options.footerMetadata);
    } finally {
      compressor.release();
    }
    return EncodedSegment.cutOff(out, outPosition, options.createdBy);
  }

  /** Row numbers in the order in which the rows are written; equal rows keep their order. */
  private int[] order() {
    if (sortColumns.isEmpty()) {
      return IntStream.range(0, rows).toArray();
    }
    Comparator<Integer> order = null;
    for (FlatColumnWriter column : sortColumns) {
      long[] keys = column.sortKeys();
      Comparator<Integer> byColumn = (left, right) -> Long.compare(keys[left], keys[right]);
      order = order == null ? byColumn : order.thenComparing(byColumn);
    }
    return IntStream.range(0, rows).boxed().sorted(order).mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void clear() {
    flat.forEach(FlatColumnWriter::clear);
    maps.forEach(StringMapColumnWriter::clear);
    nested.clear();
    clearChunk();
    rows = 0;
    bytes = 0;
  }

  private void clearChunk() {
    Arrays.fill(chunk, 0, chunkRows, null);
    chunkRows = 0;
    chunkBytes = 0;
  }
}
