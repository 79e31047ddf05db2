package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The mapping of JSON paths to columns, read from JSON or YAML of this form:
 *
 * <pre>
 * columns:      {COLUMN: [$.path, …], …}              the first path with a value, see {@link PathEntry}
 * custom_columns: [{name: …, type: …, paths: […]}]    more columns, see {@link CustomColumns}
 * event_types:  {NAME IN THE EVENT: event_type, …}    * in a name stands for any text
 * time:         {formats: […], zone: UTC, …}          see {@link TimeReader} and {@link EventTimes}
 * items:        {paths: [$.items], product_id: […], price: […], …}
 * lists:        {$.path: {name: key, values: [value.string_value, …]}}
 * properties:   [$.path]                              its fields keep their own names in properties
 * defaults:     {COLUMN: {value: TEXT, when: $.path}} if only the path of when has a value
 * unwrap:       [{at: $.body, decode: json}, …]       see {@link Unwrapping}
 * extends:      segment                               a mapping in the jar; see {@link #extend}
 * </pre>
 *
 * The columns are those of the event contract and the custom ones, plus {@link #INPUTS}, which only
 * enrichments read. {@link MappingReader} compiles the text. Not thread-safe and not serializable:
 * each subtask compiles its own.
 */
public final class EventMapping {

  /** Inputs that identify a person: not written, unless privacy.fields keeps them. */
  static final List<String> PERSONAL_INPUTS = List.of("ip_address", "user_agent");

  /**
   * Fields that enrichments read. Their slots follow the columns'. After the personal ones, the
   * user-agent client hints, which also stay in properties; see {@link
   * io.clickstreamlake.event.ClientHints}.
   */
  public static final List<String> INPUTS =
      List.of(
          "ip_address",
          "user_agent",
          "client_hints",
          "ua_brands",
          "ua_mobile",
          "ua_model",
          "ua_platform",
          "ua_platform_version");

  private static final int IP_ADDRESS = INPUTS.indexOf("ip_address");
  private static final int BRANDS = INPUTS.indexOf("ua_brands");

  private static final String EXTENDS = "extends";

  /** A second section or column of the same name would replace the first one. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private final MappingReader read;
  private final EventColumns columns;
  private final ValueReader[] readers;

  private EventMapping(MappingReader read) {
    this.read = read;
    this.columns = read.columns;
    this.readers = read.readers;
  }

  /**
   * Reads a mapping.
   *
   * @param name of the mapping in messages
   * @throws InvalidSettingsException with all errors and their locations
   */
  public static EventMapping parse(String name, String text) {
    ValidationErrors problems = new ValidationErrors();
    EventMapping mapping = null;
    try {
      JsonNode tree = YAML.readTree(text);
      if (tree == null || !tree.isObject()) {
        problems.add("is not a mapping; start with a columns: section");
      } else {
        tree = extend((ObjectNode) tree, problems);
        mapping = new EventMapping(new MappingReader(tree, problems));
      }
    } catch (JsonProcessingException e) {
      JsonLocation position = e.getLocation();
      problems.add(
          (position == null
                  ? ""
                  : "line " + position.getLineNr() + ", column " + position.getColumnNr())
              + ": "
              + e.getOriginalMessage()
              + (text.matches("(?s).*[\\[ ]\\$[^\"'\\n]*\\[.*")
                  ? "; put a path with brackets in quotes: \"$.a['b']\""
                  : ""));
    }
    ValidationErrors named = new ValidationErrors();
    problems.all().forEach(problem -> named.add("parse.mapping " + name + ", " + problem));
    named.throwIfAny();
    return mapping;
  }

  /**
   * Completes a mapping by the one that it extends: sections with names are merged by name, where a
   * list replaces the other list; custom columns are added; other sections replace the other's.
   */
  private static JsonNode extend(ObjectNode tree, ValidationErrors problems)
      throws JsonProcessingException {
    if (!tree.has(EXTENDS)) {
      return tree;
    }
    JsonNode base;
    try {
      String text = UnwrappingReader.shipped(EXTENDS, tree.path(EXTENDS).asText());
      base = extend((ObjectNode) YAML.readTree(text), problems);
    } catch (InvalidSettingsException e) {
      e.problems().forEach(problems::add);
      return tree;
    }
    ObjectNode extended = base.deepCopy();
    tree.fields()
        .forEachRemaining(
            section -> {
              JsonNode inherited = extended.path(section.getKey());
              if (inherited.isObject() && section.getValue().isObject()) {
                ((ObjectNode) inherited).setAll((ObjectNode) section.getValue());
              } else if (section.getKey().equals("custom_columns") && inherited.isArray()) {
                section.getValue().forEach(((ArrayNode) inherited)::add);
              } else {
                extended.set(section.getKey(), section.getValue());
              }
            });
    return extended;
  }

  /** Root of the tree of paths. */
  public PathNode root() {
    return read.root;
  }

  /** The columns of the rows: those of the contract, followed by the custom ones. */
  public EventColumns columns() {
    return columns;
  }

  /** Columns that every event must have; the others are nullable. */
  public List<Schema.Field> requiredColumns() {
    return read.required;
  }

  public boolean isRequired(String column) {
    Schema.Field field = columns.field(column);
    return field != null && read.required.contains(field);
  }

  /** Number of slots: the columns, followed by the inputs and by values that no column holds. */
  public int slots() {
    return read.slots();
  }

  /** Slot of an entry of {@link #INPUTS}. */
  public int inputSlot(int input) {
    return columns.size() + input;
  }

  /** Whether the slot takes an array as JSON text: the hops of an address, or brands. */
  public boolean takesArray(int slot) {
    return slot == inputSlot(IP_ADDRESS) || slot == inputSlot(BRANDS);
  }

  /**
   * Whether the slot holds a value that no column takes: a part of a joined value, the time of
   * sending, or the condition of a default.
   */
  public boolean isAuxiliary(int slot) {
    return slot >= columns.size() + INPUTS.size();
  }

  /** Whether a value of an auxiliary slot is also a property. */
  public boolean isProperty(int auxiliarySlot) {
    return read.isProperty(auxiliarySlot);
  }

  /** Name of the column, input or path of a slot. */
  public String slotName(int slot) {
    return read.slotName(slot);
  }

  /** Reader of a column, or null if a path cannot fill it. */
  public ValueReader reader(int column) {
    return readers[column];
  }

  /** Reader of a column of order lines. */
  public ValueReader itemReader(int column) {
    return read.itemReaders[column];
  }

  /** Name of an order line's column in quality flags: {@code items_price}. */
  public String itemColumn(int column) {
    return itemColumnName(column);
  }

  static String itemColumnName(int column) {
    return "items_" + Item.getClassSchema().getFields().get(column).name();
  }

  /** Whether the contract declares the column in this slot an id. */
  public boolean isId(int slot) {
    return slot < read.ids.length && read.ids[slot];
  }

  /** Defaults, in the order of the mapping; constants are last. */
  public List<DefaultValue> defaults() {
    return read.defaults;
  }

  /** Whether a column's path says how its numbers are written. */
  public boolean hasNumberForms() {
    return read.hasNumberForms;
  }

  /** Values that are joined from several paths. */
  public List<JoinedValue> joined() {
    return read.joined;
  }

  /** The rules for the time of an event. */
  public EventTimes times() {
    return read.times;
  }

  /** The way from a record to its events. */
  public Unwrapping unwrapping() {
    return read.unwrapping;
  }

  /** The event type that the lake uses for a name in an event. */
  public String eventType(String name) {
    return read.eventTypes.of(name);
  }
}
