package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.Codec;
import io.clickstreamlake.parse.mapping.Feed;
import io.clickstreamlake.parse.mapping.PathNode;
import io.clickstreamlake.parse.mapping.UnwrapStage;
import io.clickstreamlake.parse.mapping.Unwrapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The step that takes the events out of a value, as the mapping says; see {@link Unwrapping}. A
 * walk over the value finds the places of the fields that the stages name, and does not build
 * anything. What a stage takes out or decodes is walked again for the stages after it; what remains
 * at the end is read as events.
 *
 * <pre>
 *   {"sentAt":…,"batch":[{"event":…},{"event":…}]}      a value
 *    └ kept ──┘          └─ piece 0 ┘ └─ piece 1 ┘      {"$envelope":{"sent":…},"event":…} twice
 * </pre>
 *
 * A piece is a range of the value's own bytes where nothing in it was decoded or kept. Not
 * thread-safe: it belongs to one subtask.
 */
final class Unwrapper {

  private static final byte[] ENVELOPE = "{\"$envelope\":{".getBytes(StandardCharsets.UTF_8);

  /** A part of a value: an event, or what cannot be one. */
  static final class Piece {
    final byte[] bytes;
    final int start;
    private int end;

    /** Why it cannot be an event, or null. */
    final RejectedException cause;

    /** Whether a field of it could not be decoded, and was left as it was. */
    final boolean isDamaged;

    Piece(byte[] bytes, int start, int end, RejectedException cause, boolean isDamaged) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      this.cause = cause;
      this.isDamaged = isDamaged;
    }

    int end() {
      return end;
    }
  }

  private final Unwrapping unwrapping;
  private final List<UnwrapStage> stages;
  private final Decoder decoder;

  /** Whether a capture may hold an array of events. */
  private final boolean[] holdsEvents;

  private long walked;

  // The current value.
  private final List<Piece> pieces = new ArrayList<>();
  private int room;
  private boolean control;

  /** Bytes of the text that is being walked, and the start of its parser in them. */
  private byte[] bytes;

  private int base;

  Unwrapper(Unwrapping unwrapping, Decoder decoder) {
    this.unwrapping = unwrapping;
    this.stages = unwrapping.stages;
    this.decoder = decoder;
    this.holdsEvents = new boolean[unwrapping.captures];
    for (UnwrapStage stage : stages) {
      if (stage.events != null) {
        holdsEvents[stage.events.capture] = true;
      }
    }
  }

  /**
   * Unwraps the value whose opening brace was just read, and reads it to its end.
   *
   * @param base start of the parser's bytes
   * @param from start of the value
   * @param room number of events that the record may still have
   * @return its pieces, at most one more than there is room for; none if the value is a message of
   *     the transport
   * @throws JsonProcessingException if it is not valid JSON
   */
  List<Piece> unwrap(JsonParser json, byte[] bytes, int base, int from, int room)
      throws IOException {
    pieces.clear();
    this.room = room;
    this.bytes = bytes;
    this.base = base;
    control = false;
    Captured captured = new Captured(unwrapping.captures);
    walk(json, JsonToken.START_OBJECT, unwrapping.walks.get(0), captured);
    int to = end(json);
    walked += to - from;
    apply(0, new Value(bytes, from, to, Map.of(), false), captured);
    if (pieces.isEmpty() && !control) {
      reject(RejectionReason.EMPTY, "the envelope holds no event", new Value(bytes, from, to));
    }
    return pieces;
  }

  /** Bytes of all walks so far. */
  long walked() {
    return walked;
  }

  // ---------------------------------------------------------------- walk

  private void walk(JsonParser json, JsonToken token, PathNode node, Captured captured)
      throws IOException {
    Field field = null;
    if (node.isMapped()) {
      field = new Field(start(json), token, token.isScalarValue() ? json.getText() : null);
      for (Feed feed : node.feeds()) {
        captured.add(feed.slot, field);
        if (holdsEvents[feed.slot] && field.elements == null) {
          field.elements = decoder.newRanges();
        }
      }
    }
    if (token == JsonToken.START_OBJECT && node.hasFields()) {
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken next = json.nextToken();
        PathNode child = node.child(name);
        if (child == null) {
          json.skipChildren();
        } else {
          walk(json, next, child, captured);
        }
      }
    } else if (token == JsonToken.START_ARRAY && node.elements() != null) {
      int index = 0;
      for (JsonToken next = json.nextToken();
          next != JsonToken.END_ARRAY;
          next = json.nextToken()) {
        walkElement(json, next, node.elements().at(index++), field, captured);
      }
    } else if (token == JsonToken.START_ARRAY && field != null && field.elements != null) {
      Decoder.addValues(json, token, base, field.elements);
    } else {
      json.skipChildren();
    }
    json.finishToken();
    if (field != null) {
      field.end = end(json);
    }
  }

  private void walkElement(
      JsonParser json, JsonToken token, PathNode node, Field array, Captured captured)
      throws IOException {
    boolean isEvent = array != null && array.elements != null;
    if (node == null && isEvent) {
      Decoder.addValues(json, token, base, array.elements);
      return;
    }
    int start = start(json);
    if (node == null) {
      json.skipChildren();
    } else {
      walk(json, token, node, captured);
    }
    json.finishToken();
    if (isEvent) {
      array.elements.add(start, end(json));
    }
  }

  private int start(JsonParser json) {
    return base + (int) json.currentTokenLocation().getByteOffset();
  }

  private int end(JsonParser json) {
    return base + (int) json.currentLocation().getByteOffset();
  }

  // ---------------------------------------------------------------- steps

  /** Continues with a value after the stages before this one. */
  private void next(int number, Value value) {
    int start = Separators.skip(value.bytes, value.start, value.end);
    boolean isObject = start < value.end && value.bytes[start] == '{';
    if (pieces.size() > room) {
      extendRest(value);
    } else if (pieces.size() == room) {
      rejectTooMany(value);
    } else if (!isObject) {
      reject(RejectionReason.NOT_AN_OBJECT, "the event is not a JSON object", value);
    } else if (number == stages.size()) {
      emit(value);
    } else {
      walkAndApply(number, value);
    }
  }

  private void rejectRest(Value envelope, byte[] bytes, ValueRanges values) {
    if (values.rest() != null) {
      Value rest = envelope.part(bytes, values.rest()[0], values.rest()[1]);
      if (pieces.size() > room) {
        extendRest(rest);
      } else {
        rejectTooMany(rest);
      }
    }
  }

  private void rejectTooMany(Value rest) {
    reject(
        RejectionReason.TOO_MANY_EVENTS,
        "more than parse.max-events events in one record; this piece is the rest of it",
        rest);
  }

  private void extendRest(Value value) {
    Piece rest = pieces.get(pieces.size() - 1);
    if (rest.bytes == value.bytes) {
      rest.end = value.end;
    }
  }

  private void walkAndApply(int number, Value value) {
    byte[] outerBytes = bytes;
    int outerBase = base;
    bytes = value.bytes;
    base = value.start;
    Captured captured = new Captured(unwrapping.captures);
    walked += value.end - value.start;
    try (JsonParser json =
        EventJson.FORMAT.createParser(value.bytes, value.start, value.end - value.start)) {
      walk(json, json.nextToken(), unwrapping.walks.get(number), captured);
      apply(number, value, captured);
    } catch (IOException e) {
      throw new IllegalStateException("a value that was read once cannot be read again", e);
    } finally {
      bytes = outerBytes;
      base = outerBase;
    }
  }

  private void apply(int number, Value value, Captured captured) {
    UnwrapStage stage = stages.get(number);
    for (UnwrapStage.Condition condition : stage.controls) {
      if (captured.satisfies(condition)) {
        control = true;
        return;
      }
    }
    UnwrapStage.Events events = stage.events;
    for (UnwrapStage.Decoding decoding : stage.decodings) {
      if (captured.satisfies(decoding.when)) {
        boolean isEvent = events != null && events.capture == decoding.capture;
        for (Field field : captured.of(decoding.capture)) {
          decode(field, decoding, value, isEvent);
        }
      }
    }
    if (events == null
        || captured.of(events.capture).isEmpty()
        || !captured.satisfies(events.when)) {
      Value changed = captured.extract(stage, value);
      if (changed.bytes == value.bytes && number + 1 < stages.size()) {
        apply(number + 1, changed, captured);
      } else {
        next(number + 1, changed);
      }
      return;
    }
    Map<String, byte[]> kept = new LinkedHashMap<>(value.kept);
    events.keep.forEach(
        (name, capture) -> {
          for (Field field : captured.of(capture)) {
            Value of = captured.extract(stage, new Value(value.bytes, field.start, field.end));
            kept.put(name, of.copy());
            break;
          }
        });
    int before = pieces.size();
    boolean controlBefore = control;
    control = false;
    for (Field field : captured.of(events.capture)) {
      takeEvents(number, value.withKept(kept), captured, field, events.path);
    }
    if (pieces.size() == before && !control) {
      reject(RejectionReason.EMPTY, "the envelope holds no event at " + events.path, value);
    }
    control |= controlBefore;
  }

  private void takeEvents(int number, Value envelope, Captured captured, Field field, String path) {
    Value place = envelope.part(envelope.bytes, field.start, field.end);
    if (field.failure != null) {
      reject(field.failure.reason(), path + " " + field.failure.getMessage(), place);
    } else if (field.decoded != null) {
      ValueRanges values = field.decoded.values;
      for (int[] range : values.ranges()) {
        next(number + 1, envelope.part(field.decoded.bytes, range[0], range[1]));
      }
      rejectRest(envelope, field.decoded.bytes, values);
    } else if (field.token == JsonToken.START_ARRAY) {
      for (int[] range : field.elements.ranges()) {
        next(
            number + 1,
            captured.extract(
                stages.get(number), envelope.part(envelope.bytes, range[0], range[1])));
      }
      rejectRest(envelope, envelope.bytes, field.elements);
    } else if (field.token == JsonToken.START_OBJECT) {
      next(number + 1, captured.extract(stages.get(number), place));
    } else if (field.token != JsonToken.VALUE_NULL) {
      reject(
          RejectionReason.NOT_AN_OBJECT,
          path + " holds neither an object nor an array; decode it in a step of unwrap",
          place);
    }
  }

  /**
   * Decodes a field, unless that was done.
   *
   * @param isEvent whether the field holds events; else it is replaced by what it holds
   */
  private void decode(Field field, UnwrapStage.Decoding decoding, Value value, boolean isEvent) {
    boolean isTyped = decoding.codecs.get(0) == Codec.DYNAMODB;
    boolean isText = field.token == JsonToken.VALUE_STRING && !field.text.isBlank();
    if (field.decoded != null || !(isTyped ? field.token == JsonToken.START_OBJECT : isText)) {
      return;
    }
    try {
      if (!isTyped && !Utf8.isWellFormed(field.text)) {
        throw new UndecodableException(
            RejectionReason.INVALID_UNICODE, "holds an escaped surrogate that is unpaired");
      }
      byte[] text =
          isTyped
              ? new Value(value.bytes, field.start, field.end).copy()
              : field.text.getBytes(StandardCharsets.UTF_8);
      DecodedText decoded = decoder.decode(text, decoding.codecs);
      if (!isEvent && !decoded.isReplacement()) {
        throw new UndecodableException(
            RejectionReason.TOO_LARGE, "holds more than parse.max-events values");
      }
      field.decoded = decoded;
      field.failure = null;
    } catch (UndecodableException e) {
      field.failure = e;
    }
  }

  /** Emits an event, with the kept fields of its envelopes at its start. */
  private void emit(Value value) {
    if (value.kept.isEmpty()) {
      pieces.add(new Piece(value.bytes, value.start, value.end, null, value.isDamaged));
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ENVELOPE);
    boolean first = true;
    for (Map.Entry<String, byte[]> kept : value.kept.entrySet()) {
      out.writeBytes(
          ((first ? "\"" : ",\"") + kept.getKey() + "\":").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(kept.getValue());
      first = false;
    }
    out.write('}');
    int start = Separators.skip(value.bytes, value.start, value.end) + 1;
    int content = Separators.skip(value.bytes, start, value.end);
    if (value.bytes[content] != '}') {
      out.write(',');
    }
    out.write(value.bytes, start, value.end - start);
    try {
      decoder.spend(out.size());
      byte[] event = out.toByteArray();
      pieces.add(new Piece(event, 0, event.length, null, value.isDamaged));
    } catch (UndecodableException e) {
      reject(e.reason(), e.getMessage(), value);
    }
  }

  private void reject(RejectionReason reason, String message, Value value) {
    RejectedException cause = RejectedException.of(reason, message);
    pieces.add(new Piece(value.bytes, value.start, value.end, cause, false));
  }

  /** A value between two stages: a range of bytes, and what its envelopes gave it. */
  private static final class Value {
    final byte[] bytes;
    final int start;
    final int end;
    final Map<String, byte[]> kept;
    final boolean isDamaged;

    Value(byte[] bytes, int start, int end) {
      this(bytes, start, end, Map.of(), false);
    }

    Value(byte[] bytes, int start, int end, Map<String, byte[]> kept, boolean isDamaged) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      this.kept = kept;
      this.isDamaged = isDamaged;
    }

    Value part(byte[] of, int from, int to) {
      return new Value(of, from, to, kept, isDamaged);
    }

    Value withKept(Map<String, byte[]> all) {
      return new Value(bytes, start, end, all, isDamaged);
    }

    Value damaged() {
      return new Value(bytes, start, end, kept, true);
    }

    byte[] copy() {
      return Arrays.copyOfRange(bytes, start, end);
    }
  }

  /** A field that the walk found at a path of a step. */
  private static final class Field {
    final int start;
    final JsonToken token;

    /** The text of a scalar, or null. */
    final String text;

    private int end;

    /** Places of the elements of an array that holds events, else null. */
    private ValueRanges elements;

    private DecodedText decoded;
    private UndecodableException failure;

    Field(int start, JsonToken token, String text) {
      this.start = start;
      this.token = token;
      this.text = text;
    }
  }

  /** The fields that one walk found. */
  private static final class Captured {
    private final List<List<Field>> fields;

    Captured(int captures) {
      fields = new ArrayList<>(captures);
      for (int i = 0; i < captures; i++) {
        fields.add(List.of());
      }
    }

    void add(int capture, Field field) {
      List<Field> known = fields.get(capture);
      if (known.isEmpty()) {
        known = new ArrayList<>(1);
        fields.set(capture, known);
      }
      known.add(field);
    }

    List<Field> of(int capture) {
      return fields.get(capture);
    }

    boolean satisfies(UnwrapStage.Condition condition) {
      for (Map.Entry<Integer, Set<String>> test : condition.texts.entrySet()) {
        boolean found = false;
        for (Field field : of(test.getKey())) {
          found |=
              field.token != JsonToken.VALUE_NULL
                  && (test.getValue().isEmpty() || test.getValue().contains(field.text));
        }
        if (!found) {
          return false;
        }
      }
      return true;
    }

    /**
     * Index of the first field at or after a place. Fields are in the order of their places: so an
     * array of events takes time in proportion to its size, although each of them is looked up.
     */
    private static int firstFrom(List<Field> all, int start) {
      int low = 0;
      int high = all.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (all.get(middle).start < start) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** The value with what a stage decoded within it; the same bytes if it did not. */
    Value extract(UnwrapStage stage, Value value) {
      Set<Field> found = new LinkedHashSet<>();
      boolean damaged = false;
      for (UnwrapStage.Decoding decoding : stage.decodings) {
        List<Field> all = of(decoding.capture);
        for (int i = firstFrom(all, value.start); i < all.size(); i++) {
          Field field = all.get(i);
          if (field.start >= value.end) {
            break;
          }
          if (field.decoded != null) {
            found.add(field);
          }
          damaged |= field.failure != null && field.decoded == null;
        }
      }
      if (found.isEmpty()) {
        return damaged ? value.damaged() : value;
      }
      List<Field> decoded = new ArrayList<>(found);
      decoded.sort(Comparator.comparingInt(field -> field.start));
      ByteArrayOutputStream out = new ByteArrayOutputStream(value.end - value.start);
      int at = value.start;
      for (Field field : decoded) {
        out.write(value.bytes, at, field.start - at);
        out.writeBytes(field.decoded.replacement());
        at = field.end;
      }
      out.write(value.bytes, at, value.end - at);
      byte[] bytes = out.toByteArray();
      Value extracted = value.part(bytes, 0, bytes.length);
      return damaged ? extracted.damaged() : extracted;
    }
  }
}
