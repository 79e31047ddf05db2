package io.clickstreamlake.tables;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Hive type in which Athena reads what the job writes for an Avro type. */
public final class HiveTypes {

  private HiveTypes() {}

  /**
   * In Hive's notation. An optional type is that of its values: every column of a table may be
   * null.
   *
   * @throws IllegalArgumentException for a type that a contract must not use: Athena would read it
   *     wrongly or not at all
   */
  public static String of(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal) {
      LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) logical;
      return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
    }
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return "timestamp";
    }
    if (logical != null) {
      throw unsupported(schema, "logical type " + logical.getName());
    }
    switch (schema.getType()) {
      case STRING:
        return "string";
      case INT:
        return "int";
      case LONG:
        return "bigint";
      case BOOLEAN:
        return "boolean";
      case DOUBLE:
        return "double";
      case BYTES:
        return "binary";
      case MAP:
        return "map<string," + of(schema.getValueType()) + ">";
      case ARRAY:
        return "array<" + of(schema.getElementType()) + ">";
      case RECORD:
        return schema.getFields().stream()
            .map(field -> field.name() + ":" + of(field.schema()))
            .collect(Collectors.joining(",", "struct<", ">"));
      case UNION:
        return of(optional(schema));
      default:
        throw unsupported(schema, "type " + schema.getType());
    }
  }

  private static Schema optional(Schema union) {
    List<Schema> values =
        union.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .collect(Collectors.toList());
    if (values.size() != 1 || union.getTypes().size() != 2) {
      throw unsupported(union, "union");
    }
    return values.get(0);
  }

  private static IllegalArgumentException unsupported(Schema schema, String what) {
    return new IllegalArgumentException(
        "the contract uses "
            + what
            + ", for which there is no rule how Athena reads it; add one to HiveTypes, or use"
            + " another type: "
            + schema);
  }
}
