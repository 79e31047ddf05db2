package io.clickstreamlake.sink;

import java.io.Serializable;

/**
 * Makes a writer's encoder, when the writer is made.
 *
 * @param <T> the rows
 */
@FunctionalInterface
interface RowGroupEncoderFactory<T> extends Serializable {

  RowGroupEncoder<T> create(ParquetLayout layout);
}
