package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The reader of the section {@code custom_columns} of a mapping: columns that the table has besides
 * those of the contract.
 *
 * <pre>
 * custom_columns:
 *   - {name: loyalty_tier, type: string, comment: Tier of the customer, paths: [$.tier], redact: text}
 * </pre>
 *
 * {@code type} is the column's type in Athena. {@code redact} applies to strings only and defaults
 * to text: see the attribute of the same name in the contract.
 */
final class CustomColumns {

  private static final Set<String> ATTRIBUTES =
      Set.of("name", "type", "comment", "paths", "redact");
  private static final List<String> REDACTIONS = List.of("text", "id", "url", "query");

  /** Names that Glue, Athena and Parquet spell alike. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,127}");

  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}), *(\\d{1,2})\\)");

  /** Digits of a decimal that fit into the 64 bits of its Parquet column. */
  private static final int MAX_PRECISION = 18;

  /** Maximum length of a column's comment in Glue. */
  private static final int MAX_COMMENT = 255;

  private static final Set<String> PARTITION_KEYS = Set.of("year", "month", "day", "hour");

  private static final Map<String, Supplier<Schema>> TYPES = types();

  private final ValidationErrors problems;
  private final Set<String> names = new HashSet<>();

  private CustomColumns(ValidationErrors problems) {
    this.problems = problems;
  }

  /** Reads the section; errors with their places are added to {@code problems}. */
  static EventColumns read(JsonNode section, ValidationErrors problems) {
    if (!section.isMissingNode() && !section.isArray()) {
      problems.add("custom_columns: is not a list; write - {name: …, type: …, paths: […]}");
    }
    CustomColumns reader = new CustomColumns(problems);
    List<Schema.Field> columns = new ArrayList<>();
    for (int i = 0; i < section.size() && section.isArray(); i++) {
      columns.add(reader.column("custom_columns[" + i + "]", section.get(i)));
    }
    // With a problem, the columns are only needed to find the other problems.
    return problems.concern("custom_columns") ? EventColumns.CONTRACT : EventColumns.with(columns);
  }

  private Schema.Field column(String place, JsonNode entry) {
    for (Iterator<String> attributes = entry.fieldNames(); attributes.hasNext(); ) {
      String attribute = attributes.next();
      if (!ATTRIBUTES.contains(attribute)) {
        problems.add(
            place + "." + attribute + ": is not one of comment, name, paths, redact, type");
      }
    }
    String name = name(place, entry.path("name"));
    Schema type = type(place, entry.path("type"));
    String comment = comment(place, entry.path("comment"));
    Schema.Field column =
        new Schema.Field(
            name,
            Schema.createUnion(Schema.create(Schema.Type.NULL), type),
            comment,
            Schema.Field.NULL_DEFAULT_VALUE);
    column.addProp("filledBy", List.of("producer"));
    sources(place, entry.path("paths"), column);
    redact(place, entry.path("redact"), type, column);
    return column;
  }

  private String name(String place, JsonNode value) {
    String name = value.asText("");
    if (!NAME.matcher(name).matches()) {
      problems.add(
          place
              + ".name: '"
              + name
              + "' is not a column name: use up to 128 lower case letters, digits and underscores,"
              + " not starting with a digit");
    } else if (EventColumns.CONTRACT.field(name) != null) {
      problems.add(
          place
              + ".name: '"
              + name
              + "' is a column already; list its paths in columns."
              + name
              + " instead");
    } else if (EventMapping.INPUTS.contains(name)) {
      problems.add(
          place
              + ".name: '"
              + name
              + "' is an input of enrichments; privacy.fields determines whether it is kept");
    } else if (PARTITION_KEYS.contains(name)) {
      problems.add(place + ".name: '" + name + "' is a partition key; choose another name");
    } else if (!names.add(name)) {
      problems.add(place + ".name: '" + name + "' occurs twice");
    } else {
      return name;
    }
    return "invalid_" + names.size();
  }

  private Schema type(String place, JsonNode value) {
    String text = value.asText("").trim();
    Supplier<Schema> simple = TYPES.get(text);
    if (simple != null) {
      return simple.get();
    }
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = Integer.parseInt(decimal.group(2));
      if (precision >= 1 && precision <= MAX_PRECISION && scale <= precision) {
        return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
      }
    }
    problems.add(
        place
            + ".type: '"
            + text
            + "' is not one of "
            + String.join(", ", TYPES.keySet())
            + ", decimal(precision,scale) with a precision of up to "
            + MAX_PRECISION);
    return Schema.create(Schema.Type.STRING);
  }

  private String comment(String place, JsonNode value) {
    String comment = value.asText("").trim();
    if (comment.length() > MAX_COMMENT || comment.chars().anyMatch(Character::isISOControl)) {
      problems.add(place + ".comment: must be one line of up to " + MAX_COMMENT + " characters");
    }
    return comment.isEmpty() ? "Custom column of the mapping." : comment;
  }

  /** The names of its values in an event, which tell whether they are personal data. */
  private void sources(String place, JsonNode paths, Schema.Field column) {
    if (paths.isMissingNode()) {
      problems.add(place + ".paths: is missing; an empty list leaves the column without values");
    }
    // Errors of the paths are reported where they are connected to the column.
    List<String> names =
        PathEntry.readList(place, paths, PathEntry.Start.EVENT, new ValidationErrors()).stream()
            .flatMap(entry -> entry.paths().stream())
            .map(JsonPath::names)
            .collect(Collectors.toList());
    column.addProp(ColumnTypes.SOURCES, names);
  }

  private void redact(String place, JsonNode value, Schema type, Schema.Field column) {
    boolean isText = type.getType() == Schema.Type.STRING;
    String redact = value.asText("text");
    if (!REDACTIONS.contains(redact)) {
      problems.add(
          place + ".redact: '" + redact + "' is not one of " + String.join(", ", REDACTIONS));
    } else if (!isText && !value.isMissingNode()) {
      problems.add(place + ".redact: applies to type string only; remove it");
    } else if (isText) {
      column.addProp("redact", redact);
      if (redact.equals("id")) {
        column.addProp("id", true);
      }
    }
  }

  private static Map<String, Supplier<Schema>> types() {
    Map<String, Supplier<Schema>> types = new LinkedHashMap<>();
    types.put("string", CustomColumns::text);
    types.put("boolean", () -> Schema.create(Schema.Type.BOOLEAN));
    types.put("int", () -> Schema.create(Schema.Type.INT));
    types.put("bigint", () -> Schema.create(Schema.Type.LONG));
    types.put("double", () -> Schema.create(Schema.Type.DOUBLE));
    types.put(
        "timestamp",
        () -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)));
    return types;
  }

  /** Strings are Java strings, as in the generated classes. */
  private static Schema text() {
    Schema text = Schema.create(Schema.Type.STRING);
    text.addProp("avro.java.string", "String");
    return text;
  }
}
