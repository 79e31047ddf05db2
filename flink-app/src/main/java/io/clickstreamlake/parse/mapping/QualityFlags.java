package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.List;

/** What the parser marks an event with in quality_flags, each mark once. Not thread-safe. */
public final class QualityFlags {

  private final List<String> marks = new ArrayList<>();
  private boolean keepText;

  public void clear() {
    marks.clear();
    keepText = false;
  }

  public void add(String mark) {
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
  public boolean takeKeepText() {
    boolean keep = keepText;
    keepText = false;
    return keep;
  }

  /** The marks for the column, or null if there is none. */
  public List<String> finish() {
    return marks.isEmpty() ? null : new ArrayList<>(marks);
  }
}
