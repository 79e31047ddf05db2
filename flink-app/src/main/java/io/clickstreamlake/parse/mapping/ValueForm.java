package io.clickstreamlake.parse.mapping;

import java.util.Locale;

/**
 * What the mapping does with the text at a path before a column takes it, in this order: trim,
 * split, change of case, translation, prefix. Immutable.
 */
final class ValueForm {

  private final boolean trim;
  private final String separator;
  private final int take;
  private final boolean lower;
  private final boolean upper;
  private final Translations translations;
  private final String prefix;

  /**
   * @param separator where to split, or empty
   * @param take which piece to use; a negative index counts from the end
   * @param translations new texts by text; null makes the value absent
   */
  ValueForm(
      boolean trim,
      String separator,
      int take,
      boolean lower,
      boolean upper,
      Translations translations,
      String prefix) {
    this.trim = trim;
    this.separator = separator;
    this.take = take;
    this.lower = lower;
    this.upper = upper;
    this.translations = translations;
    this.prefix = prefix;
  }

  /**
   * Returns the value. It is empty if the mapping makes the text absent, and null if the text does
   * not have the piece that the mapping takes.
   */
  String apply(String text) {
    String value = trim ? text.strip() : text;
    if (!separator.isEmpty()) {
      value = piece(value);
      if (value == null) {
        return null;
      }
      value = trim ? value.strip() : value;
    }
    if (lower || upper) {
      value = lower ? value.toLowerCase(Locale.ROOT) : value.toUpperCase(Locale.ROOT);
    }
    value = translations.of(value);
    if (value == null) {
      return "";
    }
    return prefix.isEmpty() || value.isBlank() ? value : prefix + value;
  }

  private String piece(String text) {
    if (take >= 0) {
      int start = 0;
      for (int skipped = 0; skipped < take; skipped++) {
        int next = text.indexOf(separator, start);
        if (next < 0) {
          return null;
        }
        start = next + separator.length();
      }
      int end = text.indexOf(separator, start);
      return text.substring(start, end < 0 ? text.length() : end);
    }
    int end = text.length();
    for (int skipped = -1; skipped > take; skipped--) {
      end = text.lastIndexOf(separator, end - separator.length());
      if (end < 0) {
        return null;
      }
    }
    int start =
        end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
    return text.substring(start < 0 ? 0 : start + separator.length(), end);
  }
}
