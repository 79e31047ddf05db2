package io.clickstreamlake.local.suggest;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Records that are compressed with gzip or zlib, which the job reads without a step. */
final class CompressedText {

  /** Nesting of compressed data, as for the job. */
  private static final int MAX_LEVELS = 3;

  /** Samples need no more. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final int HEADER = 10;
  private static final int TRAILER = 8;

  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private CompressedText() {}

  /** The text of a record: that of all its members, and what is plain between them. */
  static byte[] expanded(byte[] record) {
    byte[] bytes = record;
    for (int level = 0; level < MAX_LEVELS && (isGzip(bytes, 0) || isZlib(bytes)); level++) {
      bytes = isGzip(bytes, 0) ? members(bytes) : zlib(bytes);
    }
    return bytes;
  }

  static boolean isGzip(byte[] bytes, int at) {
    return bytes.length > at + HEADER + TRAILER
        && bytes[at] == 0x1f
        && (bytes[at + 1] & 0xff) == 0x8b
        && bytes[at + 2] == 8;
  }

  static boolean isZlib(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x78 && ((bytes[0] << 8) | (bytes[1] & 0xff)) % 31 == 0;
  }

  private static byte[] members(byte[] in) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int at = 0;
    while (at < in.length && text.size() < MAX_BYTES) {
      if (isGzip(in, at)) {
        int left = inflate(in, afterHeader(in, at), true, text);
        at = left < 0 ? in.length : in.length - left + TRAILER;
      } else {
        text.write(in[at++]);
      }
    }
    return text.toByteArray();
  }

  private static byte[] zlib(byte[] in) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    return inflate(in, 0, false, text) < 0 ? new byte[0] : text.toByteArray();
  }

  private static int afterHeader(byte[] in, int start) {
    int flags = in[start + 3];
    int at = start + HEADER;
    if ((flags & EXTRA) != 0 && at + 2 < in.length) {
      at += 2 + (in[at] & 0xff) + ((in[at + 1] & 0xff) << 8);
    }
    at = (flags & NAME) != 0 ? afterZero(in, at) : at;
    at = (flags & COMMENT) != 0 ? afterZero(in, at) : at;
    return Math.min(in.length, at + ((flags & HEADER_CHECKSUM) != 0 ? 2 : 0));
  }

  private static int afterZero(byte[] in, int start) {
    int at = start;
    while (at < in.length && in[at] != 0) {
      at++;
    }
    return at + 1;
  }

  /** Returns the number of bytes after the compressed data; negative if it is damaged. */
  private static int inflate(byte[] in, int from, boolean isRaw, ByteArrayOutputStream text) {
    Inflater inflater = new Inflater(isRaw);
    try {
      inflater.setInput(in, from, in.length - from);
      byte[] buffer = new byte[8192];
      while (!inflater.finished() && text.size() < MAX_BYTES) {
        int n = inflater.inflate(buffer);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return -1;
        }
        text.write(buffer, 0, n);
      }
      return inflater.finished() ? inflater.getRemaining() : -1;
    } catch (DataFormatException e) {
      return -1;
    } finally {
      inflater.end();
    }
  }
}
