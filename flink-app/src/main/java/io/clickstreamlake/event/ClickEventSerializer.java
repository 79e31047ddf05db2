package io.clickstreamlake.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
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

  private static final SpecificData DATA = SpecificData.getForClass(ClickEvent.class);

  private final EventColumns columns;
  private final transient int words;
  private final transient ColumnCodec[] codecs;

  ClickEventSerializer(EventColumns columns) {
    this.columns = columns;
    this.words = (columns.size() + Long.SIZE - 1) / Long.SIZE;
    this.codecs =
        columns.fields().stream()
            .map(column -> ColumnCodec.of(column.schema(), DATA))
            .toArray(ColumnCodec[]::new);
  }

  /** Codecs are not serializable, so they are created again. */
  private Object readResolve() {
    return new ClickEventSerializer(columns);
  }

  @Override
  public void serialize(ClickEvent event, DataOutputView out) throws IOException {
    long[] present = new long[words];
    for (int column = 0; column < codecs.length; column++) {
      if (event.get(column) != null) {
        present[column / Long.SIZE] |= 1L << column;
      }
    }
    for (long word : present) {
      out.writeLong(word);
    }
    for (int i = 0; i < words; i++) {
      for (long remaining = present[i]; remaining != 0; remaining &= remaining - 1) {
        int column = i * Long.SIZE + Long.numberOfTrailingZeros(remaining);
        codecs[column].write(event.get(column), out);
      }
    }
  }

  @Override
  public ClickEvent deserialize(DataInputView in) throws IOException {
    long[] present = new long[words];
    for (int i = 0; i < words; i++) {
      present[i] = in.readLong();
    }
    ClickEvent event = columns.newEvent();
    for (int i = 0; i < words; i++) {
      for (long remaining = present[i]; remaining != 0; remaining &= remaining - 1) {
        int column = i * Long.SIZE + Long.numberOfTrailingZeros(remaining);
        event.put(column, codecs[column].read(in));
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
    try {
      DataOutputSerializer out = new DataOutputSerializer(1024);
      serialize(event, out);
      return deserialize(new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
    } catch (IOException e) {
      throw new UncheckedIOException("an event cannot be copied in memory", e);
    }
  }

  @Override
  public ClickEvent copy(ClickEvent event, ClickEvent reuse) {
    return copy(event);
  }

  @Override
  public ClickEvent createInstance() {
    return columns.newEvent();
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
    return other instanceof ClickEventSerializer
        && columns == ((ClickEventSerializer) other).columns;
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<ClickEvent> snapshotConfiguration() {
    return new Snapshot(columns);
  }

  /**
   * The serializer's snapshot; public with a public constructor because Flink instantiates it on
   * restore. No state contains events, so it has nothing to describe and is always compatible.
   */
  public static final class Snapshot implements TypeSerializerSnapshot<ClickEvent> {

    private final EventColumns columns;

    public Snapshot() {
      this(EventColumns.CONTRACT);
    }

    private Snapshot(EventColumns columns) {
      this.columns = columns;
    }

    @Override
    public int getCurrentVersion() {
      return 1;
    }

    @Override
    public void writeSnapshot(DataOutputView out) {}

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classLoader) {}

    @Override
    public TypeSerializer<ClickEvent> restoreSerializer() {
      return new ClickEventSerializer(columns);
    }

    @Override
    public TypeSerializerSchemaCompatibility<ClickEvent> resolveSchemaCompatibility(
        TypeSerializerSnapshot<ClickEvent> old) {
      return TypeSerializerSchemaCompatibility.compatibleAsIs();
    }
  }
}
