package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.clickstreamlake.event.ClickEvent;
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
 * Turns JSON text into events, one after the other, in one walk over the bytes: mapped values go to
 * their column's slot, everything else into properties.
 *
 * <p>The text may be one object, objects one after the other (JSON lines or not even a newline
 * between them), or arrays of objects. Every event ends in exactly one call of {@link Results}. A
 * bad event does not harm its neighbours: after a syntax error reading goes on at the next line
 * that begins with a brace.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
final class EventParser {

  /** Takes the events of one record. */
  interface Results {
    void event(ParsedEvent event);

    /** The event from start to end cannot be used. */
    void rejected(RejectedException why, int position, int start, int end);
  }

  /** Far above parse.max-depth, which decides first and leaves the rest of the record readable. */
  private static final int PARSER_MAX_DEPTH = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // The bytes were checked to be UTF-8; guessing would read UTF-16 into them.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names come from outside: neither keep them for ever nor fail on unlucky hashes.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(PARSER_MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final int columnCount;
  private final boolean[] keptFromProperties;
  private final int eventTypeColumn;
  private final int[] required;

  // The event that is being read.
  private final String[] texts;
  private final PathNode[] sources;
  private final List<String> flags = new ArrayList<>();
  private Properties properties;
  private List<Item> items;
  private boolean escaped;

  EventParser(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.columnCount = mapping.columns().size();
    this.texts = new String[mapping.slots()];
    this.sources = new PathNode[mapping.slots()];
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
   * Reads all events from start to end.
   *
   * @param position number of the first event in its record
   * @param now time of processing
   * @return number of the event that would come next
   */
  int parse(
      KinesisRecord origin,
      byte[] bytes,
      int start,
      int end,
      int position,
      Instant now,
      Results results) {
    escaped = Utf8.hasEscape(bytes, start, end);
    int next = position;
    int at = start;
    while (at < end) {
      Cursor cursor = new Cursor(bytes, at, end, next);
      try (JsonParser json = JSON.createParser(bytes, at, end - at)) {
        readValues(json, cursor, origin, now, results);
        return cursor.position;
      } catch (JsonProcessingException e) {
        int resume = lineWithBrace(bytes, cursor.valueStart, end);
        results.rejected(syntaxError(e, cursor), cursor.position, cursor.valueStart, resume);
        next = cursor.position + 1;
        at = resume;
      } catch (IOException e) {
        throw new IllegalStateException("reading from memory failed", e);
      }
    }
    return next;
  }

  /** Where reading is within the record. */
  private static final class Cursor {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private int position;

    /** Where the current event begins; after a syntax error, what is from here on is lost. */
    private int valueStart;

    Cursor(byte[] bytes, int start, int end, int position) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      this.position = position;
      this.valueStart = start;
    }

    int tokenStart(JsonParser json) {
      return start + (int) json.currentTokenLocation().getByteOffset();
    }

    int tokenEnd(JsonParser json) {
      return start + (int) json.currentLocation().getByteOffset();
    }
  }

  private void readValues(
      JsonParser json, Cursor cursor, KinesisRecord origin, Instant now, Results results)
      throws IOException {
    JsonStreamContext root = json.getParsingContext();
    for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
      cursor.valueStart = cursor.tokenStart(json);
      if (token == JsonToken.START_ARRAY) {
        readArray(json, cursor, origin, now, results);
      } else {
        readValue(json, token, root, cursor, origin, now, results);
      }
    }
  }

  private void readArray(
      JsonParser json, Cursor cursor, KinesisRecord origin, Instant now, Results results)
      throws IOException {
    JsonStreamContext array = json.getParsingContext();
    JsonToken token = json.nextToken();
    if (token == JsonToken.END_ARRAY) {
      int end = cursor.tokenEnd(json);
      results.rejected(
          RejectedException.of(RejectionReason.EMPTY, "the array holds no event"),
          cursor.position++,
          cursor.valueStart,
          end);
      cursor.valueStart = end;
      return;
    }
    // Jackson throws at an array that is not closed, so this ends.
    for (; token != JsonToken.END_ARRAY; token = json.nextToken()) {
      cursor.valueStart = cursor.tokenStart(json);
      readValue(json, token, array, cursor, origin, now, results);
    }
    cursor.valueStart = cursor.tokenEnd(json);
  }

  private void readValue(
      JsonParser json,
      JsonToken token,
      JsonStreamContext outer,
      Cursor cursor,
      KinesisRecord origin,
      Instant now,
      Results results)
      throws IOException {
    int end;
    try {
      if (token != JsonToken.START_OBJECT) {
        throw RejectedException.of(RejectionReason.NOT_AN_OBJECT, "the event is no JSON object");
      }
      begin();
      readObject(json, mapping.root(), mapping.root().propertyNames(), 1);
      end = cursor.tokenEnd(json);
      results.event(finish(origin, cursor, end, now));
    } catch (RejectedException e) {
      // The rest of the event must be read to find the next; if it cannot, the caller rejects it.
      while (json.getParsingContext() != outer) {
        json.nextToken();
      }
      json.finishToken();
      end = cursor.tokenEnd(json);
      results.rejected(e, cursor.position, cursor.valueStart, end);
    }
    cursor.valueStart = end;
    cursor.position++;
  }

  private static RejectedException syntaxError(JsonProcessingException e, Cursor cursor) {
    // Jackson's own message quotes the text, which may be personal.
    long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
    long offset = Math.max(0, cursor.start + at - cursor.valueStart);
    return RejectedException.of(
        RejectionReason.MALFORMED_JSON, "not JSON at byte " + offset + " of the event");
  }

  /** Where the next line that begins with a brace starts, or end. */
  static int lineWithBrace(byte[] bytes, int from, int end) {
    for (int i = from; i < end - 1; i++) {
      if (bytes[i] == '\n' && (bytes[i + 1] == '{' || bytes[i + 1] == '[')) {
        return i + 1;
      }
    }
    return end;
  }

  private void begin() {
    Arrays.fill(texts, null);
    Arrays.fill(sources, null);
    flags.clear();
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
    if (token == JsonToken.START_OBJECT) {
      readObject(json, node, node.propertyNames(), depth + 1);
    } else if (token == JsonToken.START_ARRAY && node.pairs() != null) {
      readPairs(json, node, depth + 1);
    } else if (token == JsonToken.START_ARRAY && node.item() != null && items == null) {
      readItems(json, node, depth + 1);
    } else if (token.isScalarValue() && node.slot() != PathNode.NONE) {
      if (token != JsonToken.VALUE_NULL) {
        offer(node, text(json));
      }
    } else {
      readUnmapped(json, token, PropertyName.of(node.path), depth);
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

  /** Takes a value for a column; that of the path named first wins, the others stay properties. */
  private void offer(PathNode node, String text) throws RejectedException {
    if (text.isBlank()) {
      return;
    }
    int slot = node.slot();
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
      properties.add(node.path, text);
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
      String name = node.path + "." + line++;
      if (token == JsonToken.START_OBJECT) {
        Item item = new Item();
        readItem(json, node.item(), item, name + ".", depth + 1);
        items.add(item);
      } else {
        readUnmapped(json, token, PropertyName.of(name), depth);
      }
    }
  }

  private void readItem(JsonParser json, PathNode node, Item item, String prefix, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    PathNode[] taken = new PathNode[Item.getClassSchema().getFields().size()];
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      PathNode child = node.child(name);
      if (child == null || !token.isScalarValue() || child.slot() == PathNode.NONE) {
        readUnmapped(json, token, PropertyName.of(prefix + wellFormed(name)), depth);
      } else if (token != JsonToken.VALUE_NULL) {
        fillItem(item, taken, child, prefix + name, text(json));
      }
    }
  }

  private void fillItem(
      Item item, PathNode[] taken, PathNode node, String propertyName, String text)
      throws RejectedException {
    int column = node.slot();
    if (taken[column] == node) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "items", "$." + propertyName + " stands twice");
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
      item.put(column, mapping.itemReader(column).read(text, flags));
    } catch (InvalidValueException e) {
      invalid("items", propertyName, text, e);
    }
  }

  /** Reads an array of name and value objects as if it were one object, from after the bracket. */
  private void readPairs(JsonParser json, PathNode node, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    int index = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      String fallback = node.path + "." + index++;
      if (token != JsonToken.START_OBJECT) {
        readUnmapped(json, token, PropertyName.of(fallback), depth);
        continue;
      }
      Map<String, String> fields = new LinkedHashMap<>();
      flatten(json, "", fields, depth + 1);
      String name = fields.remove(node.pairs().name);
      String value = firstOf(fields, node.pairs().values);
      String prefix = name == null ? fallback : node.propertyPrefix() + name;
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
      fields.forEach((field, text) -> properties.add(prefix + "." + field, text));
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

  private void flatten(JsonParser json, String prefix, Map<String, String> into, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      String path = prefix + wellFormed(name);
      if (token == JsonToken.START_OBJECT) {
        flatten(json, path + ".", into, depth + 1);
      } else if (token == JsonToken.START_ARRAY) {
        put(into, path, jsonText(json, depth + 1));
      } else if (token != JsonToken.VALUE_NULL) {
        put(into, path, text(json));
      }
    }
  }

  private static void put(Map<String, String> into, String path, String text)
      throws RejectedException {
    if (into.put(path, text) != null) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "a field of a name and value pair stands twice");
    }
  }

  /** The array whose bracket was just read, as JSON text; numbers keep their digits. */
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

  private ParsedEvent finish(KinesisRecord origin, Cursor cursor, int end, Instant now)
      throws RejectedException {
    ParsedEvent parsed = new ParsedEvent();
    parsed.bytes = cursor.bytes;
    parsed.start = cursor.valueStart;
    parsed.length = end - cursor.valueStart;
    parsed.position = cursor.position;
    for (DefaultValue value : mapping.defaults()) {
      if (texts[value.slot] == null && sources[value.when.slot()] == value.when) {
        texts[value.slot] = value.text;
        sources[value.slot] = value.when;
      }
    }
    parsed.ipAddress = texts[columnCount];
    parsed.userAgent = texts[columnCount + 1];

    ClickEvent event = new ClickEvent();
    for (int column = 0; column < columnCount; column++) {
      if (texts[column] != null) {
        fill(event, column, texts[column]);
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
      event.setEventId(DerivedId.of(origin, parsed));
    }
    checkRequired(event);
    checkTime(event);
    event.setProperties(properties.finish(flags));
    event.setQualityFlags(flags.isEmpty() ? null : new ArrayList<>(flags));
    return parsed;
  }

  private void fill(ClickEvent event, int column, String text) throws RejectedException {
    if (column == eventTypeColumn) {
      event.setEventType(mapping.eventType(text));
      return;
    }
    try {
      event.put(column, mapping.reader(column).read(text, flags));
    } catch (InvalidValueException e) {
      invalid(slotName(column), sources[column].path, text, e);
    }
  }

  /** A value is not of its column's type: rejected, or marked and kept as text. */
  private void invalid(String column, String propertyName, String text, InvalidValueException why)
      throws RejectedException {
    boolean required = mapping.isRequired(column);
    if (limits.rejectInvalid || required) {
      throw RejectedException.of(
          RejectionReason.INVALID_VALUE, column, column + " " + why.getMessage());
    }
    flags.add(column + "_invalid");
    properties.add(propertyName, text);
  }

  private void checkRequired(ClickEvent event) throws RejectedException {
    for (int column : required) {
      if (event.get(column) == null) {
        String name = mapping.columns().get(column).name();
        throw RejectedException.of(RejectionReason.MISSING_VALUE, name, name + " has no value");
      }
    }
  }

  private void checkTime(ClickEvent event) throws RejectedException {
    Instant time = event.getEventTime();
    if (time.isBefore(limits.minEventTime)) {
      throw RejectedException.of(
          RejectionReason.TIME_OUT_OF_RANGE, "event_time", "event_time is before time.min");
    }
    // Against the arrival and not the clock, so that a replay decides as the first time did.
    if (time.isAfter(event.getArrivalTime().plus(limits.maxFuture))) {
      throw RejectedException.of(
          RejectionReason.TIME_OUT_OF_RANGE,
          "event_time",
          "event_time is further ahead of the arrival than time.max-future");
    }
    event.setIsLate(time.isBefore(event.getArrivalTime().minus(limits.lateAfter)));
  }
}
