package io.clickstreamlake.privacy;

import java.util.BitSet;

/** Places in a text that are to be replaced. They may overlap and come in any order. */
final class Spans {

  static final String REDACTED = "[redacted]";

  /** Of each place how many spans begin there, less those that end there. */
  private final int[] changes;

  /** Places whose replacement must be a JSON string, since a number or name stood there. */
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

  /** Whether a span ends just before the place. */
  boolean endAt(int place) {
    return changes[place] < 0;
  }

  boolean isEmpty() {
    return empty;
  }

  /** The text with each run of places replaced once. */
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
