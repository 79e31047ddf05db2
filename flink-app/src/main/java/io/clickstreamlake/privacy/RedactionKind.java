package io.clickstreamlake.privacy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The meaning of a column's text, from the attribute {@code redact} in the contract. */
enum RedactionKind {
  /** A URL: parameters are redacted by name, all parts by their format. */
  URL,

  /** A query string without its question mark. */
  QUERY,

  /** Any other text. */
  TEXT,

  /**
   * An id, by which rows are counted and joined. If it holds personal data, the whole id becomes a
   * keyed hash, so that different ids stay different; without a key it becomes null.
   */
  ID,

  /** A text that a producer cannot set. */
  NONE;

  /** The kind with this name, or null. */
  static RedactionKind of(String name) {
    for (RedactionKind kind : values()) {
      if (kind.text().equals(name)) {
        return kind;
      }
    }
    return null;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String all() {
    return Arrays.stream(values()).map(RedactionKind::text).collect(Collectors.joining(", "));
  }
}
