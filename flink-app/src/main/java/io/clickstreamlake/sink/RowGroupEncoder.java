package io.clickstreamlake.sink;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;

/**
 * Encodes rows as a row group at any position of a file.
 *
 * <p>An ordinary {@link ParquetWriter} writes a whole small Parquet file, through {@link
 * SegmentOutputFile}, so that all offsets are those of the large file. Then the end of the small
 * file is cut off: its indexes and Bloom filters are kept as bytes and its footer as thrift
 * objects, for the end of the large file.
 *
 * <pre>
 *   what ParquetWriter wrote   │ pages of all column chunks │ indexes │ filters │ footer │ len PAR1
 *   stays in the output        │ pages of all column chunks │
 *   goes to the EncodedSegment                              │ indexes │ filters │ footer │
 * </pre>
 *
 * <p>This rests on public behaviour only: the format's thrift definition says where each part lies.
 *
 * @param <T> the rows
 */
final class RowGroupEncoder<T> {

  private static final int FOOTER_LENGTH_AND_MAGIC = 8;

  private final WriteSupportFactory<T> writeSupports;
  private final ParquetLayout layout;

  RowGroupEncoder(WriteSupportFactory<T> writeSupports, ParquetLayout layout) {
    this.writeSupports = writeSupports;
    this.layout = layout;
  }

  /**
   * Appends the pages of {@code rows}, in the order given, to {@code out}. Position 0 of the file
   * gets the leading magic too.
   *
   * @param outPosition position in the file of the first byte of {@code out}
   */
  EncodedSegment encode(List<T> rows, EncodedBytes out, long outPosition) throws IOException {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("A row group needs a row.");
    }
    try (ParquetWriter<T> writer =
        layout
            .applyTo(
                new Builder<>(new SegmentOutputFile(out, outPosition), writeSupports.create()),
                rows.size())
            .build()) {
      for (T row : rows) {
        writer.write(row);
      }
    }
    return cutOffEnd(out, outPosition);
  }

  private EncodedSegment cutOffEnd(EncodedBytes out, long outPosition) throws IOException {
    FileMetaData footer = readFooter(out);
    footer.setCreated_by(layout.createdBy);
    long dataEnd = 0;
    List<RowGroupIndexes> indexes = new ArrayList<>();
    for (RowGroup rowGroup : footer.getRow_groups()) {
      int columns = rowGroup.getColumnsSize();
      byte[][] columnIndexes = new byte[columns][];
      byte[][] offsetIndexes = new byte[columns][];
      byte[][] bloomFilters = new byte[columns][];
      for (int i = 0; i < columns; i++) {
        ColumnChunk chunk = rowGroup.getColumns().get(i);
        ColumnMetaData data = chunk.getMeta_data();
        dataEnd = Math.max(dataEnd, start(data) + data.getTotal_compressed_size());
        if (chunk.isSetColumn_index_offset()) {
          columnIndexes[i] =
              out.copy(
                  Math.toIntExact(chunk.getColumn_index_offset() - outPosition),
                  chunk.getColumn_index_length());
        }
        if (chunk.isSetOffset_index_offset()) {
          offsetIndexes[i] =
              out.copy(
                  Math.toIntExact(chunk.getOffset_index_offset() - outPosition),
                  chunk.getOffset_index_length());
        }
        if (data.isSetBloom_filter_offset()) {
          bloomFilters[i] =
              out.copy(
                  Math.toIntExact(data.getBloom_filter_offset() - outPosition),
                  data.getBloom_filter_length());
        }
      }
      indexes.add(new RowGroupIndexes(columnIndexes, offsetIndexes, bloomFilters));
    }
    out.truncate(Math.toIntExact(dataEnd - outPosition));
    return new EncodedSegment(footer, indexes);
  }

  private static FileMetaData readFooter(EncodedBytes out) throws IOException {
    byte[] bytes = out.array();
    int end = out.size() - FOOTER_LENGTH_AND_MAGIC;
    int length =
        (bytes[end] & 0xff)
            | (bytes[end + 1] & 0xff) << 8
            | (bytes[end + 2] & 0xff) << 16
            | (bytes[end + 3] & 0xff) << 24;
    return Util.readFileMetaData(new ByteArrayInputStream(bytes, end - length, length));
  }

  private static long start(ColumnMetaData data) {
    // Old writers set the dictionary's offset to 0 where there is none; so does the format's text.
    return data.isSetDictionary_page_offset() && data.getDictionary_page_offset() > 0
        ? Math.min(data.getDictionary_page_offset(), data.getData_page_offset())
        : data.getData_page_offset();
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {

    private final WriteSupport<T> writeSupport;

    Builder(OutputFile file, WriteSupport<T> writeSupport) {
      super(file);
      this.writeSupport = writeSupport;
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    @Deprecated
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return writeSupport;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(ParquetConfiguration conf) {
      return writeSupport;
    }
  }
}
