package io.clickstreamlake.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * The metadata of encoded rows: the footer that parquet-java wrote for them, with absolute offsets,
 * and the bytes of the indexes.
 *
 * <p>parquet-java writes a complete small Parquet file through {@link SegmentOutputFile}, so that
 * all offsets are those of the large file. Then the end of the small file is cut off and kept for
 * the end of the large file. This depends only on the Parquet format, whose footer contains the
 * position of each part.
 *
 * <pre>
 *   what parquet-java wrote    │ pages of all column chunks │ indexes │ filters │ footer │ len PAR1
 *   stays in the output        │ pages of all column chunks │
 *   goes to the EncodedSegment                              │ indexes │ filters │ footer │
 * </pre>
 */
public final class EncodedSegment {

  private static final int FOOTER_LENGTH_AND_MAGIC = 8;

  private final FileMetaData footer;
  private final List<RowGroupIndexes> indexes;

  EncodedSegment(FileMetaData footer, List<RowGroupIndexes> indexes) {
    if (footer.getRow_groupsSize() != indexes.size()) {
      throw new IllegalArgumentException(
          String.format(
              "%d row groups, but indexes of %d row groups",
              footer.getRow_groupsSize(), indexes.size()));
    }
    this.footer = footer;
    this.indexes = List.copyOf(indexes);
  }

  FileMetaData footer() {
    return footer;
  }

  List<RowGroup> rowGroups() {
    return footer.getRow_groups();
  }

  List<RowGroupIndexes> indexes() {
    return indexes;
  }

  long rows() {
    return footer.getNum_rows();
  }

  /**
   * Cuts the end off a small Parquet file, so that only its row groups stay in {@code out}.
   *
   * @param out the last bytes of which are the small file
   * @param outPosition position in the large file of the first byte of {@code out}
   * @param createdBy name and version of the writer for the footer
   */
  static EncodedSegment cutOff(EncodedBytes out, long outPosition, String createdBy)
      throws IOException {
    FileMetaData footer = readFooter(out);
    footer.setCreated_by(createdBy);
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
    // The format allows an offset of 0 for "no dictionary", and old writers set it.
    return data.isSetDictionary_page_offset() && data.getDictionary_page_offset() > 0
        ? Math.min(data.getDictionary_page_offset(), data.getData_page_offset())
        : data.getData_page_offset();
  }
}
