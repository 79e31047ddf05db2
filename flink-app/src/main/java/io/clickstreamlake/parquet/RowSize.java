package io.clickstreamlake.parquet;

import java.io.Serializable;

/**
 * Estimates the heap that a waiting row holds. The memory budget is kept by this estimate.
 *
 * @param <T> the rows
 */
@FunctionalInterface
public interface RowSize<T> extends Serializable {

  /**
   * @return bytes, at least 1
   */
  long bytes(T row);
}
