package io.clickstreamlake.parquet;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * A writer of the values of one column, none of them null. There is one subclass per type, which is
 * chosen once from the schema, so that nothing is looked up per row.
 */
abstract class AvroValueWriter {

  abstract void write(Object value, RecordConsumer out);

  /**
   * @param path of the column, for error messages
   * @throws IllegalArgumentException if the type is not supported
   */
  static AvroValueWriter of(Schema nullable, String path) {
    Schema schema = AvroParquetSchema.withoutNull(nullable, path);
    switch (schema.getType()) {
      case BOOLEAN:
        return new BooleanWriter();
      case INT:
        return schema.getLogicalType() instanceof LogicalTypes.Date
            ? new DateWriter()
            : new IntWriter();
      case LONG:
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
          return new TimestampMillisWriter();
        }
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampMicros) {
          return new TimestampMicrosWriter();
        }
        return new LongWriter();
      case FLOAT:
        return new FloatWriter();
      case DOUBLE:
        return new DoubleWriter();
      case STRING:
      case ENUM:
        return new StringWriter();
      case BYTES:
        return schema.getLogicalType() instanceof LogicalTypes.Decimal
            ? new DecimalWriter((LogicalTypes.Decimal) schema.getLogicalType(), path)
            : new BytesWriter();
      case RECORD:
        return new RecordWriter(schema, path);
      case ARRAY:
        return new ListWriter(schema.getElementType(), path);
      case MAP:
        return new MapWriter(schema.getValueType(), path);
      default:
        throw AvroParquetSchema.unsupported(path, schema, "there is no writer for it");
    }
  }

  private static final class BooleanWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addBoolean((Boolean) value);
    }
  }

  private static final class IntWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addInteger((Integer) value);
    }
  }

  private static final class DateWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addInteger(Math.toIntExact(((LocalDate) value).toEpochDay()));
    }
  }

  private static final class LongWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addLong((Long) value);
    }
  }

  private static final class TimestampMillisWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addLong(((Instant) value).toEpochMilli());
    }
  }

  private static final class TimestampMicrosWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
    }
  }

  private static final class FloatWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addFloat((Float) value);
    }
  }

  private static final class DoubleWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addDouble((Double) value);
    }
  }

  /** Caches the last value's bytes, since sorted rows contain runs of equal values. */
  private static final class StringWriter extends AvroValueWriter {

    private String last;
    private Binary lastBinary;

    @Override
    void write(Object value, RecordConsumer out) {
      String string = value.toString();
      if (!string.equals(last)) {
        last = string;
        lastBinary = Binary.fromConstantByteArray(string.getBytes(StandardCharsets.UTF_8));
      }
      out.addBinary(lastBinary);
    }
  }

  private static final class BytesWriter extends AvroValueWriter {
    @Override
    void write(Object value, RecordConsumer out) {
      out.addBinary(Binary.fromConstantByteBuffer((ByteBuffer) value));
    }
  }

  private static final class DecimalWriter extends AvroValueWriter {

    private final DecimalUnscaler unscaler;

    DecimalWriter(LogicalTypes.Decimal type, String path) {
      this.unscaler = new DecimalUnscaler(type, path);
    }

    @Override
    void write(Object value, RecordConsumer out) {
      out.addLong(unscaler.unscaled((BigDecimal) value));
    }
  }

  /** Writes all or some fields of a record, without the group that contains them. */
  static final class FieldsWriter {

    private final int[] positions;
    private final String[] names;
    private final boolean[] nullable;
    private final AvroValueWriter[] writers;
    private final String path;

    FieldsWriter(Schema record, String path) {
      this(record.getFields(), path);
    }

    /**
     * @param fields of the record, in the order of the Parquet schema
     */
    FieldsWriter(List<Schema.Field> fields, String path) {
      this.positions = new int[fields.size()];
      this.names = new String[fields.size()];
      this.nullable = new boolean[fields.size()];
      this.writers = new AvroValueWriter[fields.size()];
      this.path = path;
      for (int i = 0; i < positions.length; i++) {
        Schema.Field field = fields.get(i);
        positions[i] = field.pos();
        names[i] = field.name();
        nullable[i] = AvroParquetSchema.isNullable(field.schema());
        writers[i] = AvroValueWriter.of(field.schema(), path + "." + field.name());
      }
    }

    void write(IndexedRecord record, RecordConsumer out) {
      for (int i = 0; i < writers.length; i++) {
        write(i, record.get(positions[i]), out);
      }
    }

    /** Writes the value of field {@code i}; null is allowed if the schema allows it. */
    void write(int i, @Nullable Object value, RecordConsumer out) {
      if (value != null) {
        out.startField(names[i], i);
        writers[i].write(value, out);
        out.endField(names[i], i);
      } else if (!nullable[i]) {
        throw unexpectedNull(path + "." + names[i]);
      }
    }
  }

  private static final class RecordWriter extends AvroValueWriter {

    private final FieldsWriter fields;

    RecordWriter(Schema record, String path) {
      this.fields = new FieldsWriter(record, path);
    }

    @Override
    void write(Object value, RecordConsumer out) {
      out.startGroup();
      fields.write((IndexedRecord) value, out);
      out.endGroup();
    }
  }

  /** {@code group (LIST) { repeated group list { element } }}. */
  private static final class ListWriter extends AvroValueWriter {

    private final AvroValueWriter element;
    private final boolean nullable;
    private final String path;

    ListWriter(Schema element, String path) {
      this.path = path + ".element";
      this.element = AvroValueWriter.of(element, this.path);
      this.nullable = AvroParquetSchema.isNullable(element);
    }

    @Override
    void write(Object value, RecordConsumer out) {
      List<?> list = (List<?>) value;
      out.startGroup();
      int size = list.size();
      if (size > 0) {
        out.startField("list", 0);
        for (int i = 0; i < size; i++) {
          Object item = list.get(i);
          out.startGroup();
          if (item != null) {
            out.startField("element", 0);
            element.write(item, out);
            out.endField("element", 0);
          } else if (!nullable) {
            throw unexpectedNull(path);
          }
          out.endGroup();
        }
        out.endField("list", 0);
      }
      out.endGroup();
    }
  }

  /** {@code group (MAP) { repeated group key_value { key; value } }}. */
  private static final class MapWriter extends AvroValueWriter {

    private final AvroValueWriter key = new StringWriter();
    private final AvroValueWriter value;
    private final boolean nullable;
    private final String path;

    MapWriter(Schema value, String path) {
      this.path = path + ".value";
      this.value = AvroValueWriter.of(value, this.path);
      this.nullable = AvroParquetSchema.isNullable(value);
    }

    @Override
    void write(Object value, RecordConsumer out) {
      Map<?, ?> map = (Map<?, ?>) value;
      out.startGroup();
      if (!map.isEmpty()) {
        out.startField("key_value", 0);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.startGroup();
          out.startField("key", 0);
          key.write(entry.getKey(), out);
          out.endField("key", 0);
          if (entry.getValue() != null) {
            out.startField("value", 1);
            this.value.write(entry.getValue(), out);
            out.endField("value", 1);
          } else if (!nullable) {
            throw unexpectedNull(path);
          }
          out.endGroup();
        }
        out.endField("key_value", 0);
      }
      out.endGroup();
    }
  }

  static IllegalArgumentException unexpectedNull(String path) {
    return new IllegalArgumentException(
        path + " is null, but its schema does not allow null: set it before the sink.");
  }
}
