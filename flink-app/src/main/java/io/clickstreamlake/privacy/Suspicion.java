package io.clickstreamlake.privacy;

import io.clickstreamlake.privacy.SensitiveNames.Verdict;
import java.util.Arrays;

/**
 * A fast pre-filter that rules out personal data in a text in one pass, usually without allocation.
 * It rules it out for nearly all texts of nearly all events; {@link PersonalData} searches the
 * others. In doubt the answer is yes. Not thread-safe.
 */
final class Suspicion {

  /** Classes of characters. Most are {@link #NAME} and cost one table lookup. */
  private static final byte NAME = 0;

  private static final byte SEPARATOR = 1;
  private static final byte ALWAYS = 2;
  private static final byte CHECKED = 3;

  private static final byte[] CLASSES = new byte[128];

  static {
    for (char c = 0; c < CLASSES.length; c++) {
      boolean name = Character.isLetterOrDigit(c) || "_-$[]*".indexOf(c) >= 0;
      CLASSES[c] = name ? NAME : SEPARATOR;
    }
    for (char c : "@{\\".toCharArray()) {
      CLASSES[c] = ALWAYS;
    }
    for (char c : "=%&.:+ /$[]*".toCharArray()) {
      CLASSES[c] = CHECKED;
    }
  }

  /** Octets whose percent escapes do not make a text suspect. */
  private static final boolean[] PLAIN_OCTETS = new boolean[256];

  static {
    for (char c : " !$'()*,;<>?[]^`|~\n\r\t".toCharArray()) {
      PLAIN_OCTETS[c] = true;
    }
    for (int octet = 0x80; octet < 256; octet++) {
      PLAIN_OCTETS[octet] = true;
    }
  }

  /** Minimum length of base64 that is decoded, and of a secret in a path. */
  private static final int SECRET_LENGTH = 12;

  /** Maximum length of a text that is checked; longer texts are rare and always searched. */
  private static final int MAX_LENGTH = 64 * 1024;

  /** Minimum length of a text with personal data: {@code ip=1}. */
  private static final int MIN_LENGTH = 4;

  private static final String[] ENTITIES = {
    "#", "amp;", "quot;", "apos;", "commat;", "period;", "colon;", "equals;", "lt;", "gt;"
  };

  private final SensitiveNames names;

  /** Copy of the current text: reading an array costs half as much as reading a string. */
  private char[] chars = new char[1024];

  private int length;

  /** Cache of parameter names that are not sensitive: the same names come with every URL. */
  private final char[][] plainNames = new char[256][];

  Suspicion(SensitiveNames names) {
    this.names = names;
  }

  /**
   * Whether the text may hold personal data; false only if it cannot.
   *
   * @param verdict verdict on the name of the text
   */
  boolean mayHoldPersonalData(String text, Verdict verdict) {
    length = text.length();
    if (length < MIN_LENGTH) {
      return false;
    }
    if (length > MAX_LENGTH) {
      return true;
    }
    if (length > chars.length) {
      chars = new char[Math.max(length, 2 * chars.length)];
    }
    text.getChars(0, length, chars, 0);
    return beginsSecret(0) || isSuspect(verdict);
  }

  private boolean isSuspect(Verdict verdict) {
    char[] text = chars;
    int end = length;
    int tokenStart = 0;
    int segmentStart = 0;
    int segmentBefore = -1;
    int dots = 0;
    int colons = 0;
    for (int i = 0; i < end; i++) {
      char c = text[i];
      if (c >= 128) {
        if (Emails.isAt(c) || beginsSecret(i + 1)) {
          return true;
        }
        continue;
      }
      byte kind = CLASSES[c];
      if (kind == NAME) {
        continue;
      }
      if (kind == ALWAYS) {
        return true;
      }
      if (kind == CHECKED) {
        switch (c) {
          case '.':
            if (isDigit(i - 1) && isDigit(i + 1) && ++dots >= 3 && !verdict.versions) {
              return true;
            }
            if (beginsSecret(i + 1)) {
              return true;
            }
            continue;
          case '%':
            if (isSuspectEscape(i)
                || endsScheme(i)
                || beginsSecret(i + 1)
                || beginsAfterEscape(i + 3)) {
              return true;
            }
            continue;
          case '+':
            if (endsScheme(i) || (isDigit(i + 1) && (i == 0 || !isWord(text[i - 1])))) {
              return true;
            }
            continue;
          case '$':
          case '[':
          case ']':
          case '*':
            // Part of a name, but not of a token.
            if (beginsSecret(i + 1)) {
              return true;
            }
            continue;
          case ' ':
            if (endsScheme(i)) {
              return true;
            }
            break;
          case '/':
            if (endsWith("ozilla", i) && isLetter('m', i - 7)) {
              return true;
            }
            break;
          case '=':
            if (isSensitiveParameter(tokenStart, i)) {
              return true;
            }
            break;
          case '&':
            if (isEntity(i + 1)) {
              return true;
            }
            break;
          default:
            if (++colons >= 7 || isColonSuspect(i)) {
              return true;
            }
        }
      }
      if (PersonalData.endsSegment(c)) {
        if (segmentBefore >= 0 && isPathSecret(segmentBefore, segmentStart, i)) {
          return true;
        }
        segmentBefore = c == '/' ? segmentStart : -1;
        segmentStart = i + 1;
      }
      tokenStart = i + 1;
      dots = 0;
      if (beginsSecret(tokenStart)) {
        return true;
      }
    }
    return segmentBefore >= 0 && isPathSecret(segmentBefore, segmentStart, end);
  }

  private boolean isDigit(int at) {
    return at >= 0 && at < length && chars[at] >= '0' && chars[at] <= '9';
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '+';
  }

  /** Whether base64 of JSON could begin at the position. */
  private boolean beginsSecret(int at) {
    if (at + SECRET_LENGTH > length) {
      return false;
    }
    char second = chars[at + 1];
    switch (chars[at]) {
      case 'e':
        return second == 'y' || second == 'w';
      case 'W':
        return second == '3' || second == 'y';
      default:
        return false;
    }
  }

  /** Whether an authorization scheme, Bearer or Basic, ends at the position. */
  private boolean endsScheme(int at) {
    return endsWith("earer", at) && isLetter('b', at - 6)
        || endsWith("asic", at) && isLetter('b', at - 5);
  }

  private boolean endsWith(String word, int end) {
    return end >= word.length() && matches(word, end - word.length());
  }

  private boolean isLetter(char lowerCase, int at) {
    return at >= 0 && Character.toLowerCase(chars[at]) == lowerCase;
  }

  private boolean matches(String word, int at) {
    if (at + word.length() > length) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (chars[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a secret or phone number begins after an escape, such as that of a space. */
  private boolean beginsAfterEscape(int at) {
    return beginsSecret(at) || at < length && chars[at] == '+' && isDigit(at + 1);
  }

  private boolean isSuspectEscape(int at) {
    if (at + 2 >= length) {
      return false;
    }
    int high = Character.digit(chars[at + 1], 16);
    int low = Character.digit(chars[at + 2], 16);
    if (high < 0 || low < 0) {
      return false;
    }
    int octet = high << 4 | low;
    // U+FF20 and U+FE6B are at signs.
    return !PLAIN_OCTETS[octet]
        || (octet == 0xEF && at + 9 <= length && isEscapedAt(new String(chars, at, 9)));
  }

  private static boolean isEscapedAt(String escapes) {
    return escapes.equalsIgnoreCase("%EF%BC%A0") || escapes.equalsIgnoreCase("%EF%B9%AB");
  }

  /** Whether the name before an equals sign is sensitive, escaped, or separated by a space. */
  private boolean isSensitiveParameter(int start, int end) {
    if (start == end) {
      return end > 0 && chars[end - 1] == ' ';
    }
    if (end + 1 >= length) {
      return false;
    }
    int from = Math.max(start, end - SensitiveNames.MAX_LENGTH);
    int slot = ((end - from) * 31 + chars[from]) * 31 + chars[end - 1] & (plainNames.length - 1);
    char[] plain = plainNames[slot];
    if (plain != null && Arrays.equals(plain, 0, plain.length, chars, from, end)) {
      return false;
    }
    for (int i = from; i < end; i++) {
      if (chars[i] == '%') {
        return true;
      }
    }
    if (names.of(new String(chars, from, end - from)).sensitive) {
      return true;
    }
    plainNames[slot] = Arrays.copyOfRange(chars, from, end);
    return false;
  }

  private boolean isEntity(int at) {
    if (at < length && "#aqcpelg".indexOf(chars[at]) >= 0) {
      for (String entity : ENTITIES) {
        if (matches(entity, at)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isColonSuspect(int at) {
    if (at + 1 < length && chars[at + 1] == ':') {
      return true;
    }
    if (at < 3 || "lLsSxX".indexOf(chars[at - 1]) < 0) {
      return false;
    }
    String scheme = new String(chars, at - 3, 3);
    return scheme.equalsIgnoreCase("tel")
        || scheme.equalsIgnoreCase("sms")
        || scheme.equalsIgnoreCase("fax");
  }

  private boolean isPathSecret(int before, int start, int end) {
    return end - start >= SECRET_LENGTH
        && start - 1 > before
        && start - before <= SensitiveNames.MAX_LENGTH
        && looksRandom(start, end)
        && names.of(new String(chars, before, start - 1 - before)).sensitive;
  }

  private boolean looksRandom(int start, int end) {
    boolean digit = false;
    boolean letter = false;
    for (int i = start; i < end && !(digit && letter); i++) {
      digit |= Character.isDigit(chars[i]);
      letter |= Character.isLetter(chars[i]);
    }
    return digit && letter;
  }
}
