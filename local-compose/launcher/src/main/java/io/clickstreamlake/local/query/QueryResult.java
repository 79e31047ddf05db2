package io.clickstreamlake.local.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The result of a statement as a whole, for results that are small.
 *
 * @param columns names; empty if the result is only a message
 * @param rows one list per row. A value is null, a Boolean, a Number, a String (also for dates and
 *     times, in Trino's format), a List, or a Map
 * @param message what the statement did, or the number of rows
 */
public record QueryResult(List<String> columns, List<List<Object>> rows, String message) {

  public QueryResult {
    columns = List.copyOf(columns);
    List<List<Object>> copy = new ArrayList<>(rows.size());
    for (List<Object> row : rows) {
      // Values may be null, which List.copyOf does not allow.
      copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
    }
    rows = Collections.unmodifiableList(copy);
  }

  public static QueryResult of(List<String> columns, List<List<Object>> rows) {
    return new QueryResult(columns, rows, rowCount(rows.size()));
  }

  static String rowCount(long rows) {
    return rows + (rows == 1 ? " row" : " rows");
  }

  public static QueryResult message(String message) {
    return new QueryResult(List.of(), List.of(), message);
  }

  public boolean hasRows() {
    return !columns.isEmpty();
  }

  /** Sends the rows to a sink, if the statement has a result. */
  public void sendTo(ResultSink sink) throws IOException {
    if (hasRows()) {
      sink.columns(columns);
      for (List<Object> row : rows) {
        sink.row(row);
      }
      sink.end();
    }
  }

  /**
   * The value of a result with one row and one column, such as a count.
   *
   * @throws IllegalStateException if the result has more or fewer rows or columns
   */
  public Object singleValue() {
    if (columns.size() != 1 || rows.size() != 1) {
      throw new IllegalStateException(
          "Expected one row and one column, but got "
              + rows.size()
              + " rows and "
              + columns.size()
              + " columns.");
    }
    return rows.get(0).get(0);
  }

  /** {@link #singleValue} as an integer. */
  public long singleLong() {
    return ((Number) singleValue()).longValue();
  }
}
