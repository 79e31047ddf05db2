package io.clickstreamlake.parquet;

import java.io.IOException;

/**
 * A buffer of rows that are encoded as one row group, at any position of a file. Not thread-safe.
 *
 * @param <T> type of the rows
 */
public interface RowGroupBuffer<T> {

  /**
   * Adds a row, which must not be modified afterwards.
   *
   * @throws IllegalArgumentException if the schema does not allow the row
   */
  void add(T row) throws IOException;

  /** Number of rows in the buffer. */
  int rows();

  /** Estimated heap of the rows, in bytes. */
  long bytes();

  /**
   * Appends the pages of all rows to {@code out}, preceded by the magic number at position 0 of the
   * file. The rows stay in the buffer and can be encoded again.
   *
   * @param outPosition position in the file of the first byte of {@code out}
   */
  EncodedSegment encode(EncodedBytes out, long outPosition) throws IOException;

  /** Removes all rows and frees their heap. */
  void clear();
}
