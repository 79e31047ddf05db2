package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.List;

/**
 * Encodes rows as a row group at any position of a file.
 *
 * @param <T> the rows
 */
interface RowGroupEncoder<T> {

  /**
   * Appends the pages of {@code rows}, in the order given, to {@code out}. Position 0 of the file
   * gets the leading magic too.
   *
   * @param outPosition position in the file of the first byte of {@code out}
   */
  EncodedSegment encode(List<T> rows, EncodedBytes out, long outPosition) throws IOException;
}
