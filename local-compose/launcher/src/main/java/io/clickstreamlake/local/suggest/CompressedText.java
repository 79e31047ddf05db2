package io.clickstreamlake.local.suggest;

import io.clickstreamlake.local.stream.GzipMembers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/**
 * Records that are compressed with gzip or zlib, which the job reads without a step. For a sample,
 * the text up to the first damage, or to something else between two members, is enough.
 */
final class CompressedText {

  /** Nesting of compressed data, as for the job. */
  private static final int MAX_LEVELS = 3;

  /** Samples need no more. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private CompressedText() {}

  /** The text of a record; the record itself if it is not compressed. */
  static byte[] expanded(byte[] record) {
    byte[] bytes = record;
    for (int level = 0; level < MAX_LEVELS && (isGzip(bytes) || isZlib(bytes)); level++) {
      InputStream compressed = new ByteArrayInputStream(bytes);
      bytes =
          readable(
              isGzip(bytes) ? new GzipMembers(compressed) : new InflaterInputStream(compressed));
    }
    return bytes;
  }

  private static byte[] readable(InputStream expanding) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try (expanding) {
      int n = expanding.read(buffer);
      while (n >= 0 && text.size() < MAX_BYTES) {
        text.write(buffer, 0, n);
        n = expanding.read(buffer);
      }
    } catch (IOException e) {
      // What was read before is a sample, too.
    }
    return text.toByteArray();
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b && bytes[2] == 8;
  }

  private static boolean isZlib(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x78 && ((bytes[0] << 8) | (bytes[1] & 0xff)) % 31 == 0;
  }
}
