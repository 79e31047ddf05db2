package io.clickstreamlake.parquet;

import java.io.Serializable;

/**
 * Makes the buffer of a file, when the file is opened.
 *
 * @param <T> the rows
 */
@FunctionalInterface
public interface RowGroupBufferFactory<T> extends Serializable {

  /**
   * @param rowSize of a row that waits as an object
   * @throws IllegalArgumentException if the layout does not fit the rows
   */
  RowGroupBuffer<T> create(ParquetWriterOptions layout, RowSize<? super T> rowSize);
}
