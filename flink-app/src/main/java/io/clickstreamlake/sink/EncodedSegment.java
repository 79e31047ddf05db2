package io.clickstreamlake.sink;

import java.util.List;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * What an encoding of rows left behind besides the data pages: the footer that parquet-java wrote
 * for them, with absolute offsets, and the bytes of the indexes.
 */
final class EncodedSegment {

  private final FileMetaData footer;
  private final List<RowGroupIndexes> indexes;

  EncodedSegment(FileMetaData footer, List<RowGroupIndexes> indexes) {
    if (footer.getRow_groupsSize() != indexes.size()) {
      throw new IllegalArgumentException(
          String.format(
              "%d row groups but indexes of %d", footer.getRow_groupsSize(), indexes.size()));
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
}
