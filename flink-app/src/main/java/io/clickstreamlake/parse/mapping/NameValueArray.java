package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * An array of name and value objects, such as GA4's {@code event_params}: it is read as one object
 * with one field per element.
 */
public final class NameValueArray {

  private static final String ANY = ".*";

  /** Path of the name within an element. */
  public final String name;

  /** Paths of the value within an element; a path that ends with {@code .*} covers all below it. */
  private final List<String> values;

  private NameValueArray(String name, List<String> values) {
    this.name = name;
    this.values = List.copyOf(values);
  }

  /**
   * Creates the array from the paths within an element.
   *
   * @throws JsonPathParser.InvalidPathException if one of them has anything but names, and a
   *     wildcard at the end of a value's path
   */
  static NameValueArray of(JsonPath name, List<JsonPath> values)
      throws JsonPathParser.InvalidPathException {
    List<String> texts = new ArrayList<>();
    for (JsonPath value : values) {
      List<JsonPath.Segment> segments = value.segments();
      boolean any = segments.get(segments.size() - 1) instanceof JsonPath.Wildcard;
      long names = segments.stream().filter(segment -> segment instanceof JsonPath.Name).count();
      if (names == 0 || names != segments.size() - (any ? 1 : 0)) {
        throw new JsonPathParser.InvalidPathException(
            "'" + value + "' may have names only, and .* at its end");
      }
      texts.add(value.names() + (any ? ANY : ""));
    }
    if (!name.isPlain()) {
      throw new JsonPathParser.InvalidPathException("'" + name + "' may have names only");
    }
    return new NameValueArray(name.names(), texts);
  }

  /** Whether the path is the path of the name or of a value. */
  public boolean names(String path) {
    if (path.equals(name)) {
      return true;
    }
    for (String value : values) {
      if (covers(value, path)) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(String value, String path) {
    return value.endsWith(ANY)
        ? path.startsWith(value.substring(0, value.length() - 1))
        : path.equals(value);
  }

  /**
   * Removes the value from an element's fields, by path, and returns it; the first path with a
   * value is used. Returns null if there is none.
   */
  public String takeValue(Map<String, String> fields) {
    for (String value : values) {
      if (!value.endsWith(ANY)) {
        String text = fields.remove(value);
        if (text != null) {
          return text;
        }
        continue;
      }
      for (Iterator<Map.Entry<String, String>> entries = fields.entrySet().iterator();
          entries.hasNext(); ) {
        Map.Entry<String, String> entry = entries.next();
        if (covers(value, entry.getKey())) {
          entries.remove();
          return entry.getValue();
        }
      }
    }
    return null;
  }
}
