package io.clickstreamlake.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text whose characters keep their position in the original, which is redacted. In a decoded text
 * each character has the position of its escape, so that a match can be replaced in the original
 * without changing anything else. Not thread-safe.
 *
 * <pre>
 * original   q=bob%40x.de        decoded    b o b @ x . d e
 *            0 2  5  8           origins    2 3 4 5 8 9 …   12 (the end)
 * </pre>
 */
final class Text implements CharSequence {

  private final char[] chars;
  private final int length;

  /** Position of each character in the original, then that of the end; null if unchanged. */
  private final int[] origins;

  /** Number of characters read so far, in this text and all texts decoded from it. */
  private final long[] steps;

  private Text(char[] chars, int length, int[] origins, long[] steps) {
    this.chars = chars;
    this.length = length;
    this.origins = origins;
    this.steps = steps;
  }

  static Text of(String text) {
    return new Text(text.toCharArray(), text.length(), null, new long[1]);
  }

  /** A text that was decoded from this one without positions, such as base64. */
  Text withoutOrigins(String text) {
    return new Text(text.toCharArray(), text.length(), null, steps);
  }

  /** Number of characters read, in all texts that come from the same original. */
  long steps() {
    return steps[0];
  }

  @Override
  public char charAt(int at) {
    steps[0]++;
    return chars[at];
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public String subSequence(int start, int end) {
    steps[0] += end - start;
    return new String(chars, start, end - start);
  }

  @Override
  public String toString() {
    return subSequence(0, length);
  }

  /** Position of the character in the original; {@link #length} gives the end. */
  int origin(int at) {
    return origins == null ? at : origins[at];
  }

  /** Whether the text has this word at the position. */
  boolean startsWith(String word, int at) {
    if (at < 0 || at + word.length() > length) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (charAt(at + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * A part of the text, with {@code %40}, {@code &#64;} and {@code \u0040} decoded once. Invalid
   * escapes stay unchanged.
   *
   * @return null if there is nothing to decode
   */
  Text decoded(int start, int end) {
    char[] to = null;
    int[] from = null;
    int count = 0;
    int i = start;
    while (i < end) {
      char c = charAt(i);
      int escape = c == '%' || c == '&' || c == '\\' ? escapeLength(i, end, c) : 0;
      if (escape == 0) {
        if (to != null) {
          to[count] = c;
          from[count] = origin(i);
        }
        count++;
        i++;
        continue;
      }
      if (to == null) {
        to = new char[end - start + 1];
        from = new int[end - start + 2];
        for (int k = 0; k < count; k++) {
          to[k] = chars[start + k];
          from[k] = origin(start + k);
        }
        steps[0] += count;
      }
      int code = code(i, c, escape);
      for (char decoded : Character.toChars(code)) {
        to[count] = decoded;
        from[count++] = origin(i);
      }
      i += escape;
    }
    if (to == null) {
      return null;
    }
    from[count] = origin(end);
    return new Text(to, count, from, steps);
  }

  /** Length of the escape at the position, or 0. */
  private int escapeLength(int at, int end, char c) {
    switch (c) {
      case '%':
        return percentLength(at, end);
      case '&':
        return entityLength(at, end);
      default:
        return backslashLength(at, end);
    }
  }

  private int percentLength(int at, int end) {
    int first = octet(at, end);
    if (first < 0) {
      return 0;
    }
    int count = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
    for (int k = 1; k < count; k++) {
      if ((octet(at + 3 * k, end) & 0xFFFFFFC0) != 0x80) {
        return 3;
      }
    }
    return 3 * count;
  }

  private int octet(int at, int end) {
    if (at + 3 > end || charAt(at) != '%') {
      return -1;
    }
    int high = Character.digit(charAt(at + 1), 16);
    int low = Character.digit(charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Length of the HTML entity at the position, or 0. */
  int entityLength(int at, int end) {
    for (String entity : ENTITIES) {
      if (at + entity.length() <= end && startsWith(entity, at)) {
        return entity.length();
      }
    }
    if (at + 3 >= end || charAt(at + 1) != '#') {
      return 0;
    }
    boolean hex = charAt(at + 2) == 'x' || charAt(at + 2) == 'X';
    int digits = at + (hex ? 3 : 2);
    int i = digits;
    while (i < end && i < digits + 7 && Character.digit(charAt(i), hex ? 16 : 10) >= 0) {
      i++;
    }
    if (i == digits) {
      return 0;
    }
    return i < end && charAt(i) == ';' ? i + 1 - at : i - at;
  }

  private static final String[] ENTITIES = {
    "&amp;", "&quot;", "&apos;", "&commat;", "&period;", "&colon;", "&equals;", "&lt;", "&gt;"
  };
  private static final String MEANINGS = "&\"'@.:=<>";

  private int backslashLength(int at, int end) {
    if (at + 1 >= end) {
      return 0;
    }
    char c = charAt(at + 1);
    if (c == 'u') {
      if (at + 6 > end) {
        return 0;
      }
      for (int i = at + 2; i < at + 6; i++) {
        if (Character.digit(charAt(i), 16) < 0) {
          return 0;
        }
      }
      return 6;
    }
    return "\"'/\\bfnrt".indexOf(c) >= 0 ? 2 : 0;
  }

  private int code(int at, char c, int escape) {
    switch (c) {
      case '%':
        return percentCode(at, escape);
      case '&':
        return entityCode(at, escape);
      default:
        if (escape == 6) {
          return Integer.parseInt(subSequence(at + 2, at + 6), 16);
        }
        int control = "bfnrt".indexOf(charAt(at + 1));
        return control < 0 ? charAt(at + 1) : "\b\f\n\r\t".charAt(control);
    }
  }

  private int percentCode(int at, int escape) {
    byte[] bytes = new byte[escape / 3];
    for (int k = 0; k < bytes.length; k++) {
      bytes[k] = (byte) octet(at + 3 * k, at + escape);
    }
    return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString().codePointAt(0);
  }

  private int entityCode(int at, int escape) {
    String entity = subSequence(at, at + escape);
    int named = Arrays.asList(ENTITIES).indexOf(entity);
    if (named >= 0) {
      return MEANINGS.charAt(named);
    }
    boolean hex = entity.charAt(2) == 'x' || entity.charAt(2) == 'X';
    String digits = entity.substring(hex ? 3 : 2, entity.endsWith(";") ? escape - 1 : escape);
    int code = Integer.parseInt(digits, hex ? 16 : 10);
    return Character.isValidCodePoint(code) ? code : 0xFFFD;
  }
}
