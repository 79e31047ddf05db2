package io.clickstreamlake.parse.mapping;

import io.clickstreamlake.event.Utf8;

/**
 * The name of an unmapped field in properties, such as {@code context.screen.width}, with a cache
 * of the names below it. The same names come with every event, so they are joined once, and cached
 * instances compare by identity. Not thread-safe.
 */
public final class PropertyName {

  /** Maximum length of a name in properties. */
  public static final int MAX_LENGTH = 512;

  /** Names come from producers: the maximum number of cached names below one name. */
  private static final int MAX_CHILDREN = 100;

  /** Names further down are not cached. */
  private static final int MAX_LEVELS = 2;

  private static final int MAX_CACHED_FIELD_LENGTH = 64;

  private final String text;

  /** Prefix of the names below this one, or null until the first one is needed. */
  private String prefix;

  private final int levels;

  /** Cached names by field, or null if none are cached below this name. */
  private final ByFieldName<PropertyName> children;

  private PropertyName(String text, String prefix, int levels) {
    this.text = text;
    this.prefix = prefix;
    this.levels = levels;
    this.children = levels > 0 ? new ByFieldName<>() : null;
  }

  /** A name without a cache. */
  public static PropertyName of(String text) {
    return new PropertyName(text, null, 0);
  }

  /** The common prefix of an object's field names; the object itself is not a property. */
  public static PropertyName prefix(String prefix) {
    return new PropertyName(prefix, prefix, MAX_LEVELS);
  }

  public String text() {
    return text;
  }

  private String prefix() {
    if (prefix == null) {
      prefix = text + ".";
    }
    return prefix;
  }

  /**
   * Joins a prefix and a field name. A name beyond {@link #MAX_LENGTH} is truncated slightly above
   * the limit: it still counts as too long, and its size does not grow with the depth of its
   * fields.
   */
  public static String join(String prefix, String field) {
    if (prefix.length() > MAX_LENGTH) {
      return prefix;
    }
    return prefix + Utf8.cut(field, MAX_LENGTH + 2);
  }

  /** The name of an element of the array with this name. */
  public PropertyName element(int index) {
    return of(join(prefix(), Integer.toString(index)));
  }

  /** The name of a field of the object with this name. */
  public PropertyName child(String field) {
    PropertyName known = children == null ? null : children.get(field);
    if (known != null) {
      return known;
    }
    String name = join(prefix(), field);
    PropertyName child = new PropertyName(name, null, Math.max(0, levels - 1));
    if (children != null
        && children.size() < MAX_CHILDREN
        && field.length() <= MAX_CACHED_FIELD_LENGTH) {
      children.put(field, child);
    }
    return child;
  }
}
