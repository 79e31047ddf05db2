package io.clickstreamlake.parse.mapping;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A map keyed by JSON field name. Jackson returns the same String instance for a repeated name, so
 * a small cache of recent lookups, compared by identity, avoids most string comparisons. Not
 * thread-safe.
 */
final class ByFieldName<V> {

  /** Cached lookups: a power of two, larger than the number of fields of most objects. */
  private static final int CACHE_SIZE = 32;

  /** Names come from producers: longer ones are not cached. */
  private static final int MAX_CACHED_NAME_LENGTH = 64;

  private final Map<String, V> values = new HashMap<>(4);

  private final String[] cachedNames = new String[CACHE_SIZE];
  private final Object[] cachedValues = new Object[CACHE_SIZE];

  /** Returns the value for this name, or null. */
  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  V get(String name) {
    int slot = cacheSlot(name);
    if (cachedNames[slot] == name) {
      return (V) cachedValues[slot];
    }
    V value = values.get(name);
    if (name.length() <= MAX_CACHED_NAME_LENGTH) {
      cachedNames[slot] = name;
      cachedValues[slot] = value;
    }
    return value;
  }

  void put(String name, V value) {
    values.put(name, value);
    cachedNames[cacheSlot(name)] = null;
  }

  /** Returns the value for this name and creates it if it is absent. */
  V computeIfAbsent(String name, Function<String, V> create) {
    V value = values.computeIfAbsent(name, create);
    cachedNames[cacheSlot(name)] = null;
    return value;
  }

  void forEach(BiConsumer<String, V> action) {
    values.forEach(action);
  }

  int size() {
    return values.size();
  }

  private static int cacheSlot(String name) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & (CACHE_SIZE - 1);
  }
}
