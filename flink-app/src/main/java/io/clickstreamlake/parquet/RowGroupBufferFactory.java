package io.clickstreamlake.parquet;

import java.io.Serializable;

/**
 * Creates the buffer of a file when the file is opened.
 *
 * @param <T> type of the rows
 */
@FunctionalInterface
public interface RowGroupBufferFactory<T> extends Serializable {

  /**
   * @param rowSize estimates the heap of a row that is buffered as an object
   * @throws IllegalArgumentException if the options do not fit the rows
   */
  RowGroupBuffer<T> create(ParquetWriterOptions options, RowSize<? super T> rowSize);
}
