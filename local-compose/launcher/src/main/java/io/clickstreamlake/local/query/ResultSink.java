package io.clickstreamlake.local.query;

import java.io.IOException;
import java.util.List;

/**
 * A receiver of the rows of one result, in order. It keeps at most a few of them: results have any
 * size.
 *
 * <p>A value is null, a Boolean, a Number, a String (also for dates and times, in Trino's format,
 * and for binary values, in hexadecimal digits), a List, or a Map.
 */
public interface ResultSink {

  /** The first call, with the names of the columns. Statements without a result make no call. */
  void columns(List<String> names) throws IOException;

  /**
   * One row.
   *
   * @throws IOException if it cannot be written; the query is cancelled then
   */
  void row(List<Object> values) throws IOException;

  /** No more rows are available at the moment: what was received should become visible. */
  void flush() throws IOException;

  /** The last call; all rows were received. */
  void end() throws IOException;
}
