package io.clickstreamlake.parse.mapping;

import java.util.List;

/**
 * An array of name and value objects, such as GA4's {@code event_params}: read as if it were one
 * object with a field for each element.
 */
public final class NameValueArray {

  /** Path of the name within an element. */
  public final String name;

  /** Paths of the value within an element; the first one present counts. */
  public final List<String> values;

  NameValueArray(String name, List<String> values) {
    this.name = name;
    this.values = List.copyOf(values);
  }

  /** Whether the path is that of the name or of a value. */
  public boolean names(String path) {
    return path.equals(name) || values.contains(path);
  }
}
