package io.clickstreamlake.privacy;

import java.util.BitSet;

/** The ranges of a text to replace. They may overlap and be added in any order. */
final class Spans {

  static final String REDACTED = "[redacted]";

  /** Per position: the number of spans that begin there minus those that end there. */
  private final int[] changes;

  /** Starts of spans whose replacement must be a JSON string because they hold a number or name. */
  private BitSet quoted;

  private boolean empty = true;

  Spans(int length) {
    this.changes = new int[length + 1];
  }

  void add(int start, int end) {
    if (start < end) {
      changes[start]++;
      changes[end]--;
      empty = false;
    }
  }

  void addQuoted(int start, int end, boolean quotes) {
    add(start, end);
    if (quotes) {
      if (quoted == null) {
        quoted = new BitSet();
      }
      quoted.set(start);
    }
  }

  /** Whether a span ends at the position (exclusive). */
  boolean endAt(int position) {
    return changes[position] < 0;
  }

  boolean isEmpty() {
    return empty;
  }

  /** The text, with each run of overlapping or adjacent spans replaced once. */
  String redact(String text) {
    StringBuilder redacted = new StringBuilder(text.length());
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      int before = depth;
      depth += changes[i];
      if (depth == 0) {
        redacted.append(text.charAt(i));
      } else if (before == 0) {
        boolean quotes = quoted != null && quoted.get(i);
        redacted.append(quotes ? '"' + REDACTED + '"' : REDACTED);
      }
    }
    return redacted.toString();
  }
}
