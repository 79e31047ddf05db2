package io.clickstreamlake.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.InputFile;

/**
 * Writes a Parquet file again, without some of its rows.
 *
 * <p>Everything else is as in the original: columns, order of the rows, row groups (without those
 * that have no rows left), codec, dictionaries, Bloom filters, page indexes, name of the writer,
 * keys of the footer. The layout is read from the original and not from the settings of the job,
 * which may have changed since.
 *
 * <p>At most one row group is in memory, once compressed, once as columns, and once encoded.
 */
public final class ParquetRewriter {

  /** Larger than any row group; {@link ParquetWriterOptions} limits it by the rows. */
  private static final long EACH_ROW_IS_DISTINCT = Long.MAX_VALUE;

  private final InputFile original;
  private final int zstdLevel;
  private final Map<String, String> added = new HashMap<>();

  /**
   * @param zstdLevel for a file that is compressed with ZSTD, since it does not contain its level
   */
  public ParquetRewriter(InputFile original, int zstdLevel) {
    this.original = original;
    this.zstdLevel = zstdLevel;
  }

  /** Adds a key and its value to the footer, or replaces the value. */
  public ParquetRewriter footerMetadata(String key, String value) {
    added.put(key, value);
    return this;
  }

  /** Rows of the original that were written, and that were not. */
  public static final class Result {

    /** Rows that were written; if there are none, nothing was written, and there is no file. */
    public final long kept;

    public final long dropped;

    private Result(long kept, long dropped) {
      this.kept = kept;
      this.dropped = dropped;
    }
  }

  /**
   * Writes the rows that are not dropped.
   *
   * @param drop is called once for each row, in order; rows have the columns of the file
   * @param to receives the file; it is not closed
   * @throws IllegalArgumentException if a type of the file is not supported
   */
  public Result write(Predicate<? super IndexedRecord> drop, OutputStream to) throws IOException {
    try (AvroRowReader<GenericData.Record> rows = AvroRowReader.openGeneric(original)) {
      Output out = new Output(rows, to);
      long dropped = 0;
      int rowGroup = 0;
      for (GenericData.Record row = rows.next(); row != null; row = rows.next()) {
        if (rows.rowGroup() != rowGroup) {
          out.endRowGroup();
          rowGroup = rows.rowGroup();
        }
        if (drop.test(row)) {
          dropped++;
        } else {
          out.buffer.add(row);
        }
      }
      out.endRowGroup();
      return new Result(out.finish(), dropped);
    }
  }

  private ParquetWriterOptions options(FileMetaData file, List<BlockMetaData> rowGroups) {
    ParquetWriterOptions.Builder options =
        ParquetWriterOptions.builder().zstdLevel(zstdLevel).createdBy(file.getCreatedBy());
    Set<String> withDictionary = new HashSet<>();
    Set<String> columns = new HashSet<>();
    for (BlockMetaData rowGroup : rowGroups) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        options.codec(chunk.getCodec());
        String column = chunk.getPath().toDotString();
        columns.add(column);
        if (chunk.getEncodings().contains(Encoding.RLE_DICTIONARY)
            || chunk.getEncodings().contains(Encoding.PLAIN_DICTIONARY)) {
          withDictionary.add(column);
        }
        if (chunk.getBloomFilterOffset() >= 0) {
          options.bloomFilter(column, EACH_ROW_IS_DISTINCT);
        }
      }
    }
    columns.removeAll(withDictionary);
    options.withoutDictionary(columns);
    file.getKeyValueMetaData().forEach(options::footerMetadata);
    added.forEach(options::footerMetadata);
    return options.build();
  }

  private final class Output {

    private final OutputStream to;
    private final RowGroupBuffer<GenericData.Record> buffer;
    private final FooterAssembler footer = new FooterAssembler();
    private final EncodedBytes encoded = new EncodedBytes(0);
    private long written;

    Output(AvroRowReader<GenericData.Record> rows, OutputStream to) {
      FileMetaData file = rows.footer().getFileMetaData();
      Schema schema = AvroParquetSchema.toAvro(file.getSchema());
      this.to = to;
      this.buffer =
          new AvroRowGroupBuffer<>(
              schema, options(file, rows.footer().getBlocks()), new AvroRecordSize<>());
    }

    void endRowGroup() throws IOException {
      if (buffer.rows() > 0) {
        footer.add(buffer.encode(encoded, written));
        buffer.clear();
        send();
      }
    }

    /** Returns the number of rows of the file. */
    long finish() throws IOException {
      if (footer.rows() > 0) {
        footer.appendEnd(encoded, written);
        send();
      }
      return footer.rows();
    }

    private void send() throws IOException {
      to.write(encoded.array(), 0, encoded.size());
      written += encoded.size();
      encoded.truncate(0);
    }
  }
}
