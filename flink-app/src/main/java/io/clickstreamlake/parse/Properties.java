package io.clickstreamlake.parse;

import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.PropertyName;
import io.clickstreamlake.parse.mapping.QualityFlags;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The column {@code properties} of one event while it is read. Entries beyond the limits are
 * counted in the entries {@code _dropped} and {@code _truncated} and flagged; nothing is lost
 * silently. These two names are reserved: a producer's field with such a name becomes {@code
 * _dropped#2}.
 */
final class Properties {

  private static final String DROPPED = "_dropped";
  private static final String TRUNCATED = "_truncated";
  private static final Set<String> RESERVED_NAMES = Set.of(DROPPED, TRUNCATED);

  private final int maxEntries;
  private final int maxLength;
  private final Map<String, String> entries = new HashMap<>();

  /** For repeated names, the last number used as a suffix. */
  private Map<String, Integer> repeats;

  private int dropped;
  private int truncated;
  private int probes;

  Properties(int maxEntries, int maxLength) {
    this.maxEntries = maxEntries;
    this.maxLength = maxLength;
  }

  /** Whether the maximum number of entries is reached; further ones are only counted. */
  boolean isFull() {
    return entries.size() >= maxEntries;
  }

  /** Counts a dropped entry. */
  void drop() {
    dropped++;
  }

  /**
   * Adds an entry unless its value is blank. A name that is already taken gets the suffix {@code
   * #2}, so that both values are kept.
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
    if (isReserved(name) || entries.putIfAbsent(name, kept) != null) {
      addRepeated(name, kept);
    }
  }

  private static boolean isReserved(String name) {
    return !name.isEmpty() && name.charAt(0) == '_' && RESERVED_NAMES.contains(name);
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

  /** Number of lookups in the entries. */
  int probes() {
    return probes;
  }

  /** Returns the finished column, or null if it is empty. */
  Map<String, String> finish(QualityFlags flags) {
    if (dropped > 0) {
      entries.put(DROPPED, Integer.toString(dropped));
      flags.add("properties_dropped");
    }
    if (truncated > 0) {
      entries.put(TRUNCATED, Integer.toString(truncated));
      flags.add("properties_truncated");
    }
    return entries.isEmpty() ? null : entries;
  }
}
