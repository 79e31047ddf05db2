package io.clickstreamlake.parse.mapping;

import io.clickstreamlake.event.Utf8;

/**
 * The name of an unmapped field in properties, such as {@code context.screen.width}, and what is
 * known of the names below it. The same names come with every event, so they are put together once;
 * and what is one object here costs those who compare it nothing. Not thread-safe.
 */
public final class PropertyName {

  /** Maximum length of a name in properties. */
  public static final int MAX_LENGTH = 512;

  /** Names come from outside: so many are kept below one name, and none further down. */
  private static final int MOST_CHILDREN = 100;

  private static final int MOST_LEVELS = 2;
  private static final int LONGEST_FIELD = 64;

  private final String text;
  private final String prefix;
  private final int levels;

  /** Of each field below, or null where none is kept. */
  private final ByFieldName<PropertyName> children;

  private PropertyName(String text, String prefix, int levels) {
    this.text = text;
    this.prefix = prefix;
    this.levels = levels;
    this.children = levels > 0 ? new ByFieldName<>() : null;
  }

  /** A name of which nothing is kept. */
  public static PropertyName of(String text) {
    return new PropertyName(text, text + ".", 0);
  }

  /** What all names of an object's fields begin with; the object itself is no property. */
  public static PropertyName prefix(String prefix) {
    return new PropertyName(prefix, prefix, MOST_LEVELS);
  }

  public String text() {
    return text;
  }

  /**
   * The name of a field behind a prefix. One that is too long for properties is cut off a little
   * beyond their limit: it is told to be too long, and costs no more however deep its fields lie.
   */
  public static String join(String prefix, String field) {
    if (prefix.length() > MAX_LENGTH) {
      return prefix;
    }
    return prefix + Utf8.cut(field, MAX_LENGTH + 2);
  }

  /** The name of a field of the object that has this name. */
  public PropertyName child(String field) {
    PropertyName known = children == null ? null : children.get(field);
    if (known != null) {
      return known;
    }
    String name = join(prefix, field);
    PropertyName child = new PropertyName(name, name + ".", Math.max(0, levels - 1));
    if (children != null && children.size() < MOST_CHILDREN && field.length() <= LONGEST_FIELD) {
      children.put(field, child);
    }
    return child;
  }
}
