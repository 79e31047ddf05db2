package io.clickstreamlake.parse.mapping;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Placeholders that programs write for a missing id, such as {@code undefined}. An event or visitor
 * with such a value has no id. Immutable.
 */
public final class PlaceholderIds implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Blanks that {@link String#isBlank} does not cover: zero-width and no-break spaces. */
  private static final String INVISIBLE = "\u00A0\u2007\u202F\u200B\u200C\u200D\u2060\uFEFF\u180E";

  private static final String ZERO = "0";
  private static final int ASCII = 128;

  private final Set<String> texts = new HashSet<>();
  private final boolean zeros;

  /**
   * One bit per length, by lower-case first character; most ids are ruled out by these bits alone.
   */
  private final long[] lengths = new long[ASCII];

  /**
   * @param texts placeholders, case-insensitive; 0 matches any number of zeros, with or without
   *     hyphens
   */
  PlaceholderIds(Collection<String> texts) {
    for (String text : texts) {
      String stripped = text.strip().toLowerCase(Locale.ROOT);
      this.texts.add(stripped);
      if (!stripped.isEmpty()) {
        lengths[slot(stripped.charAt(0))] |= 1L << stripped.length();
      }
    }
    this.zeros = this.texts.contains(ZERO);
  }

  /** Whether the text is blank or a placeholder. Leading and trailing blanks are ignored. */
  public boolean contains(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isInvisible(text.charAt(start))) {
      start++;
    }
    while (end > start && isInvisible(text.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return true;
    }
    char first = text.charAt(start);
    // A shift is modulo 64: a longer text may pass this test, but the set does not contain it.
    if ((lengths[slot(first)] & 1L << end - start) != 0
        && texts.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
      return true;
    }
    return zeros && (first == '0' || first == '-') && isZeros(text, start, end);
  }

  private static int slot(char first) {
    return first < ASCII ? Character.toLowerCase(first) : 0;
  }

  private static boolean isInvisible(char c) {
    return c <= ' ' || c > 0x7F && (Character.isWhitespace(c) || INVISIBLE.indexOf(c) >= 0);
  }

  /** Whether the text is all zeros and hyphens: the nil UUID, or a counter's initial value. */
  private static boolean isZeros(String text, int start, int end) {
    boolean zero = false;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c != '0' && c != '-') {
        return false;
      }
      zero |= c == '0';
    }
    return zero;
  }
}
