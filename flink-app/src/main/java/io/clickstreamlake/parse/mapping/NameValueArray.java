package io.clickstreamlake.parse.mapping;

import java.util.List;

/**
 * An array of name and value objects, such as GA4's {@code event_params}: it is read as one object
 * with one field per element.
 */
public final class NameValueArray {

  /** Path of the name within an element. */
  public final String name;

  /** Paths of the value within an element; the first one present is used. */
  public final List<String> values;

  NameValueArray(String name, List<String> values) {
    this.name = name;
    this.values = List.copyOf(values);
  }

  /** Whether the path is the path of the name or of a value. */
  public boolean names(String path) {
    return path.equals(name) || values.contains(path);
  }
}
