package io.clickstreamlake.quality;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.clickstreamlake.config.ValidationErrors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * The check that the work of a JSON Schema is bounded, whatever an event holds: no reference leaves
 * the schema or leads back to itself, patterns match in linear time, and with all references
 * replaced by what they refer to, the schema has at most {@value #MAX_SUBSCHEMAS} subschemas. Each
 * of them looks at a value of the event at most once.
 */
final class SchemaText {

  static final int MAX_SUBSCHEMAS = 10_000;

  /** Keywords that check a value by itself. */
  private static final Set<String> ASSERTIONS =
      Set.of(
          "type",
          "enum",
          "const",
          "multipleOf",
          "maximum",
          "exclusiveMaximum",
          "minimum",
          "exclusiveMinimum",
          "maxLength",
          "minLength",
          "pattern",
          "maxItems",
          "minItems",
          "maxContains",
          "minContains",
          "maxProperties",
          "minProperties",
          "required",
          "dependentRequired");

  /** Keywords without effect on the result. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$comment",
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "format",
          "contentEncoding",
          "contentMediaType");

  /** Keywords of the outermost schema only: a nested id would change what references mean. */
  private static final Set<String> OF_ROOT = Set.of("$id", "id", "self");

  /** Keywords whose value is one schema. */
  private static final Set<String> SCHEMA =
      Set.of(
          "not",
          "if",
          "then",
          "else",
          "additionalProperties",
          "propertyNames",
          "contains",
          "additionalItems");

  /** Keywords whose value is a list of schemas. */
  private static final Set<String> SCHEMAS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

  /** Keywords whose value is an object of schemas. */
  private static final Set<String> NAMED_SCHEMAS =
      Set.of("properties", "patternProperties", "dependentSchemas");

  /** Keywords that hold schemas to which others refer. */
  private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");

  private final String location;
  private final JsonNode root;
  private final ValidationErrors problems;

  /** Number of subschemas by place; 0 while it is being counted. */
  private final Map<String, Long> counts = new HashMap<>();

  private SchemaText(String location, JsonNode root, ValidationErrors problems) {
    this.location = location;
    this.root = root;
    this.problems = problems;
  }

  /**
   * Checks a schema.
   *
   * @param location of the schema, for messages
   * @param problems receives each problem with its place
   */
  static void check(String location, JsonNode schema, ValidationErrors problems) {
    SchemaText text = new SchemaText(location, schema, problems);
    long count = text.count("", schema);
    if (count > MAX_SUBSCHEMAS) {
      problems.add(
          location
              + ": has more than "
              + MAX_SUBSCHEMAS
              + " subschemas, counting what each $ref refers to; refer to large parts less often");
    }
  }

  /** Number of subschemas at this place, references included; at most one above the maximum. */
  private long count(String place, @Nullable JsonNode schema) {
    if (schema == null || schema.isMissingNode() || schema.isBoolean()) {
      return 1;
    }
    if (!schema.isObject()) {
      problem(place, "is not a schema, which is an object, true or false");
      return 1;
    }
    Long known = counts.get(place);
    if (known != null) {
      if (known == 0) {
        problem(
            place,
            "refers to itself; the work of a recursive schema would have no bound, so write the"
                + " levels out");
      }
      return Math.max(known, 1);
    }
    counts.put(place, 0L);
    long[] count = {1};
    schema
        .fields()
        .forEachRemaining(
            field -> {
              long more = count(place, field.getKey(), field.getValue());
              count[0] = Math.min(count[0] + more, MAX_SUBSCHEMAS + 1L);
            });
    counts.put(place, count[0]);
    return count[0];
  }

  private long count(String place, String keyword, JsonNode value) {
    String inner = place + "/" + escaped(keyword);
    if (keyword.equals("$ref")) {
      return reference(inner, value);
    }
    if (keyword.equals("pattern")) {
      checkPattern(inner, value.asText());
    }
    if (SCHEMA.contains(keyword) || keyword.equals("items") && !value.isArray()) {
      return count(inner, value);
    }
    if (SCHEMAS.contains(keyword) || keyword.equals("items")) {
      return elements(inner, value);
    }
    if (NAMED_SCHEMAS.contains(keyword)) {
      if (keyword.equals("patternProperties")) {
        value.fieldNames().forEachRemaining(pattern -> checkPattern(inner, pattern));
      }
      return members(inner, value);
    }
    if (keyword.equals("dependencies")) {
      return members(inner, withoutLists(value));
    }
    if (DEFINITIONS.contains(keyword)) {
      members(inner, value); // Checked, but they are no work unless something refers to them.
      return 0;
    }
    if (keyword.equals("uniqueItems") && value.asBoolean()) {
      problem(inner, "is not supported: its work grows faster than the array");
    } else if (!isKnown(keyword) && !(place.isEmpty() && OF_ROOT.contains(keyword))) {
      problem(
          inner,
          "is not a keyword that can be checked here; names of your own begin with x-. Keywords: "
              + known());
    }
    return 0;
  }

  private static boolean isKnown(String keyword) {
    return ASSERTIONS.contains(keyword)
        || ANNOTATIONS.contains(keyword)
        || keyword.equals("uniqueItems")
        || keyword.startsWith("x-");
  }

  private static String known() {
    Set<String> all = new HashSet<>(ASSERTIONS);
    all.addAll(SCHEMA);
    all.addAll(SCHEMAS);
    all.addAll(NAMED_SCHEMAS);
    all.addAll(Set.of("$ref", "$defs", "items", "format"));
    return String.join(", ", all.stream().sorted().toArray(String[]::new));
  }

  private long elements(String place, JsonNode list) {
    long count = 0;
    for (int i = 0; i < list.size(); i++) {
      count = Math.min(count + count(place + "/" + i, list.get(i)), MAX_SUBSCHEMAS + 1L);
    }
    return count;
  }

  private long members(String place, JsonNode object) {
    long[] count = {0};
    object
        .fields()
        .forEachRemaining(
            field -> {
              long more = count(place + "/" + escaped(field.getKey()), field.getValue());
              count[0] = Math.min(count[0] + more, MAX_SUBSCHEMAS + 1L);
            });
    return count[0];
  }

  /** The members of {@code dependencies} that are schemas; the others are lists of names. */
  private static JsonNode withoutLists(JsonNode dependencies) {
    ObjectNode schemas = JsonNodeFactory.instance.objectNode();
    dependencies
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isArray()) {
                schemas.set(field.getKey(), field.getValue());
              }
            });
    return schemas;
  }

  private long reference(String place, JsonNode reference) {
    String text = reference.asText();
    if (!reference.isTextual() || !(text.equals("#") || text.startsWith("#/"))) {
      problem(place, "'" + text + "' leaves the schema; refer to a part of it, as in #/$defs/NAME");
      return 1;
    }
    String pointer;
    JsonNode target;
    try {
      // A plus is a plus in a fragment.
      pointer = URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
      target = root.at(JsonPointer.compile(pointer));
    } catch (IllegalArgumentException e) {
      problem(place, "'" + text + "' is not a JSON pointer");
      return 1;
    }
    if (target.isMissingNode()) {
      problem(place, "'" + text + "' refers to nothing");
      return 1;
    }
    return count(pointer, target);
  }

  private void checkPattern(String place, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problem(
          place,
          "'"
              + pattern
              + "' is not a regular expression of RE2, which has neither look-around nor"
              + " back-references ("
              + e.getDescription()
              + ")");
    }
  }

  private void problem(String place, String message) {
    problems.add(location + "#" + place + ": " + message);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
