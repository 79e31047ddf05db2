package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.InvalidValueException;
import io.clickstreamlake.parse.mapping.NameValueArray;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.parse.mapping.PathNode;
import io.clickstreamlake.parse.mapping.PropertyName;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

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
  private boolean escaped;

  EventReader(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.draft = new EventDraft(mapping, limits);
  }

  /**
   * Begins a text.
   *
   * @param hasEscape whether it contains a backslash
   */
  void beginText(boolean hasEscape) {
    escaped = hasEscape;
  }

  /**
   * Reads the event whose opening brace was just read.
   *
   * @return the draft, valid until the next call
   * @throws RejectedException if it is invalid; the JSON parser is then somewhere inside the event
   */
  EventDraft read(JsonParser json) throws IOException, RejectedException {
    draft.reset();
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
    } else if (token == JsonToken.START_ARRAY && node.item() != null && draft.items == null) {
      readItems(json, node, depth + 1);
    } else if (token.isScalarValue() && node.slot() != PathNode.NONE) {
      draft.offer(node, scalar(json, token, mapping.isId(node.slot())));
    } else if (token == JsonToken.START_ARRAY && mapping.takesArray(node.slot())) {
      draft.offer(node, jsonText(json, depth + 1));
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

  /** Whether a value that its column cannot hold must not be copied to properties either. */
  private boolean isPrivate(PathNode node, JsonToken token) {
    return node.slot() != PathNode.NONE
        && draft.isExcludedFromProperties(node.slot())
        && !(token == JsonToken.START_OBJECT && node.hasChildren());
  }

  /** Flags an object or array that its column cannot hold. */
  private void markWrongShape(JsonParser json, JsonToken token, PathNode node) throws IOException {
    if (node.slot() != PathNode.NONE && !(token == JsonToken.START_OBJECT && node.hasChildren())) {
      draft.markNested(node);
    } else if (node.item() != null && token != JsonToken.START_ARRAY && !json.getText().isBlank()) {
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

  /** The text of a scalar. For an id, the number 12345.0 becomes 12345. */
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

  /** Reads order lines from after the opening bracket. Unmapped fields become properties. */
  private void readItems(JsonParser json, PathNode node, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    draft.items = new ArrayList<>();
    int number = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      String name = node.propertyName() + "." + number;
      if (draft.items.size() >= limits.maxItems) {
        draft.flags.add("items_dropped");
        json.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        OrderLine line = new OrderLine(number);
        readItem(json, node.item(), line, name + ".", depth + 1);
        draft.items.add(line.item);
      } else {
        readUnmapped(json, token, PropertyName.of(name), depth);
      }
      number++;
    }
  }

  private void readItem(JsonParser json, PathNode node, OrderLine line, String prefix, int depth)
      throws IOException, RejectedException {
    checkDepth(depth);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      PathNode child = node.child(name);
      String property = PropertyName.join(prefix, wellFormed(name));
      if (child == null || child.slot() == PathNode.NONE) {
        readUnmapped(json, token, PropertyName.of(property), depth);
      } else if (!token.isScalarValue()) {
        draft.flags.add(mapping.itemColumn(child.slot()) + "_invalid");
        readUnmapped(json, token, PropertyName.of(property), depth);
      } else if (token != JsonToken.VALUE_NULL) {
        fillItem(line, child, property, text(json));
      }
    }
  }

  private void fillItem(OrderLine line, PathNode node, String propertyName, String text)
      throws RejectedException {
    int column = node.slot();
    if (line.sources[column] == node) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "items", line.path(column) + " occurs twice");
    }
    if (text.isBlank()) {
      return;
    }
    if (line.sources[column] != null) {
      draft.properties.add(propertyName, text);
      return;
    }
    line.sources[column] = node;
    try {
      line.item.put(column, mapping.itemReader(column).read(text, limits, draft.flags));
      if (draft.flags.takeKeepText()) {
        draft.properties.add(propertyName, text);
      }
    } catch (InvalidValueException e) {
      if (limits.rejectInvalid) {
        throw RejectedException.of(
            RejectionReason.INVALID_VALUE, "items", line.path(column) + " " + e.getMessage());
      }
      draft.flags.add(mapping.itemColumn(column) + "_invalid");
      draft.properties.add(propertyName, text);
    }
  }

  /** Reads an array of name and value objects as one object, from after the opening bracket. */
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
          draft.offer(child, value);
        } else {
          draft.properties.add(prefix, value);
        }
      } else if (value != null) {
        draft.properties.add(prefix, value);
      }
      fields.forEach(
          (field, text) -> draft.properties.add(PropertyName.join(prefix + ".", field), text));
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

  /** The order line that is being read. */
  private static final class OrderLine {

    private static final List<Schema.Field> FIELDS = Item.getClassSchema().getFields();

    final Item item = new Item();

    /** The path that fed each column, or null. */
    final PathNode[] sources = new PathNode[FIELDS.size()];

    private final int number;

    OrderLine(int number) {
      this.number = number;
    }

    /** Path of a column of this line in messages: {@code items[2].price}. */
    String path(int column) {
      return "items[" + number + "]." + FIELDS.get(column).name();
    }
  }
}
