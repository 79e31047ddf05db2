package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.ElementPaths;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.Feed;
import io.clickstreamlake.parse.mapping.NameValueArray;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.parse.mapping.PathNode;
import io.clickstreamlake.parse.mapping.PropertyName;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The step that reads one JSON object into an {@link EventDraft} in one pass: mapped values go to
 * their column's slot, everything else to properties.
 *
 * <p>Not thread-safe: it belongs to one subtask and holds the current event.
 */
final class EventReader {

  /** Writes arrays as JSON text for properties. */
  private static final JsonFactory JSON = new JsonFactory();

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final EventDraft draft;
  private final OrderLine line;

  /** Whether an order line is being read. */
  private boolean inLine;

  // The current text.
  private byte[] bytes;
  private boolean escaped;

  /** Start of the bytes of the JSON parser that is being read. */
  private int base;

  EventReader(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.draft = new EventDraft(mapping, limits);
    this.line = new OrderLine(mapping);
  }

  /**
   * Begins a text.
   *
   * @param bytes of the text
   * @param hasEscape whether it contains a backslash
   */
  void beginText(byte[] bytes, boolean hasEscape) {
    this.bytes = bytes;
    escaped = hasEscape;
  }

  /**
   * Reads the event whose opening brace was just read.
   *
   * @param base start of the parser's bytes in the text
   * @return the draft, valid until the next call
   * @throws RejectedException if it is invalid; the JSON parser is then somewhere inside the event
   */
  EventDraft read(JsonParser json, int base) throws IOException, RejectedException {
    draft.reset();
    this.base = base;
    inLine = false;
    try {
      readObject(json, mapping.root(), mapping.root().propertyNames(), 1);
      return draft;
    } catch (RuntimeException e) {
      throw RejectedException.unreadable("the parser", e);
    }
  }

  /**
   * Reads an object from after its opening brace to its closing brace.
   *
   * @param node the object's node in the mapping, or null
   * @param names the names of its fields in properties
   */
  private void readObject(JsonParser json, PathNode node, PropertyName names, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      PathNode child = node == null ? null : node.child(name);
      if (child == null) {
        readUnmapped(json, token, names.child(wellFormed(name)), depth);
      } else if (child.isDynamic()) {
        readMapped(json, token, child, names.child(wellFormed(name)), depth);
      } else {
        readMapped(json, token, child, null, depth);
      }
    }
  }

  /**
   * Reads a value to which paths of the mapping lead.
   *
   * @param name of the value in properties, or null if the node knows it
   */
  private void readMapped(
      JsonParser json, JsonToken token, PathNode node, PropertyName name, int depth)
      throws IOException, RejectedException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token.isScalarValue() && node.isMapped()) {
      offer(json, token, node, name);
    } else {
      readMappedStructure(json, token, node, name, depth);
    }
  }

  /** Reads a mapped array or object, or a scalar where the mapping has only paths below. */
  private void readMappedStructure(
      JsonParser json, JsonToken token, PathNode node, PropertyName name, int depth)
      throws IOException, RejectedException {
    if (token == JsonToken.START_ARRAY && node.pairs() != null) {
      readPairs(json, node, nameOf(node, name), depth + 1);
    } else if (token == JsonToken.START_ARRAY && node.item() != null && draft.items == null) {
      readItems(json, node, nameOf(node, name), depth + 1);
    } else if (token == JsonToken.START_ARRAY && node.elements() != null) {
      readElements(json, node.elements(), nameOf(node, name), depth + 1);
    } else if (token == JsonToken.START_ARRAY && !inLine && takesArray(node)) {
      String text = jsonText(json, depth + 1);
      offerWithChecks(token, text, node, name == null ? node.propertyName() : name.text());
    } else {
      markWrongShape(json, token, node);
      if (token.isStructStart() && isPrivate(node, token)) {
        jsonText(json, depth + 1);
      } else if (token == JsonToken.START_OBJECT) {
        readObject(json, node, name == null ? node.propertyNames() : name, depth + 1);
      } else {
        readUnmapped(json, token, nameOf(node, name), depth);
      }
    }
  }

  /** Whether an array at the node is a value, as JSON text. */
  private boolean takesArray(PathNode node) {
    for (Feed feed : node.feeds()) {
      if (mapping.takesArray(feed.slot)) {
        return true;
      }
    }
    return false;
  }

  private static PropertyName nameOf(PathNode node, PropertyName name) {
    return name == null ? PropertyName.of(node.propertyName()) : name;
  }

  /** Offers a scalar to all columns that its path feeds. */
  private void offer(JsonParser json, JsonToken token, PathNode node, PropertyName name)
      throws IOException, RejectedException {
    String text = text(json);
    Feed only = node.onlyFeed();
    if (only == null || inLine || !draft.take(only, text)) {
      offerWithChecks(token, text, node, name == null ? node.propertyName() : name.text());
    }
  }

  private void offerWithChecks(JsonToken token, String text, PathNode node, String name)
      throws RejectedException {
    for (Feed feed : node.feeds()) {
      if (feed.numbers != null && token.isNumeric()) {
        offer(feed, feed.numbers.ofJson(text), name);
      } else if (inLine) {
        line.offer(feed, text, name, draft.properties);
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT && mapping.isId(feed.slot)) {
        draft.offer(feed, withoutZeroFraction(text), name);
      } else {
        draft.offer(feed, text, name);
      }
    }
  }

  private void offer(Feed feed, String text, String name) throws RejectedException {
    if (inLine) {
      line.offer(feed, text, name, draft.properties);
    } else {
      draft.offer(feed, text, name);
    }
  }

  /** Whether a value that its column cannot hold must not be copied to properties either. */
  private boolean isPrivate(PathNode node, JsonToken token) {
    if (inLine || token == JsonToken.START_OBJECT && node.hasFields()) {
      return false;
    }
    for (Feed feed : node.feeds()) {
      if (draft.isExcludedFromProperties(feed.slot)) {
        return true;
      }
    }
    return false;
  }

  /** Flags an object or array that its column cannot hold. */
  private void markWrongShape(JsonParser json, JsonToken token, PathNode node) throws IOException {
    if (token == JsonToken.START_OBJECT && node.hasFields()) {
      return;
    }
    for (Feed feed : node.feeds()) {
      if (inLine) {
        draft.flags.add(mapping.itemColumn(feed.slot) + "_invalid");
      } else {
        draft.markNested(feed);
      }
    }
    if (node.item() != null && token != JsonToken.START_ARRAY && !json.getText().isBlank()) {
      draft.flags.add("items_invalid");
    }
  }

  private void readUnmapped(JsonParser json, JsonToken token, PropertyName name, int depth)
      throws IOException, RejectedException {
    switch (token) {
      case START_OBJECT:
        readObject(json, null, name, depth + 1);
        break;
      case START_ARRAY:
        draft.properties.add(name.text(), jsonText(json, depth + 1));
        break;
      case VALUE_NULL:
        break;
      default:
        draft.properties.add(name.text(), text(json));
    }
  }

  /** The text of a number; 12345.0 becomes 12345. */
  private static String withoutZeroFraction(String text) {
    int dot = text.indexOf('.');
    int zeros = dot + 1;
    while (zeros < text.length() && text.charAt(zeros) == '0') {
      zeros++;
    }
    return dot > 0 && zeros == text.length() ? text.substring(0, dot) : text;
  }

  /** Reads an array into whose elements paths lead, from after the opening bracket. */
  private void readElements(JsonParser json, ElementPaths elements, PropertyName name, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    if (elements.needLookAhead()) {
      readElementsTwice(json, elements, name, depth);
      return;
    }
    int index = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      readElement(json, token, elements.at(index), name.element(index), depth);
      index++;
    }
  }

  private void readElement(
      JsonParser json, JsonToken token, PathNode node, PropertyName name, int depth)
      throws IOException, RejectedException {
    if (node == null) {
      readUnmapped(json, token, name, depth);
    } else {
      readMapped(json, token, node, name, depth);
    }
  }

  /**
   * Reads an array in which the place or the fields of an element determine its paths: first to
   * find these, then each element.
   */
  private void readElementsTwice(
      JsonParser json, ElementPaths elements, PropertyName name, int depth)
      throws IOException, RejectedException {
    int start = base + (int) json.currentTokenLocation().getByteOffset();
    List<BitSet> passed = new ArrayList<>();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      passed.add(elements.test(json, token));
    }
    int end = base + (int) json.currentLocation().getByteOffset();
    int outerBase = base;
    base = start;
    try (JsonParser again = EventJson.FORMAT.createParser(bytes, start, end - start)) {
      again.nextToken();
      for (int i = 0; i < passed.size(); i++) {
        PathNode node = elements.at(i, passed.size(), passed.get(i));
        readElement(again, again.nextToken(), node, name.element(i), depth);
      }
    }
    base = outerBase;
  }

  /** Reads order lines from after the opening bracket. Unmapped fields become properties. */
  private void readItems(JsonParser json, PathNode node, PropertyName name, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    draft.items = new ArrayList<>();
    int number = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (draft.items.size() >= limits.maxItems) {
        draft.flags.add("items_dropped");
        json.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        line.reset(number);
        inLine = true;
        readObject(json, node.item(), name.element(number), depth + 1);
        inLine = false;
        draft.items.add(line.finish(draft, limits));
      } else {
        readUnmapped(json, token, name.element(number), depth);
      }
      number++;
    }
  }

  /** Reads an array of name and value objects as one object, from after the opening bracket. */
  private void readPairs(JsonParser json, PathNode node, PropertyName array, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    PropertyName names = node.isDynamic() ? array : node.propertyNames();
    int index = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      PropertyName fallback = array.element(index++);
      if (token != JsonToken.START_OBJECT) {
        readUnmapped(json, token, fallback, depth);
        continue;
      }
      Map<String, String> fields = new LinkedHashMap<>();
      flatten(json, "", node.pairs(), fields, depth + 1);
      String name = fields.remove(node.pairs().name);
      String value = node.pairs().takeValue(fields);
      PropertyName property = name == null ? fallback : names.child(name);
      PathNode child = name == null ? null : node.child(name);
      if (value != null && child != null && child.isMapped()) {
        offerPair(child, value, property.text());
      } else if (value != null) {
        draft.properties.add(property.text(), value);
      }
      fields.forEach((field, text) -> draft.properties.add(property.child(field).text(), text));
    }
  }

  private void offerPair(PathNode node, String value, String name) throws RejectedException {
    for (Feed feed : node.feeds()) {
      if (inLine) {
        line.offer(feed, value, name, draft.properties);
      } else {
        draft.offer(feed, value, name);
      }
    }
  }

  private void flatten(
      JsonParser json, String prefix, NameValueArray pairs, Map<String, String> into, int depth)
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

  /** Keeps at most as many fields as properties may have: each of them has its own name. */
  private void put(NameValueArray pairs, Map<String, String> into, String path, String text)
      throws RejectedException {
    boolean full = into.size() >= limits.maxProperties && !pairs.names(path);
    if (full || path.length() > PropertyName.MAX_LENGTH) {
      draft.properties.drop();
    } else if (into.put(path, text) != null) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "a field of a name and value pair occurs twice");
    }
  }

  /** Returns the array or object that has just begun as JSON text; numbers keep their digits. */
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
          RejectionReason.INVALID_UNICODE, "an escaped surrogate is unpaired");
    }
    return text;
  }
}
