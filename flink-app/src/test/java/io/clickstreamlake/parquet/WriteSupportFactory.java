package io.clickstreamlake.parquet;

import java.io.Serializable;
import org.apache.parquet.hadoop.api.WriteSupport;

/**
 * Makes the encoder of one row group. It is called once for every row group, so what is dear to
 * make should be kept in the factory's product's class or a transient field.
 *
 * @param <T> the rows
 */
@FunctionalInterface
public interface WriteSupportFactory<T> extends Serializable {

  WriteSupport<T> create();
}
