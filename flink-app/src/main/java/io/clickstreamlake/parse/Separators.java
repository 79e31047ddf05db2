package io.clickstreamlake.parse;

/**
 * The separators that may occur between the events of a record: white space, NUL padding, byte
 * order marks, the record separator of RFC 7464, stray commas, and escaped line ends that a
 * producer wrote as two characters.
 */
final class Separators {

  private static final byte RECORD_SEPARATOR = 0x1E;

  private Separators() {}

  /** Whether the byte alone is a separator. */
  static boolean isSeparator(byte b) {
    return isBlank(b) || b == ',' || b == RECORD_SEPARATOR || b == 0;
  }

  /** White space as RFC 8259 defines it. */
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Length of the separator that begins here, or 0. */
  static int length(byte[] bytes, int at, int end) {
    byte b = bytes[at];
    if (isSeparator(b)) {
      return 1;
    }
    if (b == '\\' && at + 1 < end) {
      byte next = bytes[at + 1];
      return next == 'n' || next == 'r' || next == 't' ? 2 : 0;
    }
    boolean byteOrderMark =
        b == (byte) 0xEF
            && at + 2 < end
            && bytes[at + 1] == (byte) 0xBB
            && bytes[at + 2] == (byte) 0xBF;
    return byteOrderMark ? 3 : 0;
  }

  /** Position of the first byte that does not belong to a separator, or end. */
  static int skip(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      int length = length(bytes, at, end);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return end;
  }

  /** Like {@link #skip}, but also skips the brackets of arrays of events. */
  static int skipWithBrackets(byte[] bytes, int from, int end) {
    int at = skip(bytes, from, end);
    while (at < end && (bytes[at] == '[' || bytes[at] == ']')) {
      at = skip(bytes, at + 1, end);
    }
    return at;
  }

  /** Start of the trailing separators of the piece from start to end. */
  static int trimEnd(byte[] bytes, int start, int end) {
    int at = end;
    while (at > start && isSeparator(bytes[at - 1])) {
      at--;
    }
    return at;
  }
}
