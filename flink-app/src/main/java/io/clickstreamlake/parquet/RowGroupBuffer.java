package io.clickstreamlake.parquet;

import java.io.IOException;

/**
 * Rows that wait to become a row group at any position of a file.
 *
 * @param <T> the rows
 */
public interface RowGroupBuffer<T> {

  /**
   * @throws IllegalArgumentException if the schema does not allow the row
   */
  void add(T row) throws IOException;

  int rows();

  /** Estimated heap of the rows. */
  long bytes();

  /**
   * Appends the pages of all rows to {@code out}. Position 0 of the file gets the leading magic
   * too. The rows stay in the buffer, and can be encoded again.
   *
   * @param outPosition position in the file of the first byte of {@code out}
   */
  EncodedSegment encode(EncodedBytes out, long outPosition) throws IOException;

  /** Forgets all rows and gives their heap back. */
  void clear();
}
