package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The arrays of names and values in the samples, as the section {@code lists}. */
final class NameValueLists {

  private final Map<String, String> lists = new TreeMap<>();

  /** Whether a value is an array of objects that each have a name and a value. */
  static boolean isOne(JsonNode array) {
    JsonNode first = array.path(0);
    return array.isArray() && first.has("value") && first.path(name(first)).isTextual();
  }

  private static String name(JsonNode element) {
    return element.has("key") ? "key" : "name";
  }

  /**
   * @param values receives each value, with the path that it has in the mapping
   */
  void add(FieldPath path, JsonNode array, BiConsumer<FieldPath, JsonNode> values) {
    String name = name(array.path(0));
    boolean nested = array.path(0).path("value").isObject();
    lists.put(
        path.yaml(), "{name: " + name + ", values: [" + (nested ? "value.*" : "value") + "]}");
    for (JsonNode element : array) {
      JsonNode value = element.path("value");
      for (JsonNode one : nested ? value : List.of(value)) {
        if (one.isValueNode() && !one.isNull() && !one.isMissingNode()) {
          values.accept(path.child(element.path(name).asText()), one);
        }
      }
    }
  }

  /** The lines of the section. */
  List<String> yaml() {
    List<String> lines = new ArrayList<>();
    if (!lists.isEmpty()) {
      lines.add("lists:");
      lists.forEach((path, list) -> lines.add("  " + path + ": " + list));
    }
    return lines;
  }
}
