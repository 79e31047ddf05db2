package io.clickstreamlake.parquet;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A reader of Parquet rows as Avro specific records, on top of parquet-java's example objects.
 * (parquet-avro cannot be used, since it does not support decimals in INT64.)
 */
public final class AvroRows {

  private AvroRows() {}

  /** All rows of a file, in order. */
  public static <T extends SpecificRecord> List<T> read(InputFile file, Class<T> type)
      throws IOException {
    Schema schema = SpecificData.get().getSchema(type);
    List<T> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = new Builder(file).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(type.cast(record(row, schema)));
      }
    }
    return rows;
  }

  private static IndexedRecord record(Group row, Schema schema) {
    IndexedRecord record =
        (IndexedRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), optional(row, field.name(), field.schema()));
    }
    return record;
  }

  private static Object optional(Group row, String name, Schema nullable) {
    return row.getFieldRepetitionCount(name) == 0
        ? null
        : value(row, name, AvroParquetSchema.withoutNull(nullable, name));
  }

  private static Object value(Group row, String name, Schema schema) {
    return switch (schema.getType()) {
      case BOOLEAN -> row.getBoolean(name, 0);
      case INT ->
          schema.getLogicalType() instanceof LogicalTypes.Date
              ? LocalDate.ofEpochDay(row.getInteger(name, 0))
              : (Object) row.getInteger(name, 0);
      case LONG -> number(row.getLong(name, 0), schema);
      case FLOAT -> row.getFloat(name, 0);
      case DOUBLE -> row.getDouble(name, 0);
      case STRING, ENUM -> row.getString(name, 0);
      case BYTES ->
          schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
              ? decimal(row, name, decimal.getScale())
              : ByteBuffer.wrap(row.getBinary(name, 0).getBytes());
      case RECORD -> record(row.getGroup(name, 0), schema);
      case ARRAY -> list(row.getGroup(name, 0), schema.getElementType());
      case MAP -> map(row.getGroup(name, 0), schema.getValueType());
      default -> throw new IllegalArgumentException(name + ": " + schema);
    };
  }

  /** The rolling sink writes decimals as INT64, Flink's FileSink as BINARY. */
  private static BigDecimal decimal(Group row, String name, int scale) {
    boolean binary =
        row.getType().getType(name).asPrimitiveType().getPrimitiveTypeName()
            == PrimitiveTypeName.BINARY;
    return binary
        ? new BigDecimal(new BigInteger(row.getBinary(name, 0).getBytes()), scale)
        : BigDecimal.valueOf(row.getLong(name, 0), scale);
  }

  private static Object number(long value, Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      return Instant.ofEpochMilli(value);
    }
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMicros) {
      return Instant.EPOCH.plus(value, ChronoUnit.MICROS);
    }
    return value;
  }

  private static List<Object> list(Group group, Schema element) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < group.getFieldRepetitionCount("list"); i++) {
      list.add(optional(group.getGroup("list", i), "element", element));
    }
    return list;
  }

  private static Map<String, Object> map(Group group, Schema value) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < group.getFieldRepetitionCount("key_value"); i++) {
      Group entry = group.getGroup("key_value", i);
      map.put(entry.getString("key", 0), optional(entry, "value", value));
    }
    return map;
  }

  private static final class Builder extends ParquetReader.Builder<Group> {
    Builder(InputFile file) {
      super(file, new PlainParquetConfiguration());
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
