package io.clickstreamlake.parquet;

import java.io.Serializable;

/**
 * Estimates the heap of a buffered row, in bytes. The memory budget is enforced by this estimate.
 *
 * @param <T> type of the rows
 */
@FunctionalInterface
public interface RowSize<T> extends Serializable {

  /**
   * @return bytes, at least 1
   */
  long bytes(T row);
}
