package io.clickstreamlake.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Collects the row groups of a file and writes its end: indexes and footer. Not thread-safe.
 *
 * <pre>
 *   PAR1 │ row group 0 │ … │ row group n │ column indexes │ offset indexes │ Bloom filters │ footer │ length │ PAR1
 *        └── written by RowGroupBuffer ──┴────────────────────── appendEnd() ─────────────────────────────────────┘
 * </pre>
 *
 * <p>The end can be written any number of times: a checkpoint writes it as if the file ended there.
 * The only state that this changes are offsets in the Thrift objects, and every call sets them all.
 */
public final class FooterAssembler {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** The format stores the number of a row group in 16 bits. No known reader uses it. */
  private static final int LAST_ORDINAL = Short.MAX_VALUE;

  private final List<EncodedSegment> segments = new ArrayList<>();
  private long rows;
  private long heapBytes;

  /** Adds the row groups of a segment, whose pages must follow those of the previous one. */
  public void add(EncodedSegment segment) {
    segments.add(segment);
    rows += segment.rows();
    for (RowGroupIndexes indexes : segment.indexes()) {
      heapBytes += indexes.bytes();
    }
  }

  /** Rows of all row groups added. */
  public long rows() {
    return rows;
  }

  int rowGroups() {
    int sum = 0;
    for (EncodedSegment segment : segments) {
      sum += segment.rowGroups().size();
    }
    return sum;
  }

  /** Heap of the indexes, in bytes. */
  public long heapBytes() {
    return heapBytes;
  }

  /**
   * Appends the end of the file to {@code out}, whose last byte must be the last byte of the last
   * row group.
   *
   * @param outPosition position in the file of the first byte of {@code out}
   */
  public void appendEnd(EncodedBytes out, long outPosition) throws IOException {
    if (segments.isEmpty()) {
      throw new IllegalStateException("A file must have at least one row group.");
    }
    List<RowGroup> rowGroups = new ArrayList<>();
    List<RowGroupIndexes> indexes = new ArrayList<>();
    for (EncodedSegment segment : segments) {
      rowGroups.addAll(segment.rowGroups());
      indexes.addAll(segment.indexes());
    }
    for (int g = 0; g < rowGroups.size(); g++) {
      if (g <= LAST_ORDINAL) {
        rowGroups.get(g).setOrdinal((short) g);
      } else {
        rowGroups.get(g).unsetOrdinal();
      }
    }
    for (int g = 0; g < rowGroups.size(); g++) {
      byte[][] columnIndexes = indexes.get(g).columnIndexes;
      for (int i = 0; i < columnIndexes.length; i++) {
        if (columnIndexes[i] != null) {
          ColumnChunk chunk = rowGroups.get(g).getColumns().get(i);
          chunk.setColumn_index_offset(outPosition + out.size());
          out.write(columnIndexes[i]);
        }
      }
    }
    for (int g = 0; g < rowGroups.size(); g++) {
      byte[][] offsetIndexes = indexes.get(g).offsetIndexes;
      for (int i = 0; i < offsetIndexes.length; i++) {
        if (offsetIndexes[i] != null) {
          ColumnChunk chunk = rowGroups.get(g).getColumns().get(i);
          chunk.setOffset_index_offset(outPosition + out.size());
          out.write(offsetIndexes[i]);
        }
      }
    }
    for (int g = 0; g < rowGroups.size(); g++) {
      byte[][] bloomFilters = indexes.get(g).bloomFilters;
      for (int i = 0; i < bloomFilters.length; i++) {
        if (bloomFilters[i] != null) {
          ColumnChunk chunk = rowGroups.get(g).getColumns().get(i);
          chunk.getMeta_data().setBloom_filter_offset(outPosition + out.size());
          out.write(bloomFilters[i]);
        }
      }
    }
    // Schema and metadata are the same in all segments: they come from the same settings.
    FileMetaData first = segments.get(0).footer();
    FileMetaData footer =
        new FileMetaData(first.getVersion(), first.getSchema(), rows, rowGroups)
            .setKey_value_metadata(first.getKey_value_metadata())
            .setCreated_by(first.getCreated_by())
            .setColumn_orders(first.getColumn_orders());
    int start = out.size();
    Util.writeFileMetaData(footer, out);
    int length = out.size() - start;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(length >>> shift);
    }
    out.write(MAGIC);
  }

  /** Does the same as {@link #appendEnd} with one more segment, which is not added. */
  public void appendEndWith(EncodedSegment last, EncodedBytes out, long outPosition)
      throws IOException {
    FooterAssembler extended = new FooterAssembler();
    segments.forEach(extended::add);
    extended.add(last);
    extended.appendEnd(out, outPosition);
  }
}
