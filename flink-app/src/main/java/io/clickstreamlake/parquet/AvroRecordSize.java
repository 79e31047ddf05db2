package io.clickstreamlake.parquet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * An estimate of the heap of an Avro record: the record and all objects that it refers to, in the
 * layout of a 64-bit virtual machine with compressed references (16 bytes of header, 8 bytes of
 * alignment; a string is two objects). Strings outside of Latin-1 take twice as much as estimated.
 * Every record is measured, not a sample, since a single record can be large. Not thread-safe.
 *
 * @param <T> type of the rows
 */
public final class AvroRecordSize<T extends IndexedRecord> implements RowSize<T> {

  private static final long serialVersionUID = 1L;

  private static final long OBJECT = 16;
  private static final long REFERENCE = 4;
  private static final long STRING_OVERHEAD = 24 + OBJECT;
  private static final long SMALL_VALUE = 24;
  private static final long MAP_ENTRY = 32 + 8;
  private static final long COLLECTION = 64;

  private transient Schema schema;

  /** Positions of string fields, and of the other fields of variable size. */
  private transient int[] stringFields;

  private transient int[] variableFields;

  /** Heap of the record and of all fields of fixed size, none of them null. */
  private transient long fixedBytes;

  @Override
  public long bytes(T row) {
    if (row.getSchema() != schema) {
      prepare(row.getSchema());
    }
    long sum = fixedBytes;
    for (int field : stringFields) {
      Object string = row.get(field);
      if (string != null) {
        sum += STRING_OVERHEAD + ((CharSequence) string).length();
      }
    }
    for (int field : variableFields) {
      Object value = row.get(field);
      if (value != null) {
        sum += value(value);
      }
    }
    return sum;
  }

  /** Classifies the fields once per schema, since {@link #bytes} is called per row. */
  private void prepare(Schema schema) {
    List<Integer> strings = new ArrayList<>();
    List<Integer> variable = new ArrayList<>();
    fixedBytes = OBJECT + REFERENCE * schema.getFields().size();
    for (Schema.Field field : schema.getFields()) {
      Schema type = AvroParquetSchema.withoutNull(field.schema(), field.name());
      switch (type.getType()) {
        case STRING:
          strings.add(field.pos());
          break;
        case BOOLEAN:
        case INT:
        case LONG:
        case FLOAT:
        case DOUBLE:
          fixedBytes += SMALL_VALUE;
          break;
        default:
          variable.add(field.pos());
      }
    }
    stringFields = strings.stream().mapToInt(Integer::intValue).toArray();
    variableFields = variable.stream().mapToInt(Integer::intValue).toArray();
    this.schema = schema;
  }

  /** Estimates the heap of some of a record's values; null if the record has none of them. */
  static long measure(@Nullable Object[] values) {
    if (values == null) {
      return REFERENCE;
    }
    long sum = REFERENCE + OBJECT + REFERENCE * (long) values.length;
    for (Object value : values) {
      if (value != null) {
        sum += value(value);
      }
    }
    return sum;
  }

  private static long record(IndexedRecord record) {
    int fields = record.getSchema().getFields().size();
    long sum = OBJECT + REFERENCE * fields;
    for (int i = 0; i < fields; i++) {
      Object value = record.get(i);
      if (value != null) {
        sum += value(value);
      }
    }
    return sum;
  }

  private static long value(Object value) {
    if (value instanceof CharSequence) {
      return STRING_OVERHEAD + ((CharSequence) value).length();
    }
    if (value instanceof ByteBuffer) {
      return STRING_OVERHEAD + ((ByteBuffer) value).remaining();
    }
    if (value instanceof IndexedRecord) {
      return record((IndexedRecord) value);
    }
    if (value instanceof List) {
      long sum = COLLECTION;
      for (Object element : (List<?>) value) {
        sum += REFERENCE + (element == null ? 0 : value(element));
      }
      return sum;
    }
    if (value instanceof Map) {
      long sum = COLLECTION;
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        sum +=
            MAP_ENTRY
                + value(entry.getKey())
                + (entry.getValue() == null ? 0 : value(entry.getValue()));
      }
      return sum;
    }
    return SMALL_VALUE;
  }
}
