package io.clickstreamlake.local.suggest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The path of a field in an event, and how a mapping writes it.
 *
 * @param root {@code $} or {@code $envelope}
 * @param names of the objects and of the field
 */
record FieldPath(String root, List<String> names) {

  static final FieldPath EVENT = new FieldPath("$", List.of());

  FieldPath {
    names = List.copyOf(names);
  }

  FieldPath child(String name) {
    List<String> longer = new ArrayList<>(names);
    longer.add(name);
    return new FieldPath(root, longer);
  }

  String name() {
    return names.isEmpty() ? root : names.get(names.size() - 1);
  }

  /** The name without marks and separators: {@code eventid} for {@code $event_id} and eventId. */
  static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  String normalName() {
    return normal(name());
  }

  /** The name with that of the object around it: {@code userid} for {@code $.user.id}. */
  String normalNameInObject() {
    return names.size() < 2 ? normalName() : normal(names.get(names.size() - 2)) + normalName();
  }

  /** The path as text of JSONPath. */
  String text() {
    return root
        + names.stream()
            .map(
                name ->
                    name.matches("[A-Za-z_][A-Za-z0-9_-]*")
                        ? "." + name
                        : "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']")
            .collect(Collectors.joining());
  }

  /** The text in YAML. */
  String yaml() {
    String text = text();
    return text.indexOf('[') < 0
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
