package io.clickstreamlake.privacy;

/**
 * Finder of e-mail addresses. It reads each character a fixed number of times: the search for a
 * local part stops at the previous at sign, and the search for a domain at the next one.
 */
final class Emails {

  /** Maximum length of a quoted local part, RFC 5321. */
  private static final int MAX_LOCAL = 64;

  private Emails() {}

  /**
   * @param truncated whether an e-mail address at the end of the text may be incomplete
   */
  static void find(Text text, int from, int to, boolean truncated, Spans found) {
    int free = from;
    int at = nextAt(text, from, to);
    while (at < to) {
      int start = localStart(text, free, at);
      int end = domainEnd(text, at + 1, to);
      boolean email =
          start < at
              // In user:password@host only the credentials are redacted.
              && !found.endAt(text.origin(at))
              && (isDomain(text, at + 1, end) || (truncated && end == to && end == text.length()));
      if (email) {
        found.add(text.origin(start), text.origin(end));
      }
      free = email ? end : at + 1;
      at = nextAt(text, at + 1, to);
    }
  }

  private static int nextAt(Text text, int from, int to) {
    int i = from;
    while (i < to && !isAt(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The at sign, and its fullwidth (U+FF20) and small (U+FE6B) forms. */
  static boolean isAt(char c) {
    return c == '@' || c == '\uFF20' || c == '\uFE6B';
  }

  private static int localStart(Text text, int free, int at) {
    int start = at;
    if (at > free && text.charAt(at - 1) == '"') {
      start = at - 1;
      while (start > free && at - start < MAX_LOCAL && text.charAt(start - 1) != '"') {
        start--;
      }
      return start > free && text.charAt(start - 1) == '"' ? start - 1 : at;
    }
    while (start > free && isLocal(text.charAt(start - 1))) {
      start--;
    }
    // Special characters at the start usually enclose the address: {bob@x.de}, 'bob@x.de'.
    while (start < at && !isWord(text.charAt(start))) {
      start++;
    }
    return start;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** Characters of a local part (RFC 5321), except those that are separators in a URL. */
  private static boolean isLocal(char c) {
    return Character.isLetterOrDigit(c) || "!#$%'*+-^_`{|}~.".indexOf(c) >= 0;
  }

  private static int domainEnd(Text text, int from, int to) {
    int end = from;
    if (from < to && text.charAt(from) == '[') {
      while (end < to
          && end - from < MAX_LOCAL
          && text.charAt(end) != ']'
          && !isAt(text.charAt(end))) {
        end++;
      }
      return end < to && text.charAt(end) == ']' ? end + 1 : from;
    }
    while (end < to && isOfDomain(text.charAt(end))) {
      end++;
    }
    // A full stop after the address ends a sentence.
    while (end > from && text.charAt(end - 1) == '.') {
      end--;
    }
    return end;
  }

  private static boolean isOfDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
  }

  /**
   * A domain has a dot and ends in a word. {@code 2@3.50}, {@code react@18.2.0} and {@code
   * logo@2x.png} have no domain.
   */
  private static boolean isDomain(Text text, int start, int end) {
    if (start >= end) {
      return false;
    }
    if (text.charAt(start) == '[') {
      for (int i = start; i < end; i++) {
        if (text.charAt(i) == '.' || text.charAt(i) == ':') {
          return true;
        }
      }
      return false;
    }
    int dots = 0;
    int lastDot = -1;
    boolean letter = false;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        dots++;
        lastDot = i;
        letter = false;
      } else {
        letter |= Character.isLetter(c);
      }
    }
    if (lastDot <= start) {
      return false;
    }
    return letter ? !isPixelDensity(text, start, lastDot) : dots == 3;
  }

  /** File names of images for high-resolution screens have the form logo@2x.png. */
  private static boolean isPixelDensity(Text text, int start, int lastDot) {
    return lastDot - start <= 4
        && text.charAt(lastDot - 1) == 'x'
        && Character.isDigit(text.charAt(start));
  }
}
