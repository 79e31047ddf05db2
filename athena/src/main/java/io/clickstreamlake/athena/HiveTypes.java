package io.clickstreamlake.athena;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Hive type in which Athena reads what parquet-avro writes for an Avro type. */
final class HiveTypes {

  private HiveTypes() {}

  /**
   * In Hive's notation. An optional type is that of its values: every column of a table may be
   * null.
   *
   * @throws IllegalArgumentException for a type that a contract should not use: Athena would read
   *     it wrongly or not at all
   */
  static String of(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
    }
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return "timestamp";
    }
    if (logical != null) {
      throw unsupported(schema, "logical type " + logical.getName());
    }
    return switch (schema.getType()) {
      case STRING -> "string";
      case INT -> "int";
      case LONG -> "bigint";
      case BOOLEAN -> "boolean";
      case DOUBLE -> "double";
      case BYTES -> "binary";
      case MAP -> "map<string," + of(schema.getValueType()) + ">";
      case ARRAY -> "array<" + of(schema.getElementType()) + ">";
      case RECORD ->
          schema.getFields().stream()
              .map(field -> field.name() + ":" + of(field.schema()))
              .collect(Collectors.joining(",", "struct<", ">"));
      case UNION -> of(optional(schema));
      case ENUM, FIXED, FLOAT, NULL -> throw unsupported(schema, "type " + schema.getType());
    };
  }

  private static Schema optional(Schema union) {
    List<Schema> values =
        union.getTypes().stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
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
