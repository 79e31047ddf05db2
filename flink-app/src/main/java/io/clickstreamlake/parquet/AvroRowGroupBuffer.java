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
 * Avro records, taken apart into columns soon after they come.
 *
 * <p>Kept as objects until the row group is complete, fifty thousand records would have left the
 * processor's caches long before they are encoded, and each of their values would be fetched from
 * memory again; and the garbage collector would copy all of them. So a record is an object only
 * until a few more have come. Then each flat column ({@link FlatColumnWriter}) takes its values in
 * a tight loop: texts become positions in a dictionary, numbers an array; so do maps of texts
 * ({@link StringMapColumnWriter}). Columns of lists, records, floats and bytes keep their values
 * and go through parquet-java's own record writer ({@link NestedColumnWriters}).
 *
 * <pre>
 *   add ─▶ rows ─┬─▶ FlatColumnWriter …   ─┐ encode, in order
 *                ├─▶ StringMapColumnWriter … ┤
 *                └─▶ NestedColumnWriters  ─┴─▶ page store (compression, headers, indexes) ─▶ ParquetFileWriter
 * </pre>
 *
 * <p>Pages, headers, indexes, filters and footer are all written by parquet-java. Of it this uses
 * two classes which are public but meant for its own use, {@link ColumnChunkPageWriteStore} and
 * {@link ParquetFileWriter}; a test compares the files with those of an ordinary writer.
 *
 * @param <T> the rows
 */
public final class AvroRowGroupBuffer<T extends IndexedRecord> implements RowGroupBuffer<T> {

  /** So many records, with what hangs on them, fit the processor's second cache. */
  private static final int CHUNK_ROWS = 64;

  /** What a column allocates before it has a value. */
  private static final long COLUMN_BYTES = 1_024;

  private final ParquetWriterOptions layout;
  private final RowSize<? super T> rowSize;
  private final MessageType schema;
  private final List<FlatColumnWriter> flat = new ArrayList<>();
  private final List<StringMapColumnWriter> maps = new ArrayList<>();
  private final NestedColumnWriters nested;
  private final List<FlatColumnWriter> sortColumns = new ArrayList<>();

  /** Rows that no column has taken yet. */
  private final IndexedRecord[] chunk = new IndexedRecord[CHUNK_ROWS];

  private int chunkRows;

  private long chunkBytes;

  /** Rows that the columns have taken, and what they hold. */
  private int rows;

  private long bytes;

  public AvroRowGroupBuffer(
      Schema record, ParquetWriterOptions layout, RowSize<? super T> rowSize) {
    this.layout = layout;
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
          column == null ? null : FlatColumnWriter.of(field, record.getName(), column, layout);
      if (writer == null && StringMapColumnWriter.canHold(field, record.getName())) {
        maps.add(new StringMapColumnWriter(field, record.getName(), schema));
      } else if (writer == null) {
        others.add(field);
      } else {
        flat.add(writer);
        byName.put(field.name(), writer);
      }
    }
    this.nested = new NestedColumnWriters(record, others, schema);
    for (String name : layout.sortColumns) {
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
                + ", and only texts, whole numbers, decimals, times and booleans can");
      }
      sortColumns.add(byName.get(name));
    }
  }

  @Override
  public void add(T row) throws IOException {
    chunk[chunkRows++] = row;
    chunkBytes += rowSize.bytes(row);
    if (chunkRows == CHUNK_ROWS) {
      takeApart();
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

  private void takeApart() throws IOException {
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
    forgetChunk();
  }

  @Override
  public EncodedSegment encode(EncodedBytes out, long outPosition) throws IOException {
    takeApart();
    if (rows == 0) {
      throw new IllegalStateException("A row group needs a row.");
    }
    ParquetProperties properties = layout.properties(rows);
    BytesInputCompressor compressor = layout.compressor();
    try (ColumnChunkPageWriteStore pages =
            new ColumnChunkPageWriteStore(
                compressor, schema, new HeapByteBufferAllocator(), layout.statisticsBytes, true);
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
      file.end(layout.footerMetadata);
    } finally {
      compressor.release();
    }
    return EncodedSegment.cutOff(out, outPosition, layout.createdBy);
  }

  /** Numbers of the rows in the order in which they are written; equal rows stay as they came. */
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
    forgetChunk();
    rows = 0;
    bytes = 0;
  }

  private void forgetChunk() {
    Arrays.fill(chunk, 0, chunkRows, null);
    chunkRows = 0;
    chunkBytes = 0;
  }
}
