package io.clickstreamlake.privacy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the text of a column means, as its attribute {@code redact} in the contract says. */
enum RedactionKind {
  /** A URL: parameters by name, all of it by its form. */
  URL,

  /** A query string without its question mark. */
  QUERY,

  /** Any other text. */
  TEXT,

  /**
   * An id, by which rows are counted and joined: with personal data in it, it becomes a keyed hash
   * as a whole, so that different ids stay different; without a key it becomes null.
   */
  ID,

  /** No text of a producer can get there. */
  NONE;

  /** The kind of this name, or null. */
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
