package io.clickstreamlake.parquet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Estimates the heap of an Avro record: its fields, and what hangs on them, as a 64-bit virtual
 * machine with compressed references lays them out (16 bytes of header, 8 bytes of alignment; a
 * string is two objects). Texts outside of Latin-1 take twice as much as estimated. Every record is
 * measured: one large one counts.
 *
 * @param <T> the rows
 */
public final class AvroRecordSize<T extends IndexedRecord> implements RowSize<T> {

  private static final long serialVersionUID = 1L;

  private static final long OBJECT = 16;
  private static final long REFERENCE = 4;
  private static final long TEXT = 24 + OBJECT;
  private static final long SMALL_VALUE = 24;
  private static final long MAP_ENTRY = 32 + 8;
  private static final long COLLECTION = 64;

  private transient Schema schema;

  /** Fields that hold texts, and those whose size is no constant either. */
  private transient int[] texts;

  private transient int[] others;

  /** What the other fields take, if all are there. */
  private transient long constant;

  @Override
  public long bytes(T row) {
    if (row.getSchema() != schema) {
      prepare(row.getSchema());
    }
    long sum = constant;
    for (int field : texts) {
      Object text = row.get(field);
      if (text != null) {
        sum += TEXT + ((CharSequence) text).length();
      }
    }
    for (int field : others) {
      Object value = row.get(field);
      if (value != null) {
        sum += value(value);
      }
    }
    return sum;
  }

  /** This runs for each row: so what kind a field is, is looked up once. */
  private void prepare(Schema schema) {
    List<Integer> textFields = new ArrayList<>();
    List<Integer> otherFields = new ArrayList<>();
    constant = OBJECT + REFERENCE * schema.getFields().size();
    for (Schema.Field field : schema.getFields()) {
      Schema type = AvroParquetSchema.withoutNull(field.schema(), field.name());
      switch (type.getType()) {
        case STRING:
          textFields.add(field.pos());
          break;
        case BOOLEAN:
        case INT:
        case LONG:
        case FLOAT:
        case DOUBLE:
          constant += SMALL_VALUE;
          break;
        default:
          otherFields.add(field.pos());
      }
    }
    texts = textFields.stream().mapToInt(Integer::intValue).toArray();
    others = otherFields.stream().mapToInt(Integer::intValue).toArray();
    this.schema = schema;
  }

  /** The estimate for some of a record's values; null for none. */
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
      return TEXT + ((CharSequence) value).length();
    }
    if (value instanceof ByteBuffer) {
      return TEXT + ((ByteBuffer) value).remaining();
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
