package io.clickstreamlake.parse.mapping;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A map by the names of JSON fields. Jackson gives the same string object for the same name again
 * and again, so what was found for the last object with its hash is found without comparing texts.
 * Not thread-safe.
 */
final class ByFieldName<V> {

  /** A power of two, and more than most objects have fields. */
  private static final int REMEMBERED = 32;

  /** Names come from outside: longer ones are not held. */
  private static final int LONGEST_REMEMBERED = 64;

  private final Map<String, V> values = new HashMap<>(4);

  private final String[] lastNames = new String[REMEMBERED];
  private final Object[] lastValues = new Object[REMEMBERED];

  /** What has this name, or null. */
  @SuppressWarnings({"unchecked", "ReferenceEquality"})
  V get(String name) {
    int place = place(name);
    if (lastNames[place] == name) {
      return (V) lastValues[place];
    }
    V value = values.get(name);
    if (name.length() <= LONGEST_REMEMBERED) {
      lastNames[place] = name;
      lastValues[place] = value;
    }
    return value;
  }

  void put(String name, V value) {
    values.put(name, value);
    lastNames[place(name)] = null;
  }

  /** What has this name, which is made if need be. */
  V computeIfAbsent(String name, Function<String, V> make) {
    V value = values.computeIfAbsent(name, make);
    lastNames[place(name)] = null;
    return value;
  }

  void forEach(BiConsumer<String, V> action) {
    values.forEach(action);
  }

  int size() {
    return values.size();
  }

  private static int place(String name) {
    int hash = name.hashCode();
    return (hash ^ hash >>> 16) & (REMEMBERED - 1);
  }
}
