package io.clickstreamlake.parse;

import java.util.ArrayList;
import java.util.List;

/** What the parser marks an event with in quality_flags, each mark once. Not thread-safe. */
final class Marks {

  private final List<String> marks = new ArrayList<>();
  private boolean keepText;

  void clear() {
    marks.clear();
    keepText = false;
  }

  void add(String mark) {
    if (!marks.contains(mark)) {
      marks.add(mark);
    }
  }

  /** Marks a value that differs from its text, so that the text is to be kept beside it. */
  void addAndKeepText(String mark) {
    add(mark);
    keepText = true;
  }

  /** Whether the text is to be kept of what was read since the last call. */
  boolean takeKeepText() {
    boolean keep = keepText;
    keepText = false;
    return keep;
  }

  /** The marks for the column, or null if there is none. */
  List<String> finish() {
    return marks.isEmpty() ? null : new ArrayList<>(marks);
  }
}
