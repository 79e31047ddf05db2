package io.clickstreamlake.sink;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
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

  @Override
  public long bytes(T row) {
    return measure(row);
  }

  /** The estimate for exactly this record. */
  static long measure(IndexedRecord row) {
    return record(row);
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
