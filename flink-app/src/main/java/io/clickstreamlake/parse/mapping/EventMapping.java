package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ColumnTypes;
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
 * Which JSON paths feed which columns. Read from a JSON or YAML text of this form:
 *
 * <pre>
 * columns:      {COLUMN: [$.path, $.other.path], …}   the first path with a value counts
 * event_types:  {NAME IN THE EVENT: event_type, …}
 * time:         {formats: […], zone: UTC}             see {@link TimeReader}
 * items:        {paths: [$.items], product_id: […], price: […], quantity: […]}
 * lists:        {$.path: {name: key, values: [value.string_value, …]}}
 * properties:   [$.path]                              shown in properties without this path
 * defaults:     {COLUMN: {value: TEXT, when: $.path}} if no path has a value, but the one of when has
 * </pre>
 *
 * Columns are those of the event contract, and {@code ip_address} and {@code user_agent}, which
 * only enrichments see. Not thread-safe and not serializable: each subtask compiles its own.
 */
public final class EventMapping {

  /** Fields that enrichments see and the lake does not, behind the columns' slots. */
  public static final List<String> INPUTS = List.of("ip_address", "user_agent");

  private static final Set<String> SECTIONS =
      Set.of("columns", "event_types", "time", "items", "lists", "properties", "defaults");

  private final PathNode root = new PathNode("");
  private final List<Schema.Field> columns = ClickEvent.getClassSchema().getFields();
  private final List<Schema.Field> required =
      columns.stream()
          .filter(column -> column.schema().getType() != Schema.Type.UNION)
          .collect(Collectors.toUnmodifiableList());
  private final ValueReader[] readers = new ValueReader[columns.size()];
  private final boolean[] ids = new boolean[columns.size() + INPUTS.size()];
  private final ValueReader[] itemReaders;
  private final Map<String, String> eventTypes = new HashMap<>();
  private final List<DefaultValue> defaults = new ArrayList<>();

  private EventMapping(JsonNode text, ValidationErrors problems) {
    for (String section : names(text)) {
      if (!SECTIONS.contains(section)) {
        problems.add(section + ": is none of " + sorted(SECTIONS));
      }
    }
    TimeReader times = times(text.path("time"), problems);
    for (Schema.Field column : columns) {
      readers[column.pos()] = ValueReader.of(column.name(), column, times);
      ids[column.pos()] = ValueReader.isId(column);
    }
    itemReaders =
        Item.getClassSchema().getFields().stream()
            .map(field -> ValueReader.of(itemColumn(field.pos()), field, times))
            .toArray(ValueReader[]::new);
    readColumns(text.path("columns"), problems);
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
   * @param name what to call it in messages
   * @throws InvalidSettingsException with every mistake and its place
   */
  public static EventMapping parse(String name, String text) {
    ValidationErrors problems = new ValidationErrors();
    EventMapping mapping = null;
    try {
      JsonNode tree = new YAMLMapper().readTree(text);
      if (tree == null || !tree.isObject()) {
        problems.add("holds no mapping; begin with columns:");
      } else {
        mapping = new EventMapping(tree, problems);
      }
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      problems.add(
          (place == null ? "" : "line " + place.getLineNr() + ", column " + place.getColumnNr())
              + ": "
              + e.getOriginalMessage());
    }
    ValidationErrors named = new ValidationErrors();
    problems.all().forEach(problem -> named.add("parse.mapping " + name + ", " + problem));
    named.throwIfAny();
    return mapping;
  }

  public PathNode root() {
    return root;
  }

  public List<Schema.Field> columns() {
    return columns;
  }

  /** Columns that no event may lack; the others are nullable. */
  public List<Schema.Field> requiredColumns() {
    return required;
  }

  public boolean isRequired(String column) {
    Schema.Field field = ClickEvent.getClassSchema().getField(column);
    return field != null && required.contains(field);
  }

  /** Columns, and behind them the inputs. */
  public int slots() {
    return columns.size() + INPUTS.size();
  }

  /** Slot of an entry of {@link #INPUTS}. */
  public int inputSlot(int input) {
    return columns.size() + input;
  }

  /** Name of the column or input of a slot. */
  public String slotName(int slot) {
    return slot < columns.size() ? columns.get(slot).name() : INPUTS.get(slot - columns.size());
  }

  public ValueReader reader(int column) {
    return readers[column];
  }

  public ValueReader itemReader(int column) {
    return itemReaders[column];
  }

  /** What marks call a column of order lines: {@code items_price}. */
  public String itemColumn(int column) {
    return "items_" + Item.getClassSchema().getFields().get(column).name();
  }

  /** Whether the contract says of the column in this slot that it is an identity. */
  public boolean isId(int slot) {
    return ids[slot];
  }

  public List<DefaultValue> defaults() {
    return defaults;
  }

  /** The event type that the lake uses for a name in an event. */
  public String eventType(String name) {
    return eventTypes.getOrDefault(name, name);
  }

  private static TimeReader times(JsonNode section, ValidationErrors problems) {
    checkNames("time", section, Set.of("formats", "zone"), problems);
    ZoneId zone = ZoneOffset.UTC;
    String zoneName = section.path("zone").asText("UTC");
    try {
      zone = ZoneId.of(zoneName).normalized();
    } catch (DateTimeException e) {
      problems.add(
          "time.zone: '" + zoneName + "' is no time zone; write one such as Europe/Berlin");
    }
    List<String> formats = new ArrayList<>();
    int i = 0;
    for (String format : texts("time.formats", section.path("formats"), problems)) {
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
      problems.add("columns: is missing; it says which paths feed which columns");
    }
    for (String column : names(section)) {
      int slot = slot("columns." + column, column, problems);
      if (slot != PathNode.NONE) {
        int rank = 0;
        for (PathNode node : nodes("columns." + column, section.path(column), problems)) {
          if (node.slot() != PathNode.NONE) {
            problems.add(
                "columns."
                    + column
                    + "["
                    + rank
                    + "]: $."
                    + node.path
                    + " feeds another column too");
          }
          node.feed(slot, rank++);
        }
      }
    }
  }

  /** A required column that only producers fill needs a path or a default. */
  private void checkRequired(JsonNode text, ValidationErrors problems) {
    for (Schema.Field column : required) {
      String name = column.name();
      if (ColumnTypes.isFilledOnlyByProducers(column)
          && text.path("columns").path(name).isEmpty()
          && !text.path("defaults").has(name)) {
        problems.add("columns." + name + ": is missing; without it every event is rejected");
      }
    }
  }

  private int slot(String place, String column, ValidationErrors problems) {
    if (INPUTS.contains(column)) {
      return columns.size() + INPUTS.indexOf(column);
    }
    Schema.Field field = ClickEvent.getClassSchema().getField(column);
    if (field == null) {
      problems.add(place + ": there is no such column in click_event.avsc");
      return PathNode.NONE;
    }
    if (!ColumnTypes.isFilledByProducers(field)) {
      problems.add(place + ": is filled by the job, not by a mapping");
      return PathNode.NONE;
    }
    if (readers[field.pos()] == null) {
      problems.add(place + ": is of type " + field.schema() + ", which no path can fill");
      return PathNode.NONE;
    }
    return field.pos();
  }

  private void readItems(JsonNode section, ValidationErrors problems) {
    List<Schema.Field> fields = Item.getClassSchema().getFields();
    List<String> names = new ArrayList<>(List.of("paths"));
    fields.forEach(field -> names.add(field.name()));
    checkNames("items", section, Set.copyOf(names), problems);
    PathNode item = new PathNode("");
    for (Schema.Field field : fields) {
      int rank = 0;
      for (String path : texts("items." + field.name(), section.path(field.name()), problems)) {
        descend(item, path).feed(field.pos(), rank++);
      }
    }
    int rank = 0;
    for (PathNode node : nodes("items.paths", section.path("paths"), problems)) {
      node.readAsItems(item, rank++);
    }
  }

  private void readLists(JsonNode section, ValidationErrors problems) {
    for (String path : names(section)) {
      String place = "lists." + path;
      JsonNode list = section.path(path);
      checkNames(place, list, Set.of("name", "values"), problems);
      String name = list.path("name").asText("");
      List<String> values = texts(place + ".values", list.path("values"), problems);
      if (name.isEmpty() || values.isEmpty()) {
        problems.add(place + ": needs name (one path) and values (paths)");
      }
      if (!path.startsWith("$.")) {
        problems.add(place + ": a path begins with $.");
      } else {
        descend(root, path.substring(2)).readAsPairs(new NameValueArray(name, values));
      }
    }
  }

  private void readHidden(JsonNode section, ValidationErrors problems) {
    nodes("properties", section, problems).forEach(PathNode::hideFromPropertyNames);
  }

  private void readEventTypes(JsonNode section, ValidationErrors problems) {
    for (String name : names(section)) {
      if (!section.path(name).isTextual() || section.path(name).asText().isBlank()) {
        problems.add("event_types." + name + ": is not a text");
      }
      eventTypes.put(name, section.path(name).asText());
    }
  }

  private void readDefaults(JsonNode section, ValidationErrors problems) {
    for (String column : names(section)) {
      String place = "defaults." + column;
      JsonNode entry = section.path(column);
      checkNames(place, entry, Set.of("value", "when"), problems);
      int slot = slot(place, column, problems);
      String when = entry.path("when").asText("");
      PathNode node = when.startsWith("$.") ? descend(root, when.substring(2)) : root;
      if (node.slot() == PathNode.NONE) {
        problems.add(place + ".when: '" + when + "' is no path that feeds a column");
      }
      if (entry.path("value").asText("").isBlank()) {
        problems.add(place + ".value: is missing");
      }
      defaults.add(new DefaultValue(slot, entry.path("value").asText(), node));
    }
  }

  private List<PathNode> nodes(String place, JsonNode paths, ValidationErrors problems) {
    List<PathNode> nodes = new ArrayList<>();
    int i = 0;
    for (String path : texts(place, paths, problems)) {
      if (!path.matches("\\$(\\.[^.\\[\\]*?@$]+)+")) {
        problems.add(
            place + "[" + i + "]: '" + path + "' is no path; write $.name or $.outer.name");
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
      String place, JsonNode section, Set<String> known, ValidationErrors problems) {
    if (!section.isMissingNode() && !section.isObject()) {
      problems.add(place + ": is not an object with " + sorted(known));
    }
    for (String name : names(section)) {
      if (!known.contains(name)) {
        problems.add(place + "." + name + ": is none of " + sorted(known));
      }
    }
  }

  private static List<String> texts(String place, JsonNode list, ValidationErrors problems) {
    List<String> texts = new ArrayList<>();
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(place + ": is not a list");
    }
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        problems.add(place + "[" + texts.size() + "]: is not a text");
      }
      texts.add(text.asText());
    }
    return texts;
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String sorted(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }
}
