package io.clickstreamlake.sample;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The aggregation format of the Kinesis Producer Library: several records in one Kinesis record.
 *
 * <pre>
 * F3 89 9A C2 │ protobuf message │ MD5 of the message, 16 bytes
 *               1: partition key, repeated
 *               3: record, repeated
 *                  1: index of its partition key
 *                  3: data
 * </pre>
 *
 * The layout is that of the library's document {@code aggregation-format.md}.
 */
public final class AggregatedRecord {

  /**
   * The partition key of every inner record, and of the Kinesis record. They must be equal: readers
   * drop inner records of another shard, which occur after a reshard.
   */
  public static final String PARTITION_KEY = "a";

  private static final byte[] MAGIC = HexFormat.of().parseHex("f3899ac2");
  private static final int DIGEST_LENGTH = 16;

  private static final int FIELD_PARTITION_KEY = 1;
  private static final int FIELD_RECORD = 3;
  private static final int FIELD_KEY_INDEX = 1;
  private static final int FIELD_DATA = 3;

  /** Wire types of protobuf. */
  private static final int VARINT = 0;

  private static final int LENGTH_DELIMITED = 2;

  private AggregatedRecord() {}

  /** The bytes of one Kinesis record that contains these records. */
  public static byte[] of(List<String> records) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    writeField(message, FIELD_PARTITION_KEY, PARTITION_KEY.getBytes(StandardCharsets.UTF_8));
    for (String text : records) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.write(FIELD_KEY_INDEX << 3 | VARINT);
      record.write(0);
      writeField(record, FIELD_DATA, text.getBytes(StandardCharsets.UTF_8));
      writeField(message, FIELD_RECORD, record.toByteArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.writeBytes(message.toByteArray());
    out.writeBytes(md5(message.toByteArray()));
    return out.toByteArray();
  }

  /**
   * The records in a Kinesis record, as Firehose de-aggregates it. Bytes that are not in the format
   * to the last one are a single record.
   */
  public static List<byte[]> split(byte[] data) {
    if (data.length < MAGIC.length + DIGEST_LENGTH
        || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return List.of(data);
    }
    byte[] message = Arrays.copyOfRange(data, MAGIC.length, data.length - DIGEST_LENGTH);
    byte[] digest = Arrays.copyOfRange(data, data.length - DIGEST_LENGTH, data.length);
    if (!Arrays.equals(md5(message), digest)) {
      return List.of(data);
    }
    try {
      List<byte[]> records = new ArrayList<>();
      for (byte[] record : readFields(ByteBuffer.wrap(message), FIELD_RECORD)) {
        records.addAll(readFields(ByteBuffer.wrap(record), FIELD_DATA));
      }
      return List.copyOf(records);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return List.of(data);
    }
  }

  private static void writeField(ByteArrayOutputStream out, int number, byte[] bytes) {
    out.write(number << 3 | LENGTH_DELIMITED);
    int rest = bytes.length;
    for (; rest >= 128; rest >>>= 7) {
      out.write(rest & 127 | 128);
    }
    out.write(rest);
    out.writeBytes(bytes);
  }

  /** The values of a length-delimited field of a message. */
  private static List<byte[]> readFields(ByteBuffer message, int number) {
    List<byte[]> values = new ArrayList<>();
    while (message.hasRemaining()) {
      long key = readVarint(message);
      switch ((int) (key & 7)) {
        case VARINT -> readVarint(message);
        case LENGTH_DELIMITED -> {
          long length = readVarint(message);
          if (length < 0 || length > message.remaining()) {
            throw new IllegalArgumentException("length " + length);
          }
          byte[] value = new byte[(int) length];
          message.get(value);
          if (key >>> 3 == number) {
            values.add(value);
          }
        }
        default -> throw new IllegalArgumentException("wire type of key " + key);
      }
    }
    return values;
  }

  private static long readVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("varint of more than ten bytes");
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
