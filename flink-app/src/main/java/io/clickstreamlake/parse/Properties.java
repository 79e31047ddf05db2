package io.clickstreamlake.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The column {@code properties} of one event while it is read. What exceeds the limits is counted
 * in the entries {@code _dropped} and {@code _truncated} and marked by a flag, never cut in
 * silence.
 */
final class Properties {

  private static final int MAX_NAME_LENGTH = 512;

  private final int maxEntries;
  private final int maxLength;
  private final Map<String, String> entries = new HashMap<>();
  private int dropped;
  private int truncated;

  Properties(int maxEntries, int maxLength) {
    this.maxEntries = maxEntries;
    this.maxLength = maxLength;
  }

  /** Adds an entry; a name that is taken gets {@code #2} behind it, so that both values stay. */
  void add(String name, String value) {
    if (entries.size() >= maxEntries || name.length() > MAX_NAME_LENGTH) {
      dropped++;
      return;
    }
    String kept = value;
    if (value.length() > maxLength) {
      // Not between the halves of a surrogate pair, which UTF-8 could not hold.
      int end = Character.isHighSurrogate(value.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
      kept = value.substring(0, end);
      truncated++;
    }
    String free = name;
    for (int n = 2; entries.putIfAbsent(free, kept) != null; n++) {
      free = name + "#" + n;
    }
  }

  /** The finished column, or null if there is nothing in it. */
  Map<String, String> finish(List<String> flags) {
    if (dropped > 0) {
      entries.put("_dropped", Integer.toString(dropped));
      flags.add("properties_dropped");
    }
    if (truncated > 0) {
      entries.put("_truncated", Integer.toString(truncated));
      flags.add("properties_truncated");
    }
    return entries.isEmpty() ? null : entries;
  }
}
