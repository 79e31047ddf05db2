package io.clickstreamlake.quality;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.annotation.Nullable;

/**
 * One rule: a name, a column and the conditions on its value, or a JSON Schema of the event; and
 * the action if they are not met.
 */
final class QualityRule {

  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "column",
          "action",
          "when",
          "required",
          "min",
          "max",
          "allowed",
          "pattern",
          "max_length",
          "json_schema",
          "at");

  /** Fields of a rule on a column. */
  private static final Set<String> OF_COLUMNS =
      Set.of("column", "min", "max", "allowed", "pattern", "max_length");

  private final String name;

  /** Null for a rule with a schema. */
  @Nullable private final ColumnValue column;

  /** Null for a rule on a column. */
  @Nullable private final EventSchema schema;

  private final boolean required;
  private final boolean rejects;

  /** The conditions; a value must meet all of them. */
  private final List<Predicate<Object>> conditions = new ArrayList<>();

  private ColumnValue whenColumn;
  private Set<String> whenIn = Set.of();

  private QualityRule(
      String location, JsonNode rule, EventColumns columns, ValidationErrors problems) {
    rule.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                problems.add(location + "." + field + ": is not one of " + sorted(FIELDS));
              }
            });
    name = rule.path("name").asText("");
    if (!name.matches("[a-z0-9_]+")) {
      problems.add(location + ".name: is missing or contains characters other than a-z, 0-9 and _");
    }
    if (rule.has("json_schema")) {
      column = null;
      schema = readSchema(location, rule, problems);
    } else {
      column =
          ColumnValue.of(location + ".column", rule.path("column").asText(""), columns, problems);
      schema = null;
      if (rule.has("at")) {
        problems.add(location + ".at: needs json_schema");
      }
    }
    required = rule.path("required").asBoolean(false);
    String action = rule.path("action").asText("reject");
    if (!action.equals("reject") && !action.equals("flag")) {
      problems.add(location + ".action: '" + action + "' is neither reject nor flag");
    }
    rejects = action.equals("reject");
    if (column != null) {
      readConditions(location, rule, column, problems);
      if (conditions.isEmpty() && !required) {
        problems.add(
            location
                + ": checks nothing; add required, min, max, allowed, pattern or max_length, or"
                + " json_schema instead of a column");
      }
    }
    readWhen(location + ".when", rule.path("when"), columns, problems);
  }

  static QualityRule read(
      String location, JsonNode rule, EventColumns columns, ValidationErrors problems) {
    return new QualityRule(location, rule, columns, problems);
  }

  String name() {
    return name;
  }

  /** The column that the rule is about; null for a rule with a schema. */
  @Nullable
  String column() {
    return column == null ? null : column.name();
  }

  boolean rejects() {
    return rejects;
  }

  /**
   * Returns where the event violates the rule, or null if it does not: {@code on price}. The text
   * holds no value of the event.
   *
   * @param json the event's JSON, for a schema
   */
  @Nullable
  String violation(ParsedEvent parsed, EventJson json) {
    ClickEvent event = parsed.event;
    if (whenColumn != null && !whenIn.contains(String.valueOf(whenColumn.in(event)))) {
      return null;
    }
    if (schema != null) {
      return schema.violation(parsed, json, required);
    }
    return isMet(column.in(event)) ? null : "on " + column.name();
  }

  private boolean isMet(@Nullable Object value) {
    if (value == null) {
      return !required;
    }
    for (Predicate<Object> condition : conditions) {
      if (!condition.test(value)) {
        return false;
      }
    }
    return true;
  }

  private static EventSchema readSchema(String location, JsonNode rule, ValidationErrors problems) {
    for (String field : OF_COLUMNS) {
      if (rule.has(field)) {
        problems.add(location + "." + field + ": does not go with json_schema; write two rules");
      }
    }
    String at = rule.path("at").asText("");
    JsonPointer part = JsonPointer.empty();
    try {
      part = JsonPointer.compile(at);
    } catch (IllegalArgumentException e) {
      problems.add(
          location
              + ".at: '"
              + at
              + "' is not a JSON pointer; write /NAME or /OUTER/NAME, or leave it out for the whole"
              + " event");
    }
    return EventSchema.read(location + ".json_schema", rule.path("json_schema"), part, problems);
  }

  private void readConditions(
      String location, JsonNode rule, ColumnValue column, ValidationErrors problems) {
    if (rule.has("min")) {
      BigDecimal min = number(location + ".min", rule.path("min"), problems);
      conditions.add(value -> compare(value, min) >= 0);
    }
    if (rule.has("max")) {
      BigDecimal max = number(location + ".max", rule.path("max"), problems);
      conditions.add(value -> compare(value, max) <= 0);
    }
    if (rule.has("allowed")) {
      Set<String> allowed = strings(location + ".allowed", rule.path("allowed"), problems);
      conditions.add(value -> allowed.contains(value.toString()));
    }
    if (rule.has("pattern")) {
      Pattern pattern = pattern(location + ".pattern", rule.path("pattern").asText(), problems);
      conditions.add(value -> pattern.matcher(value.toString()).matches());
    }
    if (rule.has("max_length")) {
      int length = rule.path("max_length").asInt(-1);
      if (length < 0) {
        problems.add(location + ".max_length: is not a number of characters");
      }
      conditions.add(value -> value.toString().length() <= length);
    }
    boolean numeric = rule.has("min") || rule.has("max");
    if (numeric && !column.isNumeric()) {
      problems.add(location + ": min and max need a numeric column");
    }
  }

  private void readWhen(
      String location, JsonNode when, EventColumns columns, ValidationErrors problems) {
    if (when.isMissingNode()) {
      return;
    }
    whenColumn =
        ColumnValue.of(location + ".column", when.path("column").asText(""), columns, problems);
    whenIn = strings(location + ".in", when.path("in"), problems);
  }

  private static int compare(Object value, BigDecimal with) {
    return new BigDecimal(value.toString()).compareTo(with);
  }

  private static BigDecimal number(String location, JsonNode node, ValidationErrors problems) {
    try {
      return new BigDecimal(node.asText());
    } catch (NumberFormatException e) {
      problems.add(location + ": is not a number");
      return BigDecimal.ZERO;
    }
  }

  private static Pattern pattern(String location, String text, ValidationErrors problems) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      problems.add(
          location
              + ": '"
              + text
              + "' is not a regular expression of RE2, which has neither look-around nor"
              + " back-references ("
              + e.getDescription()
              + ")");
      return Pattern.compile("");
    }
  }

  private static Set<String> strings(String location, JsonNode list, ValidationErrors problems) {
    if (!list.isArray() || list.isEmpty()) {
      problems.add(location + ": is not a list of values");
    }
    Set<String> strings = new HashSet<>();
    list.forEach(node -> strings.add(node.asText()));
    return strings;
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toArray(String[]::new));
  }
}
