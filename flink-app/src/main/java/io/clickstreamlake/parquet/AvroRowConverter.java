package io.clickstreamlake.parquet;

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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Builds Avro records from the values of a Parquet file: the inverse of {@link AvroValueWriter}.
 * Fields that the file does not have stay as the new record has them.
 *
 * <p>Not thread-safe.
 *
 * @param <T> type of the rows
 */
final class AvroRowConverter<T extends IndexedRecord> extends RecordMaterializer<T> {

  private final Supplier<T> newRow;
  private final Record root;
  private T row;

  /**
   * @param columns that are read; each is a field of {@code schema}
   * @param newRow creates an empty row with this schema
   * @throws IllegalArgumentException if a column cannot be read as its field
   */
  AvroRowConverter(GroupType columns, Schema schema, Supplier<T> newRow) {
    this.newRow = newRow;
    this.root =
        new Record(columns, schema, schema.getName()) {
          @Override
          IndexedRecord newRecord() {
            row = AvroRowConverter.this.newRow.get();
            return row;
          }

          @Override
          public void end() {
            // The row is fetched by getCurrentRecord.
          }
        };
  }

  @Override
  public T getCurrentRecord() {
    return row;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static Converter of(Type type, Schema nullable, String path, Consumer<Object> to) {
    Schema schema = AvroParquetSchema.withoutNull(nullable, path);
    switch (schema.getType()) {
      case RECORD:
        return new Record(group(type, schema, path), schema, path) {
          @Override
          IndexedRecord newRecord() {
            return (IndexedRecord) SpecificData.get().newRecord(null, schema);
          }

          @Override
          public void end() {
            to.accept(record);
          }
        };
      case ARRAY:
        return new ListConverter(group(type, schema, path), schema.getElementType(), path, to);
      case MAP:
        return new MapConverter(group(type, schema, path), schema.getValueType(), path, to);
      default:
        return primitive(type, schema, path, to);
    }
  }

  private static GroupType group(Type type, Schema schema, String path) {
    if (type.isPrimitive()) {
      throw mismatch(path, schema, type);
    }
    return type.asGroupType();
  }

  private static Converter primitive(Type type, Schema schema, String path, Consumer<Object> to) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      throw mismatch(path, schema, type);
    }
    PrimitiveType primitive = type.asPrimitiveType();
    switch (schema.getType()) {
      case STRING:
      case ENUM:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.BINARY);
        return new StringConverter(to);
      case BYTES:
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal) {
          return decimal(primitive, schema, path, to);
        }
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.BINARY);
        return new PrimitiveConverter() {
          @Override
          public void addBinary(Binary value) {
            to.accept(ByteBuffer.wrap(value.getBytes()));
          }
        };
      case BOOLEAN:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.BOOLEAN);
        return new PrimitiveConverter() {
          @Override
          public void addBoolean(boolean value) {
            to.accept(value);
          }
        };
      case INT:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.INT32);
        boolean isDate = schema.getLogicalType() instanceof LogicalTypes.Date;
        return new PrimitiveConverter() {
          @Override
          public void addInt(int value) {
            to.accept(isDate ? LocalDate.ofEpochDay(value) : (Object) value);
          }
        };
      case LONG:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.INT64);
        return longs(schema, to);
      case FLOAT:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.FLOAT);
        return new PrimitiveConverter() {
          @Override
          public void addFloat(float value) {
            to.accept(value);
          }
        };
      case DOUBLE:
        expect(primitive, schema, path, PrimitiveType.PrimitiveTypeName.DOUBLE);
        return new PrimitiveConverter() {
          @Override
          public void addDouble(double value) {
            to.accept(value);
          }
        };
      default:
        throw AvroParquetSchema.unsupported(path, schema, "there is no reader for it");
    }
  }

  private static Converter longs(Schema schema, Consumer<Object> to) {
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      return new PrimitiveConverter() {
        @Override
        public void addLong(long value) {
          to.accept(Instant.ofEpochMilli(value));
        }
      };
    }
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMicros) {
      return new PrimitiveConverter() {
        @Override
        public void addLong(long value) {
          to.accept(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
        }
      };
    }
    return new PrimitiveConverter() {
      @Override
      public void addLong(long value) {
        to.accept(value);
      }
    };
  }

  /** The rolling sink writes decimals as INT64, Flink's FileSink as BINARY. */
  private static Converter decimal(
      PrimitiveType type, Schema schema, String path, Consumer<Object> to) {
    int scale = ((LogicalTypes.Decimal) schema.getLogicalType()).getScale();
    if (!(type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation)
        || ((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation()).getScale() != scale) {
      throw mismatch(path, schema, type);
    }
    return new PrimitiveConverter() {
      @Override
      public void addInt(int value) {
        to.accept(BigDecimal.valueOf(value, scale));
      }

      @Override
      public void addLong(long value) {
        to.accept(BigDecimal.valueOf(value, scale));
      }

      @Override
      public void addBinary(Binary value) {
        to.accept(new BigDecimal(new BigInteger(value.getBytes()), scale));
      }
    };
  }

  private static void expect(
      PrimitiveType type, Schema schema, String path, PrimitiveType.PrimitiveTypeName expected) {
    if (type.getPrimitiveTypeName() != expected) {
      throw mismatch(path, schema, type);
    }
  }

  private static IllegalArgumentException mismatch(String path, Schema schema, Type type) {
    return new IllegalArgumentException(
        String.format(
            "Column %s is '%s' in the file and cannot be read as %s.", path, type, schema));
  }

  /** A group whose fields are those of a record. */
  private abstract static class Record extends GroupConverter {

    private final Converter[] fields;
    IndexedRecord record;

    Record(GroupType group, Schema schema, String path) {
      this.fields = new Converter[group.getFieldCount()];
      for (int i = 0; i < fields.length; i++) {
        Type type = group.getType(i);
        Schema.Field field = schema.getField(type.getName());
        if (field == null) {
          throw new IllegalArgumentException(
              String.format("Column %s.%s is not in the schema.", path, type.getName()));
        }
        int position = field.pos();
        fields[i] =
            AvroRowConverter.of(
                type,
                field.schema(),
                path + "." + field.name(),
                value -> record.put(position, value));
      }
    }

    abstract IndexedRecord newRecord();

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      record = newRecord();
    }
  }

  /** Keeps the strings of a column's dictionary, so that equal values are one object. */
  private static final class StringConverter extends PrimitiveConverter {

    private final Consumer<Object> to;
    private String[] dictionary;

    StringConverter(Consumer<Object> to) {
      this.to = to;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary values) {
      dictionary = new String[values.getMaxId() + 1];
      for (int id = 0; id < dictionary.length; id++) {
        dictionary[id] = values.decodeToBinary(id).toStringUsingUTF8();
      }
    }

    @Override
    public void addValueFromDictionary(int id) {
      to.accept(dictionary[id]);
    }

    @Override
    public void addBinary(Binary value) {
      to.accept(value.toStringUsingUTF8());
    }
  }

  /** {@code group (LIST) { repeated group list { element } }}. */
  private static final class ListConverter extends GroupConverter {

    private final Consumer<Object> to;
    private final Repeated repeated;
    private List<Object> list;

    ListConverter(GroupType group, Schema element, String path, Consumer<Object> to) {
      this.to = to;
      this.repeated = new Repeated(group, 1, path);
      repeated.fields[0] =
          AvroRowConverter.of(
              group.getType(0).asGroupType().getType(0),
              element,
              path + ".element",
              value -> list.set(list.size() - 1, value));
      repeated.onStart = () -> list.add(null);
    }

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      list = new ArrayList<>();
    }

    @Override
    public void end() {
      to.accept(list);
    }
  }

  /** {@code group (MAP) { repeated group key_value { key; value } }}. */
  private static final class MapConverter extends GroupConverter {

    private final Consumer<Object> to;
    private final Repeated repeated;
    private Map<String, Object> map;
    private String key;
    private Object value;

    MapConverter(GroupType group, Schema values, String path, Consumer<Object> to) {
      this.to = to;
      this.repeated = new Repeated(group, 2, path);
      GroupType entry = group.getType(0).asGroupType();
      repeated.fields[0] = new StringConverter(text -> key = (String) text);
      repeated.fields[1] =
          AvroRowConverter.of(entry.getType(1), values, path + ".value", found -> value = found);
      repeated.onStart = () -> value = null;
      repeated.onEnd = () -> map.put(key, value);
    }

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      map = new LinkedHashMap<>();
    }

    @Override
    public void end() {
      to.accept(map);
    }
  }

  /** The repeated group inside of a list or map. */
  private static final class Repeated extends GroupConverter {

    private final Converter[] fields;
    private Runnable onStart = () -> {};
    private Runnable onEnd = () -> {};

    Repeated(GroupType listOrMap, int fields, String path) {
      if (listOrMap.getFieldCount() != 1
          || !listOrMap.getType(0).isRepetition(Type.Repetition.REPEATED)
          || listOrMap.getType(0).isPrimitive()
          || listOrMap.getType(0).asGroupType().getFieldCount() != fields) {
        throw new IllegalArgumentException(
            String.format("Column %s is no list or map of three levels: %s", path, listOrMap));
      }
      this.fields = new Converter[fields];
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      onStart.run();
    }

    @Override
    public void end() {
      onEnd.run();
    }
  }
}
