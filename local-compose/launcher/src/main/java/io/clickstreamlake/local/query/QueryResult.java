package io.clickstreamlake.local.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a statement answered.
 *
 * @param columns names; empty if the statement answers with a message only
 * @param rows one list a row. A value is null, a Boolean, a Number, a String (dates and times too,
 *     as Trino writes them), a List, or a Map
 * @param message what was done, for a statement without rows
 */
public record QueryResult(List<String> columns, List<List<Object>> rows, String message) {

  public QueryResult {
    columns = List.copyOf(columns);
    List<List<Object>> copy = new ArrayList<>(rows.size());
    for (List<Object> row : rows) {
      // Values may be null, which List.copyOf does not take.
      copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
    }
    rows = Collections.unmodifiableList(copy);
  }

  public static QueryResult of(List<String> columns, List<List<Object>> rows) {
    return new QueryResult(columns, rows, rows.size() + (rows.size() == 1 ? " row" : " rows"));
  }

  public static QueryResult message(String message) {
    return new QueryResult(List.of(), List.of(), message);
  }

  public boolean hasRows() {
    return !columns.isEmpty();
  }

  /**
   * The one value of a result of one row and one column, such as a count.
   *
   * @throws IllegalStateException if it has another shape
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

  /** {@link #singleValue} as a whole number. */
  public long singleLong() {
    return ((Number) singleValue()).longValue();
  }
}
