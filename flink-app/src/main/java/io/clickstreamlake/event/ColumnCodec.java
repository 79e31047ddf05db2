package io.clickstreamlake.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The codec of one column: writes and reads its non-null values. Thread-safe. */
final class ColumnCodec {

  private final Writer writer;
  private final Reader reader;

  private ColumnCodec(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  void write(Object value, DataOutputView out) throws IOException {
    writer.write(value, out);
  }

  Object read(DataInputView in) throws IOException {
    return reader.read(in);
  }

  /**
   * Returns the codec for a column of the contract: a custom one for the most frequent types, else
   * Avro's.
   *
   * @param data with the conversions of the record's logical types
   */
  static ColumnCodec of(Schema column, SpecificData data) {
    Schema type = ColumnTypes.withoutNull(column);
    LogicalType logical = type.getLogicalType();
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return new ColumnCodec(
          (value, out) -> out.writeLong(((Instant) value).toEpochMilli()),
          in -> Instant.ofEpochMilli(in.readLong()));
    }
    if (logical instanceof LogicalTypes.Decimal && type.getType() == Schema.Type.BYTES) {
      int scale = ((LogicalTypes.Decimal) logical).getScale();
      return new ColumnCodec(
          (value, out) -> writeBytes(((BigDecimal) value).unscaledValue().toByteArray(), out),
          in -> new BigDecimal(new BigInteger(readBytes(in)), scale));
    }
    if (logical != null) {
      return avro(type, data);
    }
    switch (type.getType()) {
      case STRING:
        return new ColumnCodec((value, out) -> writeText((String) value, out), in -> readText(in));
      case BOOLEAN:
        return new ColumnCodec(
            (value, out) -> out.writeBoolean((Boolean) value), in -> in.readBoolean());
      case INT:
        return new ColumnCodec((value, out) -> out.writeInt((Integer) value), in -> in.readInt());
      case LONG:
        return new ColumnCodec((value, out) -> out.writeLong((Long) value), in -> in.readLong());
      case DOUBLE:
        return new ColumnCodec(
            (value, out) -> out.writeDouble((Double) value), in -> in.readDouble());
      case MAP:
        return type.getValueType().getType() == Schema.Type.STRING
            ? new ColumnCodec(ColumnCodec::writeTexts, ColumnCodec::readTexts)
            : avro(type, data);
      default:
        return avro(type, data);
    }
  }

  private static ColumnCodec avro(Schema type, SpecificData data) {
    return new ColumnCodec(
        (value, out) -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
          new SpecificDatumWriter<>(type, data).write(value, encoder);
          writeBytes(bytes.toByteArray(), out);
        },
        in ->
            new SpecificDatumReader<>(type, type, data)
                .read(null, DecoderFactory.get().binaryDecoder(readBytes(in), null)));
  }

  private static void writeTexts(Object value, DataOutputView out) throws IOException {
    Map<?, ?> texts = (Map<?, ?>) value;
    out.writeInt(texts.size());
    for (Map.Entry<?, ?> entry : texts.entrySet()) {
      writeText((String) entry.getKey(), out);
      writeText((String) entry.getValue(), out);
    }
  }

  private static Map<String, String> readTexts(DataInputView in) throws IOException {
    int size = in.readInt();
    Map<String, String> texts = new HashMap<>(size * 2);
    for (int i = 0; i < size; i++) {
      texts.put(readText(in), readText(in));
    }
    return texts;
  }

  private static void writeText(String text, DataOutputView out) throws IOException {
    writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  private static String readText(DataInputView in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private interface Writer {
    void write(Object value, DataOutputView out) throws IOException;
  }

  private interface Reader {
    Object read(DataInputView in) throws IOException;
  }
}
