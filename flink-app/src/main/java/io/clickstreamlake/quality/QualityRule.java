package io.clickstreamlake.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** One rule: a name, a column, what its value must be, and what follows if it is not. */
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
          "max_length");

  private final String name;
  private final ColumnValue column;
  private final boolean required;
  private final boolean rejects;

  /** What a value must be; all of them. */
  private final List<Predicate<Object>> demands = new ArrayList<>();

  private ColumnValue whenColumn;
  private Set<String> whenIn = Set.of();

  private QualityRule(String place, JsonNode rule, ValidationErrors problems) {
    rule.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                problems.add(place + "." + field + ": is none of " + sorted(FIELDS));
              }
            });
    name = rule.path("name").asText("");
    if (!name.matches("[a-z0-9_]+")) {
      problems.add(place + ".name: is missing or not made of a-z, 0-9 and _");
    }
    column = ColumnValue.of(place + ".column", rule.path("column").asText(""), problems);
    required = rule.path("required").asBoolean(false);
    String action = rule.path("action").asText("reject");
    if (!action.equals("reject") && !action.equals("flag")) {
      problems.add(place + ".action: '" + action + "' is neither reject nor flag");
    }
    rejects = action.equals("reject");
    readDemands(place, rule, problems);
    if (demands.isEmpty() && !required) {
      problems.add(
          place + ": demands nothing; add required, min, max, allowed, pattern or max_length");
    }
    readWhen(place + ".when", rule.path("when"), problems);
  }

  static QualityRule read(String place, JsonNode rule, ValidationErrors problems) {
    return new QualityRule(place, rule, problems);
  }

  String name() {
    return name;
  }

  String column() {
    return column.name();
  }

  boolean rejects() {
    return rejects;
  }

  boolean isBrokenBy(ClickEvent event) {
    if (whenColumn != null && !whenIn.contains(String.valueOf(whenColumn.in(event)))) {
      return false;
    }
    Object value = column.in(event);
    if (value == null) {
      return required;
    }
    for (Predicate<Object> demand : demands) {
      if (!demand.test(value)) {
        return true;
      }
    }
    return false;
  }

  private void readDemands(String place, JsonNode rule, ValidationErrors problems) {
    if (rule.has("min")) {
      BigDecimal min = number(place + ".min", rule.path("min"), problems);
      demands.add(value -> compare(value, min) >= 0);
    }
    if (rule.has("max")) {
      BigDecimal max = number(place + ".max", rule.path("max"), problems);
      demands.add(value -> compare(value, max) <= 0);
    }
    if (rule.has("allowed")) {
      Set<String> allowed = texts(place + ".allowed", rule.path("allowed"), problems);
      demands.add(value -> allowed.contains(value.toString()));
    }
    if (rule.has("pattern")) {
      Pattern pattern = pattern(place + ".pattern", rule.path("pattern").asText(), problems);
      demands.add(value -> pattern.matcher(value.toString()).matches());
    }
    if (rule.has("max_length")) {
      int length = rule.path("max_length").asInt(-1);
      if (length < 0) {
        problems.add(place + ".max_length: is not a number of characters");
      }
      demands.add(value -> value.toString().length() <= length);
    }
    boolean numeric = rule.has("min") || rule.has("max");
    if (numeric && !column.isNumeric()) {
      problems.add(place + ": min and max need a column of numbers");
    }
  }

  private void readWhen(String place, JsonNode when, ValidationErrors problems) {
    if (when.isMissingNode()) {
      return;
    }
    whenColumn = ColumnValue.of(place + ".column", when.path("column").asText(""), problems);
    whenIn = texts(place + ".in", when.path("in"), problems);
  }

  private static int compare(Object value, BigDecimal with) {
    return new BigDecimal(value.toString()).compareTo(with);
  }

  private static BigDecimal number(String place, JsonNode node, ValidationErrors problems) {
    try {
      return new BigDecimal(node.asText());
    } catch (NumberFormatException e) {
      problems.add(place + ": is not a number");
      return BigDecimal.ZERO;
    }
  }

  private static Pattern pattern(String place, String text, ValidationErrors problems) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      problems.add(
          place
              + ": '"
              + text
              + "' is no regular expression of RE2, which has no look-around and no back-references ("
              + e.getDescription()
              + ")");
      return Pattern.compile("");
    }
  }

  private static Set<String> texts(String place, JsonNode list, ValidationErrors problems) {
    if (!list.isArray() || list.isEmpty()) {
      problems.add(place + ": is not a list of values");
    }
    Set<String> texts = new HashSet<>();
    list.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toArray(String[]::new));
  }
}
