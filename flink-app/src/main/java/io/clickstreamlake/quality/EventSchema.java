package io.clickstreamlake.quality;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * A JSON Schema that a part of the producer's JSON must satisfy. Drafts 4, 6, 7, 2019-09 and
 * 2020-12; the latter without {@code $schema}. {@code format} is an annotation, as in 2020-12.
 *
 * <p>The work per event is bounded: see {@link SchemaText} for the schema, and {@link EventJson}
 * for the event. Nothing is loaded from the network.
 */
final class EventSchema {

  private static final String SCHEMA = "$schema";

  @Nullable private final JsonSchema schema;
  private final JsonPointer part;

  private EventSchema(@Nullable JsonSchema schema, JsonPointer part) {
    this.schema = schema;
    this.part = part;
  }

  /**
   * Reads a schema.
   *
   * @param location of the schema, for messages
   * @param part JSON pointer of the part of the event
   * @param problems receives each problem with its place
   */
  static EventSchema read(
      String location, JsonNode text, JsonPointer part, ValidationErrors problems) {
    if (!text.isObject()) {
      problems.add(location + ": is not a JSON Schema, which is an object");
      return new EventSchema(null, part);
    }
    VersionFlag version = version(text.path(SCHEMA).asText(VersionFlag.V202012.getId()));
    if (version == null) {
      problems.add(
          location
              + "#/$schema: is not known; use one of "
              + Arrays.stream(VersionFlag.values())
                  .map(VersionFlag::getId)
                  .collect(Collectors.joining(", ")));
      return new EventSchema(null, part);
    }
    ValidationErrors own = new ValidationErrors();
    checkForm(location, text, version, own);
    if (own.isEmpty()) {
      SchemaText.check(location, text, own);
    }
    JsonSchema schema = own.isEmpty() ? compile(location, text, version, own) : null;
    own.all().forEach(problems::add);
    return new EventSchema(schema, part);
  }

  @Nullable
  private static VersionFlag version(String id) {
    String wanted = id.replaceFirst("#$", "").replaceFirst("^https?:", "");
    return Arrays.stream(VersionFlag.values())
        .filter(
            each -> each.getId().replaceFirst("#$", "").replaceFirst("^https?:", "").equals(wanted))
        .findFirst()
        .orElse(null);
  }

  /** Checks the schema with the schema of its draft. */
  private static void checkForm(
      String location, JsonNode text, VersionFlag version, ValidationErrors problems) {
    JsonSchema draft =
        JsonSchemaFactory.getInstance(version)
            .getSchema(
                SchemaLocation.of(version.getId()),
                SchemaValidatorsConfig.builder().locale(Locale.ENGLISH).build());
    for (ValidationMessage message : draft.validate(text)) {
      problems.add(location + "#" + message.getInstanceLocation() + ": " + message.getError());
    }
  }

  @Nullable
  private static JsonSchema compile(
      String location, JsonNode text, VersionFlag version, ValidationErrors problems) {
    ObjectNode schema = text.deepCopy();
    schema.remove(Arrays.asList(SCHEMA, "$id", "id", "self"));
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .failFast(true)
            .formatAssertionsEnabled(false)
            .regularExpressionFactory(
                regex -> {
                  Pattern pattern = Pattern.compile(regex);
                  return value -> pattern.matcher(value).find();
                })
            .build();
    try {
      JsonSchema compiled =
          JsonSchemaFactory.getInstance(
                  version,
                  factory ->
                      factory.schemaLoaders(
                          loaders -> loaders.add(DisallowSchemaLoader.getInstance())))
              .getSchema(schema, config);
      compiled.initializeValidators();
      return compiled;
    } catch (JsonSchemaException e) {
      problems.add(location + ": cannot be read (" + e.getMessage() + ")");
      return null;
    }
  }

  /**
   * Returns where the event violates the schema, or null if it does not. The place consists of
   * names in the schema: it holds no value of the event.
   *
   * @param required whether an event without the part violates it
   */
  @Nullable
  String violation(ParsedEvent event, EventJson json, boolean required) {
    JsonNode tree = json.of(event);
    if (tree == null) {
      return "on an event that is too large for it";
    }
    JsonNode value = tree.at(part);
    if (value.isMissingNode() || value.isNull() && part.length() > 0) {
      return required ? "at " + part + ", which is absent" : null;
    }
    Set<ValidationMessage> messages;
    try {
      messages = schema.validate(value);
    } catch (ArithmeticException | NumberFormatException e) {
      // Such as a multipleOf of 1e999.
      return "on a number that is too large for it";
    }
    if (messages.isEmpty()) {
      return null;
    }
    ValidationMessage first = messages.iterator().next();
    String place = "at #" + first.getSchemaLocation().getFragment();
    return first.getType().equals("required") && first.getProperty() != null
        ? place + ", " + first.getProperty()
        : place;
  }
}
