package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * The mapping of JSON paths to columns, read from JSON or YAML of this form:
 *
 * <pre>
 * columns:      {COLUMN: [$.path, $.other.path], …}   the first path with a value is used
 * custom_columns: [{name: …, type: …, paths: […]}]    more columns, see {@link CustomColumns}
 * event_types:  {NAME IN THE EVENT: event_type, …}
 * time:         {formats: […], zone: UTC}             see {@link TimeReader}
 * items:        {paths: [$.items], product_id: […], price: […], quantity: […]}
 * lists:        {$.path: {name: key, values: [value.string_value, …]}}
 * properties:   [$.path]                              its fields keep their own names in properties
 * defaults:     {COLUMN: {value: TEXT, when: $.path}} if only the path of when has a value
 * </pre>
 *
 * The columns are those of the event contract and the custom ones, plus {@link #INPUTS}, which only
 * enrichments read. Not thread-safe and not serializable: each subtask compiles its own.
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

  private static final Set<String> SECTIONS =
      Set.of(
          "columns",
          "custom_columns",
          "event_types",
          "time",
          "items",
          "lists",
          "properties",
          "defaults");

  private final PathNode root = new PathNode("");
  private final EventColumns columns;
  private final List<Schema.Field> required;
  private final ValueReader[] readers;
  private final boolean[] ids;
  private final ValueReader[] itemReaders;
  private final Map<String, String> eventTypes = new HashMap<>();
  private final List<DefaultValue> defaults = new ArrayList<>();

  private EventMapping(JsonNode text, ValidationErrors problems) {
    for (String section : fieldNames(text)) {
      if (!SECTIONS.contains(section)) {
        problems.add(section + ": is not one of " + sorted(SECTIONS));
      }
    }
    columns = CustomColumns.read(text.path("custom_columns"), problems);
    required =
        columns.fields().stream()
            .filter(column -> column.schema().getType() != Schema.Type.UNION)
            .collect(Collectors.toUnmodifiableList());
    readers = new ValueReader[columns.size()];
    ids = new boolean[columns.size() + INPUTS.size()];
    TimeReader timeReader = timeReader(text.path("time"), problems);
    for (Schema.Field column : columns.fields()) {
      readers[column.pos()] = ValueReader.of(column.name(), column, timeReader);
      ids[column.pos()] = ValueReader.isId(column);
    }
    itemReaders =
        Item.getClassSchema().getFields().stream()
            .map(field -> ValueReader.of(itemColumn(field.pos()), field, timeReader))
            .toArray(ValueReader[]::new);
    readColumns(text.path("columns"), problems);
    readCustomColumns(text.path("custom_columns"), problems);
    readItems(text.path("items"), problems);
    readLists(text.path("lists"), problems);
    readHidden(text.path("properties"), problems);
    readEventTypes(text.path("event_types"), problems);
    readDefaults(text.path("defaults"), problems);
    checkRequired(text, problems);
    root.nameProperties("");
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
      JsonNode tree = new YAMLMapper().readTree(text);
      if (tree == null || !tree.isObject()) {
        problems.add("is not a mapping; start with a columns: section");
      } else {
        mapping = new EventMapping(tree, problems);
      }
    } catch (JsonProcessingException e) {
      JsonLocation position = e.getLocation();
      problems.add(
          (position == null
                  ? ""
                  : "line " + position.getLineNr() + ", column " + position.getColumnNr())
              + ": "
              + e.getOriginalMessage());
    }
    ValidationErrors named = new ValidationErrors();
    problems.all().forEach(problem -> named.add("parse.mapping " + name + ", " + problem));
    named.throwIfAny();
    return mapping;
  }

  /** Root of the tree of paths. */
  public PathNode root() {
    return root;
  }

  /** The columns of the rows: those of the contract, followed by the custom ones. */
  public EventColumns columns() {
    return columns;
  }

  /** Columns that every event must have; the others are nullable. */
  public List<Schema.Field> requiredColumns() {
    return required;
  }

  public boolean isRequired(String column) {
    Schema.Field field = columns.field(column);
    return field != null && required.contains(field);
  }

  /** Number of slots: the columns, followed by the inputs. */
  public int slots() {
    return columns.size() + INPUTS.size();
  }

  /** Slot of an entry of {@link #INPUTS}. */
  public int inputSlot(int input) {
    return columns.size() + input;
  }

  /** Whether the slot takes an array as JSON text: the hops of an address, or brands. */
  public boolean takesArray(int slot) {
    return slot == inputSlot(IP_ADDRESS) || slot == inputSlot(BRANDS);
  }

  /** Name of the column or input of a slot. */
  public String slotName(int slot) {
    return slot < columns.size()
        ? columns.fields().get(slot).name()
        : INPUTS.get(slot - columns.size());
  }

  /** Reader of a column, or null if a path cannot fill it. */
  public ValueReader reader(int column) {
    return readers[column];
  }

  /** Reader of a column of order lines. */
  public ValueReader itemReader(int column) {
    return itemReaders[column];
  }

  /** Name of an order line's column in quality flags: {@code items_price}. */
  public String itemColumn(int column) {
    return "items_" + Item.getClassSchema().getFields().get(column).name();
  }

  /** Whether the contract declares the column in this slot an id. */
  public boolean isId(int slot) {
    return ids[slot];
  }

  /** Defaults, in the order of the mapping. */
  public List<DefaultValue> defaults() {
    return defaults;
  }

  /** The event type that the lake uses for a name in an event. */
  public String eventType(String name) {
    return eventTypes.getOrDefault(name, name);
  }

  private static TimeReader timeReader(JsonNode section, ValidationErrors problems) {
    checkNames("time", section, Set.of("formats", "zone"), problems);
    ZoneId zone = ZoneOffset.UTC;
    String zoneName = section.path("zone").asText("UTC");
    try {
      zone = ZoneId.of(zoneName).normalized();
    } catch (DateTimeException e) {
      problems.add(
          "time.zone: '" + zoneName + "' is not a time zone; use a name such as Europe/Berlin");
    }
    List<String> formats = new ArrayList<>();
    int i = 0;
    for (String format : strings("time.formats", section.path("formats"), problems)) {
      try {
        TimeReader.of(List.of(format), zone);
        formats.add(format);
      } catch (IllegalArgumentException e) {
        problems.add(
            "time.formats["
                + i
                + "]: '"
                + format
                + "' is neither iso8601, epoch_seconds, epoch_millis, epoch_micros, epoch_nanos nor a"
                + " pattern ("
                + e.getMessage()
                + ")");
      }
      i++;
    }
    return TimeReader.of(formats.isEmpty() ? List.of("iso8601") : formats, zone);
  }

  private void readColumns(JsonNode section, ValidationErrors problems) {
    if (!section.isObject() || section.isEmpty()) {
      problems.add("columns: is missing; it lists the paths of each column");
    }
    for (String column : fieldNames(section)) {
      int slot = slot("columns." + column, column, problems);
      if (slot != PathNode.NONE) {
        feed(slot, "columns." + column, section.path(column), problems);
      }
    }
  }

  private void readCustomColumns(JsonNode section, ValidationErrors problems) {
    for (int i = 0; i < columns.custom().size(); i++) {
      int slot = columns.custom().get(i).pos();
      feed(slot, "custom_columns[" + i + "].paths", section.path(i).path("paths"), problems);
    }
  }

  private void feed(int slot, String location, JsonNode paths, ValidationErrors problems) {
    int rank = 0;
    for (PathNode node : nodes(location, paths, problems)) {
      if (node.slot() != PathNode.NONE) {
        problems.add(location + "[" + rank + "]: $." + node.path + " already feeds another column");
      }
      node.feed(slot, rank++);
    }
  }

  /** A required column that only producers fill needs a path or a default. */
  private void checkRequired(JsonNode text, ValidationErrors problems) {
    for (Schema.Field column : required) {
      String name = column.name();
      JsonNode paths = text.path("columns").path(name);
      if (ColumnTypes.isFilledOnlyByProducers(column)
          && text.path("columns").size() > 0
          && (paths.isMissingNode() || paths.isArray() && paths.isEmpty())
          && !text.path("defaults").has(name)) {
        problems.add("columns." + name + ": is missing; without it every event is rejected");
      }
    }
  }

  private int slot(String location, String column, ValidationErrors problems) {
    if (INPUTS.contains(column)) {
      return columns.size() + INPUTS.indexOf(column);
    }
    Schema.Field field = columns.field(column);
    if (field == null) {
      problems.add(location + ": is not a column; add it to custom_columns to have it");
      return PathNode.NONE;
    }
    if (location.startsWith("columns.") && columns.custom().contains(field)) {
      problems.add(location + ": list the paths of a custom column in custom_columns");
      return PathNode.NONE;
    }
    if (!ColumnTypes.isFilledByProducers(field)) {
      problems.add(location + ": is filled by the job, not by a mapping");
      return PathNode.NONE;
    }
    if (readers[field.pos()] == null) {
      problems.add(location + ": has type " + field.schema() + ", which a path cannot fill");
      return PathNode.NONE;
    }
    return field.pos();
  }

  private void readItems(JsonNode section, ValidationErrors problems) {
    List<Schema.Field> fields = Item.getClassSchema().getFields();
    List<String> fieldNames = new ArrayList<>(List.of("paths"));
    fields.forEach(field -> fieldNames.add(field.name()));
    checkNames("items", section, Set.copyOf(fieldNames), problems);
    PathNode item = new PathNode("");
    for (Schema.Field field : fields) {
      int rank = 0;
      for (String path : strings("items." + field.name(), section.path(field.name()), problems)) {
        descend(item, path).feed(field.pos(), rank++);
      }
    }
    int rank = 0;
    for (PathNode node : nodes("items.paths", section.path("paths"), problems)) {
      node.readAsItems(item, rank++);
    }
  }

  private void readLists(JsonNode section, ValidationErrors problems) {
    for (String path : fieldNames(section)) {
      String location = "lists." + path;
      JsonNode list = section.path(path);
      checkNames(location, list, Set.of("name", "values"), problems);
      String name = list.path("name").asText("");
      List<String> values = strings(location + ".values", list.path("values"), problems);
      if (name.isEmpty() || values.isEmpty()) {
        problems.add(location + ": needs name (one path) and values (paths)");
      }
      if (!path.startsWith("$.")) {
        problems.add(location + ": is not a path; a path starts with $.");
      } else {
        descend(root, path.substring(2)).readAsPairs(new NameValueArray(name, values));
      }
    }
  }

  private void readHidden(JsonNode section, ValidationErrors problems) {
    nodes("properties", section, problems).forEach(PathNode::hideFromPropertyNames);
  }

  private void readEventTypes(JsonNode section, ValidationErrors problems) {
    for (String name : fieldNames(section)) {
      if (!section.path(name).isTextual() || section.path(name).asText().isBlank()) {
        problems.add("event_types." + name + ": is not a string");
      }
      eventTypes.put(name, section.path(name).asText());
    }
  }

  private void readDefaults(JsonNode section, ValidationErrors problems) {
    for (String column : fieldNames(section)) {
      String location = "defaults." + column;
      JsonNode entry = section.path(column);
      checkNames(location, entry, Set.of("value", "when"), problems);
      int slot = slot(location, column, problems);
      String when = entry.path("when").asText("");
      PathNode node = when.startsWith("$.") ? descend(root, when.substring(2)) : root;
      if (node.slot() == PathNode.NONE) {
        problems.add(location + ".when: '" + when + "' is not a path that feeds a column");
      }
      if (entry.path("value").asText("").isBlank()) {
        problems.add(location + ".value: is missing");
      }
      defaults.add(new DefaultValue(slot, entry.path("value").asText(), node));
    }
  }

  private List<PathNode> nodes(String location, JsonNode paths, ValidationErrors problems) {
    List<PathNode> nodes = new ArrayList<>();
    int i = 0;
    for (String path : strings(location, paths, problems)) {
      if (!path.matches("\\$(\\.[^.\\[\\]*?@$]+)+")) {
        problems.add(
            location + "[" + i + "]: '" + path + "' is not a path; write $.name or $.outer.name");
      } else {
        nodes.add(descend(root, path.substring(2)));
      }
      i++;
    }
    return nodes;
  }

  private static PathNode descend(PathNode from, String path) {
    PathNode node = from;
    for (String name : path.split("\\.", -1)) {
      node = node.addChild(name);
    }
    return node;
  }

  private static void checkNames(
      String location, JsonNode section, Set<String> known, ValidationErrors problems) {
    if (!section.isMissingNode() && !section.isObject()) {
      problems.add(location + ": is not an object with " + sorted(known));
    }
    for (String name : fieldNames(section)) {
      if (!known.contains(name)) {
        problems.add(location + "." + name + ": is not one of " + sorted(known));
      }
    }
  }

  private static List<String> strings(String location, JsonNode list, ValidationErrors problems) {
    List<String> strings = new ArrayList<>();
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(location + ": is not a list");
    }
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        problems.add(location + "[" + strings.size() + "]: is not a string");
      }
      strings.add(text.asText());
    }
    return strings;
  }

  private static List<String> fieldNames(JsonNode object) {
    List<String> fieldNames = new ArrayList<>();
    object.fieldNames().forEachRemaining(fieldNames::add);
    return fieldNames;
  }

  private static String sorted(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }
}
