package io.clickstreamlake.parquet;

import java.io.Serializable;
import org.apache.parquet.hadoop.api.WriteSupport;

/**
 * Creates the WriteSupport of one row group. It is called once per row group, so objects that are
 * expensive to create should be cached, in a static or a transient field.
 *
 * @param <T> type of the rows
 */
@FunctionalInterface
public interface WriteSupportFactory<T> extends Serializable {

  WriteSupport<T> create();
}
