package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.KinesisRecord;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Turns one JSON object into an event, in one walk over it: mapped values go to their column's
 * slot, everything else into properties.
 *
 * <p>Not thread-safe: it belongs to one subtask, and holds the event that is being read.
 */
final class EventParser {

  /** Writes arrays into properties. */
  private static final JsonFactory JSON = new JsonFactory();

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final int columnCount;
  private final boolean[] keptFromProperties;
  private final int eventTypeColumn;
  private final int[] required;

  // The event that is being read.
  private final String[] texts;
  private final PathNode[] sources;
  private final boolean[] nested;
  private final Marks marks = new Marks();
  private Properties properties;
  private List<Item> items;
  private boolean escaped;

  EventParser(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.columnCount = mapping.columns().size();
    this.texts = new String[mapping.slots()];
    this.sources = new PathNode[mapping.slots()];
    this.nested = new boolean[mapping.slots()];
    this.keptFromProperties = new boolean[mapping.slots()];
    for (String field : limits.privateFields) {
      int input = EventMapping.INPUTS.indexOf(field);
      Schema.Field column = ClickEvent.getClassSchema().getField(field);
      if (input >= 0) {
        keptFromProperties[columnCount + input] = true;
      } else if (column != null) {
        keptFromProperties[column.pos()] = true;
      }
    }
    this.required = mapping.requiredColumns().stream().mapToInt(Schema.Field::pos).toArray();
    this.eventTypeColumn = ClickEvent.getClassSchema().getField("event_type").pos();
  }

  /**
   * Begins a text.
   *
   * @param hasEscape whether a backslash is in it
   */
  void beginText(boolean hasEscape) {
    escaped = hasEscape;
  }

  /**
   * Reads the event whose brace was just read.
   *
   * @throws RejectedException if it cannot be used; the parser then stands somewhere within it
   */
  void read(JsonParser json) throws IOException, RejectedException {
    begin();
    try {
      readObject(json, mapping.root(), mapping.root().propertyNames(), 1);
    } catch (RuntimeException e) {
      throw RejectedException.unreadable("the parser", e);
    }
  }

  private void begin() {
    Arrays.fill(texts, null);
    Arrays.fill(sources, null);
    Arrays.fill(nested, false);
    marks.clear();
    items = null;
    properties = new Properties(limits.maxProperties, limits.maxPropertyLength);
  }

  /**
   * Reads an object, from after its brace to its closing brace.
   *
   * @param node what the mapping knows of the object, or null
   * @param names of its fields in properties
   */
  private void readObject(JsonParser json, PathNode node, PropertyName names, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      PathNode child = node == null ? null : node.child(name);
      if (child == null) {
        readUnmapped(json, token, names.child(wellFormed(name)), depth);
      } else {
        readMapped(json, token, child, depth);
      }
    }
  }

  private void readMapped(JsonParser json, JsonToken token, PathNode node, int depth)
      throws IOException, RejectedException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token == JsonToken.START_ARRAY && node.pairs() != null) {
      readPairs(json, node, depth + 1);
    } else if (token == JsonToken.START_ARRAY && node.item() != null && items == null) {
      readItems(json, node, depth + 1);
    } else if (token.isScalarValue() && node.slot() != PathNode.NONE) {
      offer(node, scalar(json, token, mapping.isId(node.slot())));
    } else {
      markWrongShape(json, token, node);
      if (token.isStructStart() && isPrivate(node, token)) {
        jsonText(json, depth + 1);
      } else if (token == JsonToken.START_OBJECT) {
        readObject(json, node, node.propertyNames(), depth + 1);
      } else {
        readUnmapped(json, token, PropertyName.of(node.propertyName()), depth);
      }
    }
  }

  /** Whether what lies here must not slip into properties, though its column cannot take it. */
  private boolean isPrivate(PathNode node, JsonToken token) {
    return node.slot() != PathNode.NONE
        && keptFromProperties[node.slot()]
        && !(token == JsonToken.START_OBJECT && node.hasChildren());
  }

  /** What holds no value that its column could take stays in properties, and is marked. */
  private void markWrongShape(JsonParser json, JsonToken token, PathNode node) throws IOException {
    if (node.slot() != PathNode.NONE && !(token == JsonToken.START_OBJECT && node.hasChildren())) {
      nested[node.slot()] = true;
    } else if (node.item() != null && token != JsonToken.START_ARRAY && !json.getText().isBlank()) {
      marks.add("items_invalid");
    }
  }

  private void readUnmapped(JsonParser json, JsonToken token, PropertyName name, int depth)
      throws IOException, RejectedException {
    switch (token) {
      case START_OBJECT:
        readObject(json, null, name, depth + 1);
        break;
      case START_ARRAY:
        properties.add(name.text(), jsonText(json, depth + 1));
        break;
      case VALUE_NULL:
        break;
      default:
        properties.add(name.text(), text(json));
    }
  }

  /** The text of a scalar. Of an id it is 12345 for the number 12345.0 too. */
  private String scalar(JsonParser json, JsonToken token, boolean id)
      throws IOException, RejectedException {
    String text = text(json);
    if (id && token == JsonToken.VALUE_NUMBER_FLOAT) {
      int dot = text.indexOf('.');
      int zeros = dot + 1;
      while (zeros < text.length() && text.charAt(zeros) == '0') {
        zeros++;
      }
      return dot > 0 && zeros == text.length() ? text.substring(0, dot) : text;
    }
    return text;
  }

  /** Takes a value for a column; that of the path named first wins, the others stay properties. */
  private void offer(PathNode node, String text) throws RejectedException {
    int slot = node.slot();
    if (text.isBlank() || mapping.isId(slot) && limits.noIds.contains(text)) {
      return;
    }
    PathNode taken = sources[slot];
    if (taken == node) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, slotName(slot), "$." + node.path + " stands twice");
    }
    if (taken != null && taken.rank() < node.rank()) {
      addLoser(node, text);
      return;
    }
    if (taken != null) {
      addLoser(taken, texts[slot]);
    }
    sources[slot] = node;
    texts[slot] = text;
  }

  private void addLoser(PathNode node, String text) {
    if (!keptFromProperties[node.slot()]) {
      properties.add(node.propertyName(), text);
    }
  }

  private String slotName(int slot) {
    return slot < columnCount
        ? mapping.columns().get(slot).name()
        : EventMapping.INPUTS.get(slot - columnCount);
  }

  /** Reads order lines, from after the bracket. Fields that no column takes become properties. */
  private void readItems(JsonParser json, PathNode node, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    items = new ArrayList<>();
    int line = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      int number = line++;
      String name = node.propertyName() + "." + number;
      if (items.size() >= limits.maxItems) {
        marks.add("items_dropped");
        json.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        Item item = new Item();
        readItem(json, node.item(), item, number, name + ".", depth + 1);
        items.add(item);
      } else {
        readUnmapped(json, token, PropertyName.of(name), depth);
      }
    }
  }

  private void readItem(
      JsonParser json, PathNode node, Item item, int line, String prefix, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    PathNode[] taken = new PathNode[Item.getClassSchema().getFields().size()];
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      PathNode child = node.child(name);
      String property = PropertyName.join(prefix, wellFormed(name));
      if (child == null || child.slot() == PathNode.NONE) {
        readUnmapped(json, token, PropertyName.of(property), depth);
      } else if (!token.isScalarValue()) {
        marks.add(mapping.itemColumn(child.slot()) + "_invalid");
        readUnmapped(json, token, PropertyName.of(property), depth);
      } else if (token != JsonToken.VALUE_NULL) {
        fillItem(item, taken, child, line, property, text(json));
      }
    }
  }

  private void fillItem(
      Item item, PathNode[] taken, PathNode node, int line, String propertyName, String text)
      throws RejectedException {
    int column = node.slot();
    if (taken[column] == node) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY,
          "items",
          "items[" + line + "]." + itemField(column) + " stands twice");
    }
    if (text.isBlank()) {
      return;
    }
    if (taken[column] != null) {
      properties.add(propertyName, text);
      return;
    }
    taken[column] = node;
    try {
      item.put(column, mapping.itemReader(column).read(text, limits, marks));
      if (marks.takeKeepText()) {
        properties.add(propertyName, text);
      }
    } catch (InvalidValueException e) {
      if (limits.rejectInvalid) {
        throw RejectedException.of(
            RejectionReason.INVALID_VALUE,
            "items",
            "items[" + line + "]." + itemField(column) + " " + e.getMessage());
      }
      marks.add(mapping.itemColumn(column) + "_invalid");
      properties.add(propertyName, text);
    }
  }

  private static String itemField(int column) {
    return Item.getClassSchema().getFields().get(column).name();
  }

  /** Reads an array of name and value objects as if it were one object, from after the bracket. */
  private void readPairs(JsonParser json, PathNode node, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    int index = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      String fallback = node.propertyName() + "." + index++;
      if (token != JsonToken.START_OBJECT) {
        readUnmapped(json, token, PropertyName.of(fallback), depth);
        continue;
      }
      Map<String, String> fields = new LinkedHashMap<>();
      flatten(json, "", node.pairs(), fields, depth + 1);
      String name = fields.remove(node.pairs().name);
      String value = firstOf(fields, node.pairs().values);
      String prefix = name == null ? fallback : PropertyName.join(node.propertyPrefix(), name);
      if (name != null && value != null) {
        PathNode child = node.child(name);
        if (child != null && child.slot() != PathNode.NONE) {
          offer(child, value);
        } else {
          properties.add(prefix, value);
        }
      } else if (value != null) {
        properties.add(prefix, value);
      }
      fields.forEach((field, text) -> properties.add(PropertyName.join(prefix + ".", field), text));
    }
  }

  private static String firstOf(Map<String, String> fields, List<String> names) {
    for (String name : names) {
      String value = fields.remove(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private void flatten(
      JsonParser json, String prefix, PairList pairs, Map<String, String> into, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      String path = PropertyName.join(prefix, wellFormed(name));
      if (token == JsonToken.START_OBJECT) {
        flatten(json, path + ".", pairs, into, depth + 1);
      } else if (token == JsonToken.START_ARRAY) {
        put(pairs, into, path, jsonText(json, depth + 1));
      } else if (token != JsonToken.VALUE_NULL) {
        put(pairs, into, path, text(json));
      }
    }
  }

  /** Keeps no more fields than properties take, for each has a name of its own. */
  private void put(PairList pairs, Map<String, String> into, String path, String text)
      throws RejectedException {
    boolean full = into.size() >= limits.maxProperties && !pairs.names(path);
    if (full || path.length() > Properties.MAX_NAME_LENGTH) {
      properties.drop();
    } else if (into.put(path, text) != null) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "a field of a name and value pair stands twice");
    }
  }

  /** The array or object that was just begun, as JSON text; numbers keep their digits. */
  private String jsonText(JsonParser json, int depth) throws IOException, RejectedException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.copyCurrentEvent(json);
      int open = 1;
      while (open > 0) {
        JsonToken token = json.nextToken();
        if (token.isStructStart()) {
          checkDepth(depth + open++);
        } else if (token.isStructEnd()) {
          open--;
        }
        if (token.isNumeric()) {
          out.writeNumber(json.getText());
        } else {
          if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
            wellFormed(json.getText());
          }
          out.copyCurrentEvent(json);
        }
      }
    }
    return text.toString();
  }

  private void checkDepth(int depth) throws RejectedException {
    if (depth > limits.maxDepth) {
      throw RejectedException.of(
          RejectionReason.TOO_DEEP, "nested deeper than parse.max-depth " + limits.maxDepth);
    }
  }

  private String text(JsonParser json) throws IOException, RejectedException {
    return wellFormed(json.getText());
  }

  private String wellFormed(String text) throws RejectedException {
    if (escaped && !Utf8.isWellFormed(text)) {
      throw RejectedException.of(
          RejectionReason.INVALID_UNICODE, "an escaped surrogate has no other half");
    }
    return text;
  }

  /**
   * The event that was read last.
   *
   * @param start where it begins in the bytes
   * @param position its place in the record
   * @throws RejectedException if it cannot be a row
   */
  ParsedEvent finish(
      KinesisRecord origin, byte[] bytes, int start, int end, int position, Instant now)
      throws RejectedException {
    try {
      ParsedEvent parsed = new ParsedEvent();
      parsed.bytes = bytes;
      parsed.start = start;
      parsed.length = end - start;
      parsed.position = position;
      fill(parsed, origin, now);
      return parsed;
    } catch (RuntimeException e) {
      throw RejectedException.unreadable("the parser", e);
    }
  }

  private void fill(ParsedEvent parsed, KinesisRecord origin, Instant now)
      throws RejectedException {
    for (DefaultValue value : mapping.defaults()) {
      if (texts[value.slot] == null && sources[value.when.slot()] == value.when) {
        texts[value.slot] = value.text;
        sources[value.slot] = value.when;
      }
    }
    parsed.ipAddress = input(0);
    parsed.userAgent = input(1);

    ClickEvent event = new ClickEvent();
    for (int column = 0; column < columnCount; column++) {
      if (texts[column] != null) {
        fill(event, column, texts[column]);
      } else if (nested[column]) {
        marks.add(slotName(column) + "_invalid");
      }
    }
    parsed.event = event;
    event.setStream(origin.stream);
    event.setShardId(origin.shardId);
    event.setSequenceNumber(origin.sequenceNumber);
    event.setArrivalTime(Instant.ofEpochMilli(origin.arrivalTime));
    event.setProcessedTime(now);
    event.setItems(items);
    if (event.getEventId() == null) {
      event.setEventId(DerivedId.of(parsed));
    }
    checkRequired(event);
    checkTime(event, origin.arrivalTime);
    event.setProperties(properties.finish(marks));
    event.setQualityFlags(marks.finish());
  }

  /** What only enrichments see; a text that is longer than a column may be tells them no more. */
  private String input(int input) {
    String text = texts[columnCount + input];
    return text == null ? null : Utf8.cut(text, limits.maxTextLength);
  }

  private void fill(ClickEvent event, int column, String text) throws RejectedException {
    try {
      Object value = mapping.reader(column).read(text, limits, marks);
      event.put(column, column == eventTypeColumn ? mapping.eventType((String) value) : value);
      if (marks.takeKeepText()) {
        keepText(column, text);
      }
    } catch (InvalidValueException e) {
      invalid(column, text, e);
    }
  }

  /** A value is not of its column's type: rejected, or marked and kept as text. */
  private void invalid(int column, String text, InvalidValueException why)
      throws RejectedException {
    String name = slotName(column);
    if (limits.rejectInvalid || mapping.isRequired(name)) {
      throw RejectedException.of(
          RejectionReason.INVALID_VALUE, name, name + " " + why.getMessage());
    }
    marks.add(name + "_invalid");
    keepText(column, text);
  }

  private void keepText(int column, String text) {
    if (!keptFromProperties[column]) {
      properties.add(sources[column].propertyName(), text);
    }
  }

  private void checkRequired(ClickEvent event) throws RejectedException {
    for (int column : required) {
      if (event.get(column) == null) {
        String name = mapping.columns().get(column).name();
        throw RejectedException.of(RejectionReason.MISSING_VALUE, name, name + " has no value");
      }
    }
  }

  private void checkTime(ClickEvent event, long arrival) throws RejectedException {
    long time = event.getEventTime().toEpochMilli();
    // Against the arrival and not the clock, so that a replay decides as the first time did.
    if (time < arrival - limits.maxAgeMillis) {
      throw outOfRange("event_time is further behind the arrival than time.max-age");
    }
    if (time < limits.minEventMillis) {
      throw outOfRange("event_time is before time.min");
    }
    if (time > arrival + limits.maxFutureMillis) {
      throw outOfRange("event_time is further ahead of the arrival than time.max-future");
    }
    event.setIsLate(time < arrival - limits.lateAfterMillis);
  }

  private static RejectedException outOfRange(String message) {
    return RejectedException.of(RejectionReason.TIME_OUT_OF_RANGE, "event_time", message);
  }
}
