package io.clickstreamlake.local.archive;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes apart what the Kinesis Producer Library packed into one record, as Firehose does.
 *
 * <pre>
 * F3 89 9A C2 │ protobuf message │ MD5 of the message, 16 bytes
 *               3: record, repeated
 *                  3: data
 * </pre>
 *
 * The layout is that of the KPL's document "aggregation format". A record that is not in it, to the
 * last byte, is what the producer sent.
 */
final class KplRecord {

  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int DIGEST = 16;
  private static final int FIELD = 3;

  /** Protobuf's ways to write a value. */
  private static final int VARINT = 0;

  private static final int BYTES = 2;

  private KplRecord() {}

  /** The records that the producer sent: the only one, as a rule. */
  static List<byte[]> takeApart(byte[] data) {
    if (data.length < MAGIC.length + DIGEST
        || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return List.of(data);
    }
    byte[] message = Arrays.copyOfRange(data, MAGIC.length, data.length - DIGEST);
    byte[] digest = Arrays.copyOfRange(data, data.length - DIGEST, data.length);
    if (!Arrays.equals(md5(message), digest)) {
      return List.of(data);
    }
    try {
      List<byte[]> records = new ArrayList<>();
      for (byte[] record : fields(ByteBuffer.wrap(message))) {
        records.addAll(fields(ByteBuffer.wrap(record)));
      }
      return List.copyOf(records);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return List.of(data);
    }
  }

  /** The values of field 3 of a message. */
  private static List<byte[]> fields(ByteBuffer message) {
    List<byte[]> values = new ArrayList<>();
    while (message.hasRemaining()) {
      long key = varint(message);
      switch ((int) (key & 7)) {
        case VARINT -> varint(message);
        case BYTES -> {
          long length = varint(message);
          if (length < 0 || length > message.remaining()) {
            throw new IllegalArgumentException("length " + length);
          }
          byte[] value = new byte[(int) length];
          message.get(value);
          if (key >>> 3 == FIELD) {
            values.add(value);
          }
        }
        default -> throw new IllegalArgumentException("wire type of key " + key);
      }
    }
    return values;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
