package io.clickstreamlake.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Checks on bytes and strings before they are treated as valid Unicode. Stateless and thread-safe.
 */
public final class Utf8 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long BACKSLASHES = LOW_BITS * '\\';

  /**
   * Buffer size. The decoder's output is discarded, and a large buffer would cost more than the
   * decoding.
   */
  private static final int DECODED_CHARS = 256;

  private Utf8() {}

  /** Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7). */
  public static boolean isValid(byte[] bytes, int start, int end) {
    return firstInvalid(bytes, start, end) == end;
  }

  /**
   * Position of the first byte that is not well-formed UTF-8, or end. Plain ASCII takes a fast
   * path.
   */
  public static int firstInvalid(byte[] bytes, int start, int end) {
    int at = start;
    while (at <= end - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    if (at == end) {
      return end;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, at, end - at);
    CharBuffer out = CharBuffer.allocate(Math.min(end - at, DECODED_CHARS));
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isOverflow()) {
        return result.isError() ? in.position() : end;
      }
      out.clear();
    }
  }

  /**
   * Whether the bytes contain a backslash: only then can a string contain an unpaired surrogate.
   */
  public static boolean hasEscape(byte[] bytes, int start, int end) {
    int at = start;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      // The usual test for a zero byte, after XOR has turned backslashes into zero.
      long word = (long) LONGS.get(bytes, at) ^ BACKSLASHES;
      if (((word - LOW_BITS) & ~word & HIGH_BITS) != 0) {
        return true;
      }
    }
    for (; at < end; at++) {
      if (bytes[at] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** Truncates the text to at most maxLength characters, without splitting a surrogate pair. */
  public static String cut(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength);
  }

  /** Whether every surrogate in the text is paired; JSON escapes can produce unpaired ones. */
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
