package io.clickstreamlake.event;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The Flink serializer of events between tasks. Avro's reader and writer traverse the schema and
 * look up the conversion of each time and decimal for every event; here this is done once.
 * Stateless and thread-safe.
 *
 * <pre>
 *   int64 bit set of columns 0 to 63 with a value │ the next 64 … │ values, in column order
 * </pre>
 */
final class ClickEventSerializer extends TypeSerializer<ClickEvent> {

  private static final long serialVersionUID = 1L;

  private static final Schema SCHEMA = ClickEvent.getClassSchema();
  private static final SpecificData DATA = SpecificData.getForClass(ClickEvent.class);
  private static final int COLUMNS = SCHEMA.getFields().size();
  private static final int WORDS = (COLUMNS + Long.SIZE - 1) / Long.SIZE;
  private static final ColumnCodec[] CODECS =
      SCHEMA.getFields().stream()
          .map(column -> ColumnCodec.of(column.schema(), DATA))
          .toArray(ColumnCodec[]::new);

  static final ClickEventSerializer INSTANCE = new ClickEventSerializer();

  private ClickEventSerializer() {}

  @Override
  public void serialize(ClickEvent event, DataOutputView out) throws IOException {
    long[] present = new long[WORDS];
    for (int column = 0; column < COLUMNS; column++) {
      if (event.get(column) != null) {
        present[column / Long.SIZE] |= 1L << column;
      }
    }
    for (long word : present) {
      out.writeLong(word);
    }
    for (int i = 0; i < WORDS; i++) {
      for (long remaining = present[i]; remaining != 0; remaining &= remaining - 1) {
        int column = i * Long.SIZE + Long.numberOfTrailingZeros(remaining);
        CODECS[column].write(event.get(column), out);
      }
    }
  }

  @Override
  public ClickEvent deserialize(DataInputView in) throws IOException {
    long[] present = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      present[i] = in.readLong();
    }
    ClickEvent event = new ClickEvent();
    for (int i = 0; i < WORDS; i++) {
      for (long remaining = present[i]; remaining != 0; remaining &= remaining - 1) {
        int column = i * Long.SIZE + Long.numberOfTrailingZeros(remaining);
        event.put(column, CODECS[column].read(in));
      }
    }
    return event;
  }

  @Override
  public ClickEvent deserialize(ClickEvent reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView from, DataOutputView to) throws IOException {
    serialize(deserialize(from), to);
  }

  @Override
  public ClickEvent copy(ClickEvent event) {
    return DATA.deepCopy(SCHEMA, event);
  }

  @Override
  public ClickEvent copy(ClickEvent event, ClickEvent reuse) {
    return copy(event);
  }

  @Override
  public ClickEvent createInstance() {
    return new ClickEvent();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public int getLength() {
    return -1;
  }

  /** Returns this instance, which is stateless. */
  @Override
  public TypeSerializer<ClickEvent> duplicate() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClickEventSerializer;
  }

  @Override
  public int hashCode() {
    return ClickEventSerializer.class.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<ClickEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /**
   * The serializer's snapshot; public with a public constructor because Flink instantiates it on
   * restore.
   */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ClickEvent> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
