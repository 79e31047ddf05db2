package io.clickstreamlake.sink;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Orders Avro records by some of their columns, in turn; null comes first.
 *
 * @param <T> the records
 */
final class AvroRowOrder<T extends SpecificRecord> implements RowOrder<T> {

  private static final long serialVersionUID = 1L;

  private final int[] columns;

  private AvroRowOrder(int[] columns) {
    this.columns = columns;
  }

  /**
   * @throws IllegalArgumentException if there is no such column, or its values have no order
   */
  static <T extends SpecificRecord> AvroRowOrder<T> by(Schema schema, List<String> names) {
    return new AvroRowOrder<>(
        names.stream()
            .map(String::trim)
            .peek(name -> check(schema, name))
            .mapToInt(name -> schema.getField(name).pos())
            .toArray());
  }

  private static void check(Schema schema, String name) {
    Schema.Field column = schema.getField(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "there is no column '" + name + "' in " + schema.getName() + " to sort by");
    }
    Schema type =
        column.schema().getType() == Schema.Type.UNION
            ? column.schema().getTypes().get(1)
            : column.schema();
    if (type.getType() == Schema.Type.ARRAY
        || type.getType() == Schema.Type.MAP
        || type.getType() == Schema.Type.RECORD) {
      throw new IllegalArgumentException(
          "column '" + name + "' is a " + type.getType() + ", which has no order");
    }
  }

  @Override
  public int compare(T left, T right) {
    for (int column : columns) {
      int order = compareValues(left.get(column), right.get(column));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  // The values of one column are of one Java type, and all of those that are checked for compare.
  @SuppressWarnings("unchecked")
  private static int compareValues(Object left, Object right) {
    if (left == right) {
      return 0;
    }
    if (left == null || right == null) {
      return left == null ? -1 : 1;
    }
    return ((Comparable<Object>) left).compareTo(right);
  }
}
