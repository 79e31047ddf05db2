package io.clickstreamlake.privacy;

/**
 * Finder of phone numbers in international format: a plus and 8 to 15 digits (ITU-T E.164), which
 * spaces (a plus in form data), hyphens and parentheses may separate. It also finds numbers after
 * {@code tel:}, {@code sms:} or {@code fax:}. A national number looks like any other number, so it
 * is redacted only under a sensitive name.
 */
final class PhoneNumbers {

  private static final int MIN_DIGITS = 8;
  private static final int MIN_DIGITS_AFTER_SCHEME = 5;
  private static final int MAX_DIGITS = 15;

  private PhoneNumbers() {}

  static void find(Text text, int from, int to, Spans found) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '+' && (i == from || !isWord(text.charAt(i - 1)))) {
        i = number(text, i + 1, to, i, MIN_DIGITS, found);
      } else if (c == ':' && isScheme(text, from, i)) {
        int start = i + 1 < to && text.charAt(i + 1) == ' ' ? i + 2 : i + 1;
        int plus = start < to && text.charAt(start) == '+' ? start + 1 : start;
        i = number(text, plus, to, start, MIN_DIGITS_AFTER_SCHEME, found);
      }
    }
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '+';
  }

  private static boolean isScheme(Text text, int from, int colon) {
    int start = colon - 3;
    if (start < from || (start > from && Character.isLetter(text.charAt(start - 1)))) {
      return false;
    }
    String scheme = text.subSequence(start, colon).toLowerCase(java.util.Locale.ROOT);
    return scheme.equals("tel") || scheme.equals("sms") || scheme.equals("fax");
  }

  /** Marks a number; returns the last position that was searched. */
  private static int number(Text text, int from, int to, int start, int minDigits, Spans found) {
    int digits = 0;
    int end = from;
    int i = from;
    int gap = 0;
    while (i < to && gap < 3) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
        gap = 0;
        end = i + 1;
      } else if (digits > 0 && " -()+\u00A0".indexOf(c) >= 0) {
        gap++;
      } else {
        break;
      }
      i++;
    }
    boolean standalone = end == to || !Character.isLetter(text.charAt(end));
    if (standalone && digits >= minDigits && digits <= MAX_DIGITS) {
      found.add(text.origin(start), text.origin(end));
    }
    return Math.max(from, end) - 1;
  }
}
