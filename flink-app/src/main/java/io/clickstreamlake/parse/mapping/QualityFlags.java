package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.List;

/** The flags that the parser sets in quality_flags of one event, each once. Not thread-safe. */
public final class QualityFlags {

  private final List<String> flags = new ArrayList<>();
  private boolean keepText;

  public void clear() {
    flags.clear();
    keepText = false;
  }

  public void add(String flag) {
    if (!flags.contains(flag)) {
      flags.add(flag);
    }
  }

  /** Adds a flag for a value that differs from its text, and requests that the text be kept too. */
  void addAndKeepText(String flag) {
    add(flag);
    keepText = true;
  }

  /** Whether the text of a value read since the last call must be kept. Resets the request. */
  public boolean takeKeepText() {
    boolean keep = keepText;
    keepText = false;
    return keep;
  }

  /** The value of the column, or null if there are no flags. */
  public List<String> finish() {
    return flags.isEmpty() ? null : new ArrayList<>(flags);
  }
}
