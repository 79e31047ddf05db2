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
    return normal(telling().get(telling().size() - 1));
  }

  /** The names without that of a time's wrapper in MongoDB. */
  private List<String> telling() {
    if (names.isEmpty()) {
      return List.of(root);
    }
    boolean wrapped = names.size() > 1 && name().equals("$date");
    return wrapped ? names.subList(0, names.size() - 1) : names;
  }

  /** The names of the objects around the field, from the outermost, without marks. */
  List<String> objects() {
    List<String> telling = telling();
    return telling.subList(0, telling.size() - 1).stream().map(FieldPath::normal).toList();
  }

  int depth() {
    return telling().size();
  }

  /** The name with that of the object around it: {@code userid} for {@code $.user.id}. */
  String normalNameInObject() {
    List<String> objects = objects();
    return objects.isEmpty() ? normalName() : objects.get(objects.size() - 1) + normalName();
  }

  /** The path as text of JSONPath. */
  String text() {
    return root
        + names.stream()
            .map(
                name ->
                    name.matches("[A-Za-z_][A-Za-z0-9_-]*")
                        ? "." + name
                        : "['" + escaped(name.replace("\\", "\\\\").replace("'", "\\'")) + "']")
            .collect(Collectors.joining());
  }

  private static String escaped(String name) {
    StringBuilder escaped = new StringBuilder();
    for (char c : name.toCharArray()) {
      escaped.append(Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : c);
    }
    return escaped.toString();
  }

  /** The text in YAML. */
  String yaml() {
    String text = text();
    return text.indexOf('[') < 0
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
