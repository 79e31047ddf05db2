package io.clickstreamlake.privacy;

/**
 * Finds e-mail addresses. Each sign is looked at a fixed number of times: a local part ends at the
 * at sign before it, a domain at the one behind it.
 */
final class Emails {

  /** Longest quoted local part, RFC 5321. */
  private static final int MAX_LOCAL = 64;

  private Emails() {}

  /**
   * @param cut whether an address at the end of the text may lack its rest
   */
  static void find(Text text, int from, int to, boolean cut, Spans found) {
    int free = from;
    int at = nextAt(text, from, to);
    while (at < to) {
      int start = localStart(text, free, at);
      int end = domainEnd(text, at + 1, to);
      boolean address =
          start < at
              // Of user:password@host the host may stay.
              && !found.endAt(text.origin(at))
              && (isDomain(text, at + 1, end) || (cut && end == to && end == text.length()));
      if (address) {
        found.add(text.origin(start), text.origin(end));
      }
      free = address ? end : at + 1;
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

  /** The at sign, and its wide and small forms. */
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
    // Signs that may begin a local part rather stand before one: {bob@x.de}, 'bob@x.de', #bob@x.de.
    while (start < at && !isWord(text.charAt(start))) {
      start++;
    }
    return start;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** Characters of a local part (RFC 5321), as far as they do not separate things in a URL. */
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
    // A full stop behind the address ends a sentence.
    while (end > from && text.charAt(end - 1) == '.') {
      end--;
    }
    return end;
  }

  private static boolean isOfDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
  }

  /**
   * A domain has a dot and ends in a word; {@code 2@3.50}, {@code react@18.2.0} and {@code
   * logo@2x.png} have none.
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

  /** Images for fine screens are named logo@2x.png. */
  private static boolean isPixelDensity(Text text, int start, int lastDot) {
    return lastDot - start <= 4
        && text.charAt(lastDot - 1) == 'x'
        && Character.isDigit(text.charAt(start));
  }
}
