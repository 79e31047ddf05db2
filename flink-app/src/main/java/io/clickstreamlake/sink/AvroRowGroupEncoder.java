package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * Encodes Avro records column by column.
 *
 * <p>A record at a time, as a {@code ParquetWriter} does it, every text becomes bytes before its
 * dictionary is asked, is hashed and compared as bytes, and compared twice more for the statistics.
 * Here all rows are in memory anyway, so a flat column ({@link FlatColumn}) sees its values in a
 * tight loop, looks texts up as the strings that they are, knows all of them before it chooses its
 * encoding, and takes the statistics from the dictionary. Columns of lists, maps and records go
 * through parquet-java's own column writers ({@link NestedColumns}).
 *
 * <pre>
 *   rows ─┬─▶ FlatColumn …   ─┐
 *         └─▶ NestedColumns  ─┴─▶ page store (compression, headers, indexes) ─▶ ParquetFileWriter
 * </pre>
 *
 * <p>Pages, headers, indexes, filters and footer are all written by parquet-java. Of it this uses
 * two classes which are public but meant for its own use, {@link ColumnChunkPageWriteStore} and
 * {@link ParquetFileWriter}; a test compares the files with those of an ordinary writer.
 *
 * @param <T> the rows
 */
final class AvroRowGroupEncoder<T extends IndexedRecord> implements RowGroupEncoder<T> {

  /**
   * Rows that go through all columns before the next ones do. So many records, with what hangs on
   * them, fit the processor's cache, and are fetched from memory once instead of once a column.
   */
  private static final int CHUNK_ROWS = 256;

  private final ParquetLayout layout;
  private final MessageType schema;
  private final List<FlatColumn> flat = new ArrayList<>();
  private final NestedColumns nested;

  AvroRowGroupEncoder(Schema record, ParquetLayout layout) {
    this.layout = layout;
    this.schema = AvroParquetSchema.of(record);
    List<Schema.Field> others = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      ColumnDescriptor column =
          schema.getType(field.name()).isPrimitive()
              ? schema.getColumnDescription(new String[] {field.name()})
              : null;
      FlatColumn writer =
          column == null ? null : FlatColumn.of(field, record.getName(), column, layout);
      if (writer == null) {
        others.add(field);
      } else {
        flat.add(writer);
      }
    }
    this.nested = new NestedColumns(record, others, schema);
  }

  @Override
  public EncodedSegment encode(List<T> rows, EncodedBytes out, long outPosition)
      throws IOException {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("A row group needs a row.");
    }
    ParquetProperties properties = layout.properties(rows.size());
    CompressionCodecFactory codecs = layout.codecFactory();
    try (ColumnChunkPageWriteStore pages =
            new ColumnChunkPageWriteStore(
                codecs.getCompressor(layout.codec),
                schema,
                new HeapByteBufferAllocator(),
                layout.statisticsBytes,
                true);
        ParquetFileWriter file =
            new ParquetFileWriter(
                new SegmentOutputFile(out, outPosition),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetLayout.NO_ROW_GROUP_LIMIT,
                0,
                null,
                properties)) {
      writeColumns(rows, properties, pages);
      file.start();
      file.startBlock(rows.size());
      pages.flushToFileWriter(file);
      file.endBlock();
      file.end(layout.footerMetadata);
    } finally {
      codecs.release();
    }
    return EncodedSegment.cutOff(out, outPosition, layout.createdBy);
  }

  private void writeColumns(
      List<T> rows, ParquetProperties properties, ColumnChunkPageWriteStore pages)
      throws IOException {
    for (FlatColumn column : flat) {
      column.begin(pages, rows.size());
    }
    nested.begin(pages, properties);
    int pageEnd = layout.pageRows;
    for (int from = 0; from < rows.size(); ) {
      int to = Math.min(Math.min(from + CHUNK_ROWS, pageEnd), rows.size());
      List<T> chunk = rows.subList(from, to);
      for (FlatColumn column : flat) {
        column.append(chunk);
      }
      nested.append(chunk);
      if (to == pageEnd) {
        for (FlatColumn column : flat) {
          column.endPage();
        }
        pageEnd += layout.pageRows;
      }
      from = to;
    }
    for (FlatColumn column : flat) {
      column.finish();
    }
    nested.finish();
  }
}
