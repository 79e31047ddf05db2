package io.clickstreamlake.sample;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Several records in one, as the Kinesis Producer Library sends them.
 *
 * <p>The form, from the library's {@code aggregation-format.md}: a magic number, a protobuf message
 * of partition keys (field 1) and records (field 3, each an index of a key, field 1, and data,
 * field 3), and the message's MD5.
 */
public final class AggregatedRecord {

  private static final byte[] MAGIC = HexFormat.of().parseHex("f3899ac2");

  /**
   * Of every record within, and to be that of the whole: who takes it apart leaves out what belongs
   * to another shard, since after a reshard such records come from there, too.
   */
  public static final String PARTITION_KEY = "a";

  private AggregatedRecord() {}

  /** The bytes of one Kinesis record that holds these. */
  public static byte[] of(List<String> records) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, 1, PARTITION_KEY.getBytes(StandardCharsets.UTF_8));
    for (String text : records) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.write(1 << 3);
      record.write(0);
      field(record, 3, text.getBytes(StandardCharsets.UTF_8));
      field(message, 3, record.toByteArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.writeBytes(message.toByteArray());
    out.writeBytes(md5(message.toByteArray()));
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
    out.write(number << 3 | 2);
    int rest = bytes.length;
    for (; rest >= 128; rest >>>= 7) {
      out.write(rest & 127 | 128);
    }
    out.write(rest);
    out.writeBytes(bytes);
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
