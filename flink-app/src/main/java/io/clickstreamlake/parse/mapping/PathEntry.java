package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstreamlake.config.ValidationErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One entry in the list of paths of a column: a path, or an object that also says how its text
 * becomes the value.
 *
 * <pre>
 *   $.sku
 *   {path: $.sku, trim: true, split: {by: "|", take: 0}, lower: true, upper: true,
 *    translate: {OLD: new, "(not set)": null}, prefix: shop-, placeholders: keep,
 *    number: {decimal: ",", group: ".", symbols: [€, EUR]}}
 *   {join: [$.date, $.time], with: " "}    and any of the above
 *   {value: web}                           a constant
 * </pre>
 */
final class PathEntry {

  private static final Set<String> FORMS =
      Set.of("trim", "split", "lower", "upper", "translate", "prefix", "placeholders", "number");

  /** Where the paths of a list start. */
  enum Start {
    /** At the event. Joined paths and constants are allowed. */
    EVENT,
    /** At an order line. */
    ELEMENT
  }

  private final List<JsonPath> paths;
  private final String with;
  private final String constant;
  private final ValueForm form;
  private final NumberForm numbers;
  private final boolean keepsPlaceholders;

  private PathEntry(
      List<JsonPath> paths,
      String with,
      String constant,
      ValueForm form,
      NumberForm numbers,
      boolean keepsPlaceholders) {
    this.paths = List.copyOf(paths);
    this.with = with;
    this.constant = constant;
    this.form = form;
    this.numbers = numbers;
    this.keepsPlaceholders = keepsPlaceholders;
  }

  /** An entry without any form. */
  static PathEntry of(JsonPath path) {
    return new PathEntry(List.of(path), null, null, null, null, false);
  }

  /** The paths that are read: one, several to be joined, or none for a constant. */
  List<JsonPath> paths() {
    return paths;
  }

  /** The text between joined values, or null if the entry is a single path. */
  String with() {
    return with;
  }

  /** The constant, or null. */
  String constant() {
    return constant;
  }

  ValueForm form() {
    return form;
  }

  NumberForm numbers() {
    return numbers;
  }

  boolean keepsPlaceholders() {
    return keepsPlaceholders;
  }

  /**
   * Reads a list of entries; errors with their places are added to {@code problems}, and the
   * entries that have one are left out.
   */
  static List<PathEntry> readList(
      String place, JsonNode list, Start start, ValidationErrors problems) {
    List<PathEntry> entries = new ArrayList<>();
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(
          place
              + ": is not a list"
              + (list.isTextual() && list.asText().startsWith("$")
                  ? "; write [" + list.asText() + "]"
                  : ""));
      return entries;
    }
    int i = 0;
    for (JsonNode entry : list) {
      PathEntry read = new Reader(place + "[" + i++ + "]", entry, start, problems).read();
      if (read != null) {
        entries.add(read);
        if (read.constant != null && i < list.size()) {
          problems.add(place + "[" + i + "]: can never match, because a constant precedes it");
        }
      }
    }
    return entries;
  }

  /** Reads a path; on an error, adds it to {@code problems} and returns null. */
  static JsonPath path(String place, JsonNode text, Start start, ValidationErrors problems) {
    if (!text.isTextual()) {
      problems.add(place + ": is not a path in the form of a string");
      return null;
    }
    try {
      return start == Start.EVENT
          ? JsonPathParser.absolute(text.asText())
          : JsonPathParser.relative(text.asText());
    } catch (JsonPathParser.InvalidPathException e) {
      problems.add(place + ": '" + text.asText() + "' " + e.getMessage());
      return null;
    }
  }

  /** The reader of one entry. */
  private static final class Reader {
    private final String place;
    private final JsonNode entry;
    private final Start start;
    private final ValidationErrors problems;

    Reader(String place, JsonNode entry, Start start, ValidationErrors problems) {
      this.place = place;
      this.entry = entry;
      this.start = start;
      this.problems = problems;
    }

    PathEntry read() {
      if (!entry.isObject()) {
        JsonPath path = path(place, entry, start, problems);
        return path == null ? null : of(path);
      }
      List<String> kinds = new ArrayList<>();
      entry
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (Set.of("path", "join", "value").contains(name)) {
                  kinds.add(name);
                } else if (!FORMS.contains(name) && !(name.equals("with") && entry.has("join"))) {
                  problems.add(
                      place
                          + "."
                          + name
                          + ": is not one of join, lower, number, path, placeholders, prefix, split,"
                          + " translate, trim, upper, value, with");
                }
              });
      if (kinds.size() != 1) {
        problems.add(place + ": needs either path, join or value");
        return null;
      }
      if (start == Start.ELEMENT && !kinds.contains("path")) {
        problems.add(place + "." + kinds.get(0) + ": is not supported within an element");
        return null;
      }
      if (kinds.contains("value")) {
        if (entry.size() > 1 || !entry.get("value").isValueNode() || text("value").isBlank()) {
          problems.add(place + ": a constant has the form {value: TEXT}");
          return null;
        }
        return new PathEntry(List.of(), null, text("value"), null, null, false);
      }
      List<JsonPath> paths = kinds.contains("path") ? onePath() : joined();
      if (paths.contains(null)) {
        return null;
      }
      String placeholders = text("placeholders");
      if (entry.has("placeholders") && !placeholders.equals("keep")) {
        problems.add(place + ".placeholders: '" + placeholders + "' is not keep");
      }
      return new PathEntry(
          paths,
          kinds.contains("join") ? entry.path("with").asText("") : null,
          null,
          form(),
          numbers(),
          placeholders.equals("keep"));
    }

    private List<JsonPath> onePath() {
      List<JsonPath> paths = new ArrayList<>();
      paths.add(path(place + ".path", entry.path("path"), start, problems));
      return paths;
    }

    private List<JsonPath> joined() {
      List<JsonPath> paths = new ArrayList<>();
      JsonNode list = entry.path("join");
      if (!list.isArray() || list.size() < 2) {
        problems.add(place + ".join: is not a list of two or more paths");
        paths.add(null);
      }
      for (int i = 0; i < list.size() && list.isArray(); i++) {
        paths.add(path(place + ".join[" + i + "]", list.get(i), start, problems));
      }
      return paths;
    }

    private ValueForm form() {
      boolean trim = flag("trim");
      boolean lower = flag("lower");
      boolean upper = flag("upper");
      if (lower && upper) {
        problems.add(place + ".upper: contradicts lower");
      }
      JsonNode split = entry.path("split");
      String separator = split.path("by").asText("");
      boolean takesPiece =
          split.path("take").isIntegralNumber() && split.path("take").canConvertToInt();
      if (!split.isMissingNode() && (separator.isEmpty() || !takesPiece || split.size() != 2)) {
        problems.add(place + ".split: has the form {by: \"|\", take: 0}; -1 takes the last piece");
      }
      Translations translations = new Translations();
      JsonNode translate = entry.path("translate");
      if (!translate.isMissingNode() && !translate.isObject()) {
        problems.add(place + ".translate: has the form {TEXT: new text, OTHER: null}");
      }
      translate
          .fields()
          .forEachRemaining(
              field ->
                  translations.add(
                      field.getKey(),
                      field.getValue().isNull() ? null : field.getValue().asText()));
      String prefix = text("prefix");
      boolean none =
          !trim
              && !lower
              && !upper
              && separator.isEmpty()
              && translations.isEmpty()
              && prefix.isEmpty();
      return none
          ? null
          : new ValueForm(
              trim, separator, split.path("take").asInt(), lower, upper, translations, prefix);
    }

    private NumberForm numbers() {
      JsonNode number = entry.path("number");
      if (number.isMissingNode()) {
        return null;
      }
      String decimal = number.path("decimal").asText("");
      String group = number.path("group").asText("");
      List<String> symbols = new ArrayList<>();
      number.path("symbols").forEach(symbol -> symbols.add(symbol.asText()));
      boolean valid =
          decimal.length() == 1
              && !Character.isLetterOrDigit(decimal.charAt(0))
              && !group.contains(decimal)
              && group.chars().noneMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '+')
              && symbols.stream()
                  .noneMatch(symbol -> symbol.isBlank() || symbol.matches(".*\\d.*"));
      if (!valid) {
        problems.add(
            place
                + ".number: "
                + (number.has("decimal") ? "" : "lacks decimal; it ")
                + "has the form {decimal: \",\", group: \".\", symbols: [€, EUR]}, with one"
                + " decimal separator and other characters between groups of three digits");
        return null;
      }
      return new NumberForm(decimal.charAt(0), group, symbols);
    }

    private boolean flag(String name) {
      JsonNode flag = entry.path(name);
      if (!flag.isMissingNode() && !flag.isBoolean()) {
        problems.add(place + "." + name + ": is not true or false");
      }
      return flag.asBoolean();
    }

    private String text(String name) {
      return entry.path(name).asText("");
    }
  }
}
