package io.clickstreamlake.quality;

import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import java.util.Set;
import org.apache.avro.Schema;

/** The value that a rule checks: a column's, or that of an entry of properties. */
final class ColumnValue {

  private static final String PROPERTIES = "properties.";
  private static final Set<Schema.Type> WITHOUT_RULES =
      Set.of(Schema.Type.ARRAY, Schema.Type.MAP, Schema.Type.RECORD);

  private final String name;
  private final Schema.Field column;

  private ColumnValue(String name, Schema.Field column) {
    this.name = name;
    this.column = column;
  }

  static ColumnValue of(
      String location, String name, EventColumns columns, ValidationErrors problems) {
    if (name.startsWith(PROPERTIES)) {
      return new ColumnValue(name, null);
    }
    Schema.Field column = columns.field(name);
    if (column == null || WITHOUT_RULES.contains(type(column).getType())) {
      problems.add(
          location
              + ": '"
              + name
              + "' is neither a scalar column of the table nor properties.NAME");
    }
    return new ColumnValue(name, column);
  }

  String name() {
    return name;
  }

  Object in(ClickEvent event) {
    if (column != null) {
      return event.get(column.pos());
    }
    return event.getProperties() == null
        ? null
        : event.getProperties().get(name.substring(PROPERTIES.length()));
  }

  /** Whether the values are numbers. Values in properties are strings. */
  boolean isNumeric() {
    if (column == null) {
      return false;
    }
    Schema type = type(column);
    switch (type.getType()) {
      case INT:
      case LONG:
      case DOUBLE:
        return type.getLogicalType() == null;
      case BYTES:
        return type.getLogicalType() != null;
      default:
        return false;
    }
  }

  private static Schema type(Schema.Field column) {
    Schema type = column.schema();
    return type.getType() == Schema.Type.UNION ? type.getTypes().get(1) : type;
  }
}
