package io.clickstreamlake.parquet;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The mapping of Avro schemas to Parquet schemas, with the types that Athena reads best.
 *
 * <table>
 *   <caption>Avro to Parquet</caption>
 *   <tr><th>Avro</th><th>Parquet</th><th>Athena</th></tr>
 *   <tr><td>string, enum</td><td>BINARY (STRING)</td><td>varchar</td></tr>
 *   <tr><td>bytes</td><td>BINARY</td><td>varbinary</td></tr>
 *   <tr><td>boolean, int, long, float, double</td><td>the same</td><td>the same</td></tr>
 *   <tr><td>date</td><td>INT32 (DATE)</td><td>date</td></tr>
 *   <tr><td>timestamp-millis, -micros</td><td>INT64 (TIMESTAMP, UTC)</td><td>timestamp</td></tr>
 *   <tr><td>decimal, up to 18 digits</td><td>INT64 (DECIMAL)</td><td>decimal</td></tr>
 *   <tr><td>array</td><td>three levels: list, element</td><td>array</td></tr>
 *   <tr><td>map</td><td>key_value of key and value</td><td>map</td></tr>
 *   <tr><td>record</td><td>group</td><td>row</td></tr>
 *   <tr><td>["null", X]</td><td>X, optional</td><td>X</td></tr>
 * </table>
 *
 * <p>The rules come from LogicalTypes in the Parquet format specification. Decimals differ from
 * parquet-avro, which writes BINARY: INT64 is smaller, its statistics are ordered, and Spark writes
 * it too. Types that are not in the table are rejected.
 */
public final class AvroParquetSchema {

  /** Key of the schema's {@link #fingerprint} in the metadata of the footer. */
  public static final String FINGERPRINT_KEY = "avro.schema.fingerprint";

  /** Maximum number of digits that always fit into 64 bits. */
  static final int MAX_LONG_DECIMAL_PRECISION = 18;

  private AvroParquetSchema() {}

  /** SHA-256 of the schema's parsing canonical form (Avro specification), in hexadecimal. */
  public static String fingerprint(Schema schema) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte b : SchemaNormalization.parsingFingerprint("SHA-256", schema)) {
        hex.append(String.format("%02x", b));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /**
   * The Parquet schema of an Avro record.
   *
   * @throws IllegalArgumentException with the path of the column if its type is not supported
   */
  public static MessageType of(Schema record) {
    if (record.getType() != Schema.Type.RECORD) {
      throw new IllegalArgumentException("A row must be an Avro record, not " + record.getType());
    }
    return new MessageType(record.getName(), fields(record, record.getName()));
  }

  /**
   * The Avro schema of a Parquet file: the inverse of {@link #of}, except that an enum becomes a
   * string, and that decimals may be stored in any way.
   *
   * @throws IllegalArgumentException with the path of the column if its type is not supported
   */
  public static Schema toAvro(MessageType file) {
    return record(file, file.getName(), file.getName());
  }

  private static Schema record(GroupType group, String name, String path) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Type type : group.getFields()) {
      Schema value = value(type, name + "_" + type.getName(), path + "." + type.getName());
      fields.add(new Schema.Field(type.getName(), nullable(type, value), null, null));
    }
    return Schema.createRecord(name, null, null, false, fields);
  }

  private static Schema nullable(Type type, Schema value) {
    return type.isRepetition(Repetition.OPTIONAL)
        ? Schema.createUnion(Schema.create(Schema.Type.NULL), value)
        : value;
  }

  /**
   * @param name of the record, if the type is one; names of records are unique in a schema
   */
  private static Schema value(Type type, String name, String path) {
    if (type.isRepetition(Repetition.REPEATED)) {
      throw unsupported(path, type);
    }
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (type.isPrimitive()) {
      return primitive(type.asPrimitiveType(), annotation, path);
    }
    GroupType group = type.asGroupType();
    if (annotation == null) {
      return record(group, name, path);
    }
    boolean isList = annotation.equals(LogicalTypeAnnotation.listType());
    int last = isList ? 0 : 1;
    if (!isList && !annotation.equals(LogicalTypeAnnotation.mapType())
        || group.getType(0).isPrimitive()
        || group.getType(0).asGroupType().getFieldCount() != last + 1) {
      throw unsupported(path, type);
    }
    Type element = group.getType(0).asGroupType().getType(last);
    Schema values =
        nullable(element, value(element, name + "_" + element.getName(), path + ".element"));
    return isList ? Schema.createArray(values) : Schema.createMap(values);
  }

  private static Schema primitive(
      PrimitiveType type, LogicalTypeAnnotation annotation, String path) {
    if (annotation instanceof DecimalLogicalTypeAnnotation) {
      DecimalLogicalTypeAnnotation decimal = (DecimalLogicalTypeAnnotation) annotation;
      return LogicalTypes.decimal(decimal.getPrecision(), decimal.getScale())
          .addToSchema(Schema.create(Schema.Type.BYTES));
    }
    switch (type.getPrimitiveTypeName()) {
      case BOOLEAN:
        return Schema.create(Schema.Type.BOOLEAN);
      case INT32:
        Schema number = Schema.create(Schema.Type.INT);
        return LogicalTypeAnnotation.dateType().equals(annotation)
            ? LogicalTypes.date().addToSchema(number)
            : number;
      case INT64:
        return time(annotation, Schema.create(Schema.Type.LONG));
      case FLOAT:
        return Schema.create(Schema.Type.FLOAT);
      case DOUBLE:
        return Schema.create(Schema.Type.DOUBLE);
      case BINARY:
        return Schema.create(
            LogicalTypeAnnotation.stringType().equals(annotation)
                ? Schema.Type.STRING
                : Schema.Type.BYTES);
      default:
        throw unsupported(path, type);
    }
  }

  private static Schema time(@Nullable LogicalTypeAnnotation annotation, Schema number) {
    if (LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS).equals(annotation)) {
      return LogicalTypes.timestampMillis().addToSchema(number);
    }
    return LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS).equals(annotation)
        ? LogicalTypes.timestampMicros().addToSchema(number)
        : number;
  }

  private static IllegalArgumentException unsupported(String path, Type type) {
    return new IllegalArgumentException(
        String.format(
            "Column %s of the file has the type '%s', which is not supported.", path, type));
  }

  /**
   * The type that a union makes nullable, or the schema itself if it is not a union.
   *
   * @throws IllegalArgumentException if the union has no other type than null, or several
   */
  static Schema withoutNull(Schema schema, String path) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    Schema only = null;
    for (Schema branch : schema.getTypes()) {
      if (branch.getType() != Schema.Type.NULL) {
        if (only != null) {
          throw unsupported(path, schema, "a union may contain only one type besides null");
        }
        only = branch;
      }
    }
    if (only == null) {
      throw unsupported(path, schema, "the union contains only null");
    }
    return only;
  }

  static boolean isNullable(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        && schema.getTypes().stream().anyMatch(branch -> branch.getType() == Schema.Type.NULL);
  }

  static IllegalArgumentException unsupported(String path, Schema schema, String why) {
    return new IllegalArgumentException(
        String.format(
            "Column %s has the Avro type %s, which is not supported: %s.", path, schema, why));
  }

  private static List<Type> fields(Schema record, String path) {
    List<Type> fields = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      fields.add(type(field.name(), field.schema(), path + "." + field.name()));
    }
    return fields;
  }

  private static Type type(String name, Schema nullable, String path) {
    Repetition repetition = isNullable(nullable) ? Repetition.OPTIONAL : Repetition.REQUIRED;
    Schema schema = withoutNull(nullable, path);
    LogicalType logical = schema.getLogicalType();
    switch (schema.getType()) {
      case BOOLEAN:
        return primitive(PrimitiveTypeName.BOOLEAN, repetition, null, name);
      case INT:
        return primitive(
            PrimitiveTypeName.INT32,
            repetition,
            logical instanceof LogicalTypes.Date ? LogicalTypeAnnotation.dateType() : null,
            name);
      case LONG:
        return primitive(PrimitiveTypeName.INT64, repetition, timestamp(logical), name);
      case FLOAT:
        return primitive(PrimitiveTypeName.FLOAT, repetition, null, name);
      case DOUBLE:
        return primitive(PrimitiveTypeName.DOUBLE, repetition, null, name);
      case STRING:
      case ENUM:
        return primitive(
            PrimitiveTypeName.BINARY, repetition, LogicalTypeAnnotation.stringType(), name);
      case BYTES:
        return bytes(schema, repetition, name, path);
      case RECORD:
        return new GroupType(repetition, name, fields(schema, path));
      case ARRAY:
        return Types.list(repetition)
            .element(type("element", schema.getElementType(), path + ".element"))
            .named(name);
      case MAP:
        return Types.map(repetition)
            .key(
                primitive(
                    PrimitiveTypeName.BINARY,
                    Repetition.REQUIRED,
                    LogicalTypeAnnotation.stringType(),
                    "key"))
            .value(type("value", schema.getValueType(), path + ".value"))
            .named(name);
      default:
        throw unsupported(
            path, schema, "see the Javadoc of AvroParquetSchema for the supported types");
    }
  }

  private static Type bytes(Schema schema, Repetition repetition, String name, String path) {
    if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal)) {
      return primitive(PrimitiveTypeName.BINARY, repetition, null, name);
    }
    LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) schema.getLogicalType();
    if (decimal.getPrecision() > MAX_LONG_DECIMAL_PRECISION) {
      throw unsupported(path, schema, "decimals may have up to 18 digits");
    }
    return primitive(
        PrimitiveTypeName.INT64,
        repetition,
        LogicalTypeAnnotation.decimalType(decimal.getScale(), decimal.getPrecision()),
        name);
  }

  private static LogicalTypeAnnotation timestamp(LogicalType logical) {
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
    }
    if (logical instanceof LogicalTypes.TimestampMicros) {
      return LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS);
    }
    return null;
  }

  private static Type primitive(
      PrimitiveTypeName primitive,
      Repetition repetition,
      LogicalTypeAnnotation annotation,
      String name) {
    return Types.primitive(primitive, repetition).as(annotation).named(name);
  }
}
