package io.clickstreamlake.parse.mapping;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Texts that stand where an id should, and are none: what a program writes for a missing value. An
 * event or visitor that has one has no id.
 */
public final class PlaceholderIds implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Blanks that {@link String#isBlank} does not know: zero-width ones, and those that bind. */
  private static final String UNSEEN = "\u00A0\u2007\u202F\u200B\u200C\u200D\u2060\uFEFF\u180E";

  private static final String ZERO = "0";
  private static final int ASCII = 128;

  private final Set<String> texts = new HashSet<>();
  private final boolean zeros;

  /** By the lower case first character, a bit for each length; nearly every id is told by these. */
  private final long[] lengths = new long[ASCII];

  /**
   * @param texts in any case of letters; 0 stands for any number of zeros, with or without hyphens
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

  /** Whether the text is no id; blanks around it do not count. */
  public boolean contains(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isUnseen(text.charAt(start))) {
      start++;
    }
    while (end > start && isUnseen(text.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return true;
    }
    char first = text.charAt(start);
    // A shift counts in 64: what is longer is looked up, and not found.
    if ((lengths[slot(first)] & 1L << end - start) != 0
        && texts.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
      return true;
    }
    return zeros && (first == '0' || first == '-') && isZeros(text, start, end);
  }

  private static int slot(char first) {
    return first < ASCII ? Character.toLowerCase(first) : 0;
  }

  private static boolean isUnseen(char c) {
    return c <= ' ' || c > 0x7F && (Character.isWhitespace(c) || UNSEEN.indexOf(c) >= 0);
  }

  /** As the nil UUID, and what counters and databases begin with. */
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
