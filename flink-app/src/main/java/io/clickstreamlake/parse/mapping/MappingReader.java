package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The compiler of an {@link EventMapping}: it checks the sections of the text and builds the tree
 * of paths. All problems are reported, each with its place.
 */
final class MappingReader {

  private static final Set<String> SECTIONS =
      Set.of(
          "columns",
          "custom_columns",
          "event_types",
          "time",
          "items",
          "lists",
          "properties",
          "defaults",
          "unwrap",
          "extends");

  private static final int NO_SLOT = -1;

  final EventColumns columns;
  final List<Schema.Field> required;
  final ValueReader[] readers;
  final boolean[] ids;
  final ValueReader[] itemReaders;
  final Translations eventTypes = new Translations();
  final List<DefaultValue> defaults = new ArrayList<>();
  final List<JoinedValue> joined = new ArrayList<>();
  final EventTimes times;
  boolean hasNumberForms;
  final Unwrapping unwrapping;
  final PathNode root;

  private final ValidationErrors problems;

  /** Whether the mapping extends another one, whose envelopes it may have replaced. */
  private final boolean inheritsPaths;

  private final PathNode paths = new PathNode("$");

  /** Arrays that are read as a whole, with the problem if a path leads into their elements. */
  private final Map<PathNode, String> wholeArrays = new LinkedHashMap<>();

  private final List<DefaultValue> constants = new ArrayList<>();
  private final List<String> auxiliaries = new ArrayList<>();
  private final List<Boolean> properties = new ArrayList<>();

  MappingReader(JsonNode text, ValidationErrors problems) {
    this.problems = problems;
    for (String section : fieldNames(text)) {
      if (!SECTIONS.contains(section)) {
        problems.add(section + ": is not one of " + sorted(SECTIONS));
      }
    }
    unwrapping = UnwrappingReader.read(text.path("unwrap"), problems);
    inheritsPaths = text.has("extends");
    columns = CustomColumns.read(text.path("custom_columns"), problems);
    required =
        columns.fields().stream()
            .filter(column -> column.schema().getType() != Schema.Type.UNION)
            .collect(Collectors.toUnmodifiableList());
    readers = new ValueReader[columns.size()];
    ids = new boolean[columns.size() + EventMapping.INPUTS.size()];
    TimeReader timeReader = timeReader(text.path("time"));
    for (Schema.Field column : columns.fields()) {
      readers[column.pos()] = ValueReader.of(column.name(), column, timeReader);
      ids[column.pos()] = ValueReader.isId(column);
    }
    itemReaders =
        Item.getClassSchema().getFields().stream()
            .map(
                field ->
                    ValueReader.of(EventMapping.itemColumnName(field.pos()), field, timeReader))
            .toArray(ValueReader[]::new);
    readColumns(text.path("columns"));
    readCustomColumns(text.path("custom_columns"));
    times = times(text.path("time"), timeReader);
    readItems(text.path("items"));
    readLists(text.path("lists"));
    readHidden(text.path("properties"));
    readEventTypes(text.path("event_types"));
    readDefaults(text.path("defaults"));
    defaults.addAll(constants);
    checkRequired(text);
    wholeArrays.forEach(
        (node, problem) -> {
          if (node.elements() != null) {
            problems.add(problem);
          }
        });
    root = PathNode.join(List.of(paths), false);
    root.nameProperties("");
  }

  int slots() {
    return ids.length + auxiliaries.size();
  }

  boolean isProperty(int auxiliarySlot) {
    return properties.get(auxiliarySlot - ids.length);
  }

  String slotName(int slot) {
    if (slot >= ids.length) {
      return auxiliaries.get(slot - ids.length);
    }
    return slot < columns.size()
        ? columns.fields().get(slot).name()
        : EventMapping.INPUTS.get(slot - columns.size());
  }

  /** A new slot for a value that no column holds. */
  private int auxiliarySlot(String name, boolean isProperty) {
    auxiliaries.add(name);
    properties.add(isProperty);
    return ids.length + auxiliaries.size() - 1;
  }

  // ---------------------------------------------------------------- time

  private TimeReader timeReader(JsonNode section) {
    checkNames(
        "time", section, Set.of("formats", "zone", "absent", "out_of_range", "sent_at", "correct"));
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
    for (String format : strings("time.formats", section.path("formats"))) {
      try {
        TimeReader.of(List.of(format), zone);
        formats.add(format);
      } catch (IllegalArgumentException e) {
        problems.add(
            "time.formats["
                + i
                + "]: '"
                + format
                + "' is neither "
                + TimeReader.NAMES
                + " nor a pattern ("
                + e.getMessage()
                + ")");
      }
      i++;
    }
    return TimeReader.of(formats.isEmpty() ? List.of("iso8601") : formats, zone);
  }

  private EventTimes times(JsonNode section, TimeReader reader) {
    int sentSlot = EventTimes.NONE;
    if (section.has("sent_at")) {
      sentSlot = auxiliarySlot("time.sent_at", true);
      feed(sentSlot, "time.sent_at", section.path("sent_at"), false);
    }
    String correct = section.path("correct").asText("impossible");
    EventTimes.Correction correction = EventTimes.Correction.IMPOSSIBLE;
    if (!Set.of("impossible", "ahead", "always").contains(correct)) {
      problems.add("time.correct: '" + correct + "' is not one of impossible, ahead, always");
    } else {
      correction = EventTimes.Correction.valueOf(correct.toUpperCase(Locale.ROOT));
    }
    if (section.has("correct") && !section.has("sent_at")) {
      problems.add("time.correct: needs time.sent_at, the paths of the time of sending");
    }
    return new EventTimes(
        reader,
        sentSlot,
        correction,
        isArrival("time.absent", section.path("absent")),
        isArrival("time.out_of_range", section.path("out_of_range")));
  }

  private boolean isArrival(String place, JsonNode value) {
    String text = value.asText("reject");
    if (!text.equals("reject") && !text.equals("arrival")) {
      problems.add(place + ": '" + text + "' is not one of arrival, reject");
    }
    return text.equals("arrival");
  }

  // ---------------------------------------------------------------- columns

  private void readColumns(JsonNode section) {
    if (section.isMissingNode() || section.isObject() && section.isEmpty()) {
      problems.add("columns: is missing; it lists the paths of each column");
    }
    requireObject("columns", section, "COLUMN: [$.path, …]");
    for (String column : fieldNames(section)) {
      int slot = slot("columns." + column, column);
      if (slot != NO_SLOT) {
        feed(slot, "columns." + column, section.path(column), true);
      }
    }
  }

  private void readCustomColumns(JsonNode section) {
    for (int i = 0; i < columns.custom().size(); i++) {
      int slot = columns.custom().get(i).pos();
      feed(slot, "custom_columns[" + i + "].paths", section.path(i).path("paths"), true);
    }
  }

  /**
   * Connects a list of entries to a slot.
   *
   * @param isColumn whether the slot is a column's or an input's
   */
  private void feed(int slot, String place, JsonNode list, boolean isColumn) {
    int rank = 0;
    for (PathEntry entry : PathEntry.readList(place, list, PathEntry.Start.EVENT, problems)) {
      Feed feed = new Feed(slot, rank, entry, slot >= ids.length || ids[slot]);
      String at = place + "[" + rank++ + "]";
      hasNumberForms |= entry.numbers() != null;
      if (entry.numbers() != null
          && !(slot < columns.size() && isNumber(columns.fields().get(slot)))) {
        problems.add(at + ".number: " + slotName(slot) + " is not a column of numbers");
      }
      if (entry.constant() != null) {
        constants.add(new DefaultValue(slot, entry.constant(), null));
        if (!isColumn) {
          problems.add(at + ": a constant is not supported here");
        }
      } else if (entry.with() != null) {
        join(feed, entry, at);
      } else {
        feed(node(entry.paths().get(0), at), feed, at);
      }
    }
  }

  /** The node of a path of the event; a field that no envelope keeps is a problem. */
  private PathNode node(JsonPath path, String place) {
    path.keptName()
        .filter(name -> !inheritsPaths && !unwrapping.keptNames.contains(name))
        .ifPresent(
            name ->
                problems.add(
                    place
                        + ": '"
                        + path
                        + "' can never match, because no step of unwrap keeps "
                        + name
                        + (unwrapping.keptNames.isEmpty()
                            ? ""
                            : "; they keep " + sorted(unwrapping.keptNames))));
    return paths.descend(path);
  }

  private void feed(PathNode node, Feed feed, String place) {
    for (Feed other : node.feeds()) {
      if (other.slot == feed.slot) {
        problems.add(place + ": " + feed.path + " is listed twice");
      }
    }
    node.feed(feed);
  }

  private void join(Feed feed, PathEntry entry, String place) {
    int[] parts = new int[entry.paths().size()];
    for (int i = 0; i < parts.length; i++) {
      JsonPath path = entry.paths().get(i);
      parts[i] = auxiliarySlot(path.toString(), false);
      node(path, place).feed(new Feed(parts[i], 0, PathEntry.of(path), true));
    }
    joined.add(new JoinedValue(feed, parts, entry.with()));
  }

  private static boolean isNumber(Schema.Field column) {
    Schema type = ColumnTypes.withoutNull(column.schema());
    return type.getLogicalType() instanceof LogicalTypes.Decimal
        || type.getLogicalType() == null
            && Set.of(Schema.Type.INT, Schema.Type.LONG, Schema.Type.DOUBLE)
                .contains(type.getType());
  }

  /** A required column that only producers fill needs a path or a default. */
  private void checkRequired(JsonNode text) {
    for (Schema.Field column : required) {
      String name = column.name();
      JsonNode list = text.path("columns").path(name);
      boolean isFilledByArrival = name.equals("event_time") && times.absentIsArrival;
      if (ColumnTypes.isFilledOnlyByProducers(column)
          && text.path("columns").size() > 0
          && (list.isMissingNode() || list.isArray() && list.isEmpty())
          && !isFilledByArrival
          && !text.path("defaults").has(name)) {
        problems.add("columns." + name + ": is missing; without it every event is rejected");
      }
    }
  }

  private int slot(String place, String column) {
    if (EventMapping.INPUTS.contains(column)) {
      return columns.size() + EventMapping.INPUTS.indexOf(column);
    }
    Schema.Field field = columns.field(column);
    if (field == null) {
      problems.add(place + ": is not a column; add it to custom_columns to have it");
      return NO_SLOT;
    }
    if (place.startsWith("columns.") && columns.custom().contains(field)) {
      problems.add(place + ": list the paths of a custom column in custom_columns");
      return NO_SLOT;
    }
    if (!ColumnTypes.isFilledByProducers(field)) {
      problems.add(place + ": is filled by the job, not by a mapping");
      return NO_SLOT;
    }
    if (readers[field.pos()] == null) {
      problems.add(place + ": has type " + field.schema() + ", which a path cannot fill");
      return NO_SLOT;
    }
    return field.pos();
  }

  // ---------------------------------------------------------------- arrays

  private void readItems(JsonNode section) {
    List<Schema.Field> fields = Item.getClassSchema().getFields();
    List<String> known = new ArrayList<>(List.of("paths"));
    fields.forEach(field -> known.add(field.name()));
    checkNames("items", section, Set.copyOf(known));
    PathNode item = new PathNode("@");
    for (Schema.Field field : fields) {
      int rank = 0;
      String place = "items." + field.name();
      for (PathEntry entry :
          PathEntry.readList(
              place, section.path(field.name()), PathEntry.Start.ELEMENT, problems)) {
        if (entry.numbers() != null && !isNumber(field)) {
          problems.add(place + "[" + rank + "].number: is not a column of numbers");
        }
        Feed feed = new Feed(field.pos(), rank, entry, false);
        if (entry.paths().get(0).startsWithIndex()) {
          problems.add(
              place
                  + "["
                  + rank
                  + "]: '"
                  + entry.paths().get(0)
                  + "' can never match, because an order line is an object; name its field");
        }
        feed(item.descend(entry.paths().get(0)), feed, place + "[" + rank++ + "]");
      }
    }
    List<JsonPath> arrays = absolutePaths("items.paths", section.path("paths"));
    if (section.isObject() && !section.isEmpty() && section.path("paths").isEmpty()) {
      problems.add("items.paths: is missing; without it no order line is read");
    }
    PathNode joined = PathNode.join(List.of(item), true);
    for (int i = 0; i < arrays.size(); i++) {
      PathNode node = node(arrays.get(i), "items.paths[" + i + "]");
      wholeArrays.put(
          node,
          "items.paths["
              + i
              + "]: other paths lead into the elements of "
              + arrays.get(i)
              + ", which can never match, because order lines are read from it");
      node.readAsItems(joined);
    }
  }

  private void readLists(JsonNode section) {
    requireObject("lists", section, "$.path: {name: key, values: [value]}");
    for (String text : fieldNames(section)) {
      String place = "lists." + text;
      JsonNode list = section.path(text);
      checkNames(place, list, Set.of("name", "values"));
      JsonPath path;
      try {
        path = JsonPathParser.absolute(text);
      } catch (JsonPathParser.InvalidPathException e) {
        problems.add(place + ": " + e.getMessage());
        continue;
      }
      JsonPath name =
          list.has("name")
              ? PathEntry.path(
                  place + ".name", list.path("name"), PathEntry.Start.ELEMENT, problems)
              : null;
      List<JsonPath> values = new ArrayList<>();
      for (PathEntry entry :
          PathEntry.readList(
              place + ".values", list.path("values"), PathEntry.Start.ELEMENT, problems)) {
        values.addAll(entry.paths());
      }
      if (!list.has("name") || list.path("values").isEmpty()) {
        problems.add(place + ": needs name (one path) and values (paths)");
      }
      if (name == null || values.isEmpty()) {
        continue;
      }
      PathNode node = node(path, place);
      wholeArrays.put(
          node,
          place
              + ": is read as one object with a field per element; write "
              + path
              + ".NAME instead of a path into its elements, which can never match");
      try {
        node.readAsPairs(NameValueArray.of(name, values));
      } catch (JsonPathParser.InvalidPathException e) {
        problems.add(place + ": " + e.getMessage());
      }
    }
  }

  private void readHidden(JsonNode section) {
    int i = 0;
    for (JsonPath path : absolutePaths("properties", section)) {
      if (path.isPlain()) {
        node(path, "properties[" + i + "]").hideFromPropertyNames();
      } else {
        problems.add("properties[" + i + "]: '" + path + "' may consist of names only");
      }
      i++;
    }
  }

  // ---------------------------------------------------------------- other sections

  private void readEventTypes(JsonNode section) {
    requireObject("event_types", section, "NAME: type");
    for (String name : fieldNames(section)) {
      if (!section.path(name).isTextual() || section.path(name).asText().isBlank()) {
        problems.add("event_types." + name + ": is not a string");
      }
      eventTypes.add(name, section.path(name).asText());
    }
  }

  private void readDefaults(JsonNode section) {
    requireObject("defaults", section, "COLUMN: {value: TEXT, when: $.path}");
    for (String column : fieldNames(section)) {
      String place = "defaults." + column;
      JsonNode entry = section.path(column);
      checkNames(place, entry, Set.of("value", "when"));
      int slot = slot(place, column);
      if (entry.path("value").asText("").isBlank()) {
        problems.add(place + ".value: is missing");
      }
      Feed when = null;
      if (entry.has("when")) {
        JsonPath path =
            PathEntry.path(place + ".when", entry.path("when"), PathEntry.Start.EVENT, problems);
        when = path == null ? null : condition(path, place + ".when");
      }
      if (slot != NO_SLOT) {
        defaults.add(new DefaultValue(slot, entry.path("value").asText(), when));
      }
    }
  }

  /** The feed whose value is the condition; a path that feeds no column gets a slot. */
  private Feed condition(JsonPath path, String place) {
    PathNode node = node(path, place);
    if (!node.isMapped()) {
      node.feed(new Feed(auxiliarySlot(path.toString(), true), 0, PathEntry.of(path), true));
    }
    return node.feeds()[0];
  }

  // ---------------------------------------------------------------- checks

  private List<JsonPath> absolutePaths(String place, JsonNode list) {
    List<JsonPath> read = new ArrayList<>();
    for (PathEntry entry : PathEntry.readList(place, list, PathEntry.Start.EVENT, problems)) {
      if (entry.paths().size() != 1 || entry.form() != null || entry.numbers() != null) {
        problems.add(place + ": only paths are supported here");
      } else {
        read.add(entry.paths().get(0));
      }
    }
    return read;
  }

  private void checkNames(String place, JsonNode section, Set<String> known) {
    if (!section.isMissingNode() && !section.isObject()) {
      problems.add(place + ": is not an object with " + sorted(known));
    }
    for (String name : fieldNames(section)) {
      if (!known.contains(name)) {
        problems.add(place + "." + name + ": is not one of " + sorted(known));
      }
    }
  }

  private void requireObject(String place, JsonNode section, String form) {
    if (!section.isMissingNode() && !section.isObject()) {
      problems.add(place + ": is not an object; it has the form " + form);
    }
  }

  private List<String> strings(String place, JsonNode list) {
    List<String> strings = new ArrayList<>();
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(place + ": is not a list");
    }
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        problems.add(place + "[" + strings.size() + "]: is not a string");
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
