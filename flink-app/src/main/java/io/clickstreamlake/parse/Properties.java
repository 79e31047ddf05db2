package io.clickstreamlake.parse;

import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.PropertyName;
import io.clickstreamlake.parse.mapping.QualityFlags;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The column {@code properties} of one event while it is read. What exceeds the limits is counted
 * in the entries {@code _dropped} and {@code _truncated} and marked by a flag, never cut in
 * silence. These two names are the job's own: a producer's field of such a name becomes {@code
 * _dropped#2}.
 */
final class Properties {

  private static final String DROPPED = "_dropped";
  private static final String TRUNCATED = "_truncated";
  private static final Set<String> OWN_NAMES = Set.of(DROPPED, TRUNCATED);

  private final int maxEntries;
  private final int maxLength;
  private final Map<String, String> entries = new HashMap<>();

  /** For names that came more than once, the number behind the last of them. */
  private Map<String, Integer> repeats;

  private int dropped;
  private int truncated;
  private int probes;

  Properties(int maxEntries, int maxLength) {
    this.maxEntries = maxEntries;
    this.maxLength = maxLength;
  }

  /** Whether no more entries are taken; what comes is only counted. */
  boolean isFull() {
    return entries.size() >= maxEntries;
  }

  /** Counts an entry that is not taken. */
  void drop() {
    dropped++;
  }

  /**
   * Adds an entry, unless its value is blank; a name that is taken gets {@code #2} behind it, so
   * that both values stay.
   */
  void add(String name, String value) {
    if (value.isBlank()) {
      return;
    }
    if (isFull() || name.length() > PropertyName.MAX_LENGTH) {
      dropped++;
      return;
    }
    String kept = value;
    if (value.length() > maxLength) {
      kept = Utf8.cut(value, maxLength);
      truncated++;
    }
    probes++;
    if (isOwn(name) || entries.putIfAbsent(name, kept) != null) {
      addRepeated(name, kept);
    }
  }

  private static boolean isOwn(String name) {
    return !name.isEmpty() && name.charAt(0) == '_' && OWN_NAMES.contains(name);
  }

  private void addRepeated(String name, String value) {
    if (repeats == null) {
      repeats = new HashMap<>();
    }
    int n = repeats.getOrDefault(name, 1);
    do {
      n++;
      probes++;
    } while (entries.putIfAbsent(name + "#" + n, value) != null);
    repeats.put(name, n);
  }

  /** How often an entry was looked for. */
  int probes() {
    return probes;
  }

  /** The finished column, or null if there is nothing in it. */
  Map<String, String> finish(QualityFlags marks) {
    if (dropped > 0) {
      entries.put(DROPPED, Integer.toString(dropped));
      marks.add("properties_dropped");
    }
    if (truncated > 0) {
      entries.put(TRUNCATED, Integer.toString(truncated));
      marks.add("properties_truncated");
    }
    return entries.isEmpty() ? null : entries;
  }
}
