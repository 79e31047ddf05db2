package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.KinesisRecord;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.io.IOException;
import java.time.Instant;

/**
 * Finds the events in a text: one object, objects one after the other with any {@link Separators}
 * or none between them, or arrays of objects.
 *
 * <p>A text without a flaw is read in one go by one JSON parser. Where that parser stops, this
 * class goes on by itself: it passes over separators, gives each value to a parser of its own, and
 * lets a value that is no JSON end where {@link DamagedValue} says, so that it takes no neighbour
 * along.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
final class EventSplitter {

  /** Above what parse.max-depth may be, which decides first. */
  private static final int PARSER_MAX_DEPTH = JobOptions.DEEPEST + 2;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // The bytes were checked to be UTF-8; guessing would read UTF-16 into them.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names come from outside: neither keep them for ever nor fail on unlucky hashes.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  // Each level costs memory; all other limits are those of the settings.
                  .maxNestingDepth(PARSER_MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final EventParser parser;
  private final WorkBudget budget = new WorkBudget();

  // The text that is being read.
  private KinesisRecord origin;
  private Instant now;
  private byte[] bytes;
  private int end;
  private RecordSpans spans;

  /** First byte from the current value on that is not UTF-8, or end. */
  private int invalidUtf8;

  /** Whether the values are elements of an array. */
  private boolean inArray;

  /** Where the current value begins, or the last one ended. */
  private int valueStart;

  /** What is wrong with the value that {@link #readAlone} could not read. */
  private RejectedException flaw;

  EventSplitter(EventParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the text from start to end.
   *
   * @param now time of processing
   * @param invalid where the bytes cease to be UTF-8, or end
   * @param spans takes an event or a rejected piece for all bytes that are not separators
   */
  void split(
      KinesisRecord origin,
      Instant now,
      byte[] bytes,
      int start,
      int end,
      int invalid,
      RecordSpans spans) {
    this.origin = origin;
    this.now = now;
    this.bytes = bytes;
    this.end = end;
    this.spans = spans;
    inArray = false;
    invalidUtf8 = invalid;
    valueStart = Separators.skip(bytes, start, end);
    parser.beginText(Utf8.hasEscape(bytes, start, end));
    budget.begin(end - start);
    spans.beginText(bytes, start);
    if (invalidUtf8 < end || !readInOneGo()) {
      readCarefully(valueStart);
    }
    spans.closeText(end);
  }

  /** Bytes of the last text that were looked at more than once. */
  long workSpent() {
    return budget.spent();
  }

  /** Reads from {@link #valueStart}; where it points to afterwards if it gives up, false. */
  private boolean readInOneGo() {
    int base = valueStart;
    if (base == end) {
      return true;
    }
    try (JsonParser json = JSON.createParser(bytes, base, end - base)) {
      JsonStreamContext root = json.getParsingContext();
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        valueStart = tokenStart(json, base);
        if (token == JsonToken.START_ARRAY) {
          if (!readArray(json, base)) {
            return false;
          }
        } else if (spans.isFull()) {
          return false;
        } else {
          valueStart = readValue(json, token, root, base, valueStart);
        }
      }
      return true;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private boolean readArray(JsonParser json, int base) throws IOException {
    JsonStreamContext array = json.getParsingContext();
    JsonToken token = json.nextToken();
    if (token == JsonToken.END_ARRAY) {
      if (spans.isFull()) {
        return false;
      }
      valueStart = rejectEmptyArray(valueStart, tokenEnd(json, base));
      return true;
    }
    inArray = true;
    // Jackson throws at an array that is not closed, so this ends.
    for (; token != JsonToken.END_ARRAY; token = json.nextToken()) {
      valueStart = tokenStart(json, base);
      if (spans.isFull()) {
        return false;
      }
      valueStart = readValue(json, token, array, base, valueStart);
    }
    valueStart = tokenEnd(json, base);
    inArray = false;
    return true;
  }

  private int rejectEmptyArray(int from, int to) {
    spans.reject(RejectedException.of(RejectionReason.EMPTY, "the array holds no event"), from, to);
    return to;
  }

  /**
   * Reads the value whose first token was just read: an event, or a rejected piece.
   *
   * @return where it ends
   * @throws JsonProcessingException if it is no JSON; then nothing was claimed
   */
  private int readValue(
      JsonParser json, JsonToken token, JsonStreamContext outer, int base, int from)
      throws IOException {
    RejectedException why = null;
    try {
      parser.read(json, token);
    } catch (RejectedException e) {
      why = e;
      // The rest of the value must be read to find the next.
      while (json.getParsingContext() != outer) {
        json.nextToken();
      }
      json.finishToken();
    }
    int to = tokenEnd(json, base);
    if (invalidUtf8 < to) {
      why = invalidUtf8();
    }
    int position = spans.claim(from, to);
    ParsedEvent event = null;
    if (why == null) {
      try {
        event = parser.finish(origin, bytes, from, to, position, now);
      } catch (RejectedException e) {
        why = e;
      }
    }
    if (why == null) {
      spans.emit(event);
    } else {
      spans.rejectClaimed(why, position, from, to);
    }
    return to;
  }

  private static int tokenStart(JsonParser json, int base) {
    return base + (int) json.currentTokenLocation().getByteOffset();
  }

  private static int tokenEnd(JsonParser json, int base) {
    return base + (int) json.currentLocation().getByteOffset();
  }

  /** Reads value by value, each with a parser of its own. */
  private void readCarefully(int from) {
    int at = from;
    boolean damaged = false;
    while (true) {
      at = Separators.skip(bytes, at, end);
      if (at == end) {
        return;
      }
      if (invalidUtf8 < at) {
        invalidUtf8 = Utf8.firstInvalid(bytes, at, end);
      }
      byte b = bytes[at];
      if (b == ']') {
        inArray = false;
        at++;
      } else if (spans.isFull()) {
        rejectRest(at);
        return;
      } else if (b == '[' && (!inArray || damaged && bytes[at - 1] == '\n')) {
        int first = Separators.skip(bytes, at + 1, end);
        boolean empty = first < end && bytes[first] == ']';
        inArray = !empty;
        at = empty ? rejectEmptyArray(at, first + 1) : at + 1;
        damaged = false;
      } else if (b == '{' || b == '[') {
        int to = readAlone(at);
        damaged = to < 0;
        at = damaged ? rejectDamaged(at) : to;
      } else {
        at = rejectOther(at);
        damaged = true;
      }
    }
  }

  /** Reads one value; where it ends, or -1 if it is no JSON. */
  private int readAlone(int at) {
    try (JsonParser json = JSON.createParser(bytes, at, lookAhead(at) - at)) {
      JsonStreamContext root = json.getParsingContext();
      try {
        return readValue(json, json.nextToken(), root, at, at);
      } catch (JsonProcessingException e) {
        budget.spend(tokenEnd(json, at) - at);
        flaw = flaw(e, at);
        return -1;
      }
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** How far a value that begins here may reach. */
  private int lookAhead(int at) {
    return budget.isExhausted() ? DamagedValue.nextLine(bytes, at, end) : end;
  }

  private static RejectedException flaw(JsonProcessingException e, int at) {
    if (e instanceof StreamConstraintsException) {
      return RejectedException.of(
          RejectionReason.TOO_DEEP, "nested deeper than " + PARSER_MAX_DEPTH + " levels");
    }
    // Jackson's own message quotes the text, which may be personal.
    long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
    return RejectedException.of(
        RejectionReason.MALFORMED_JSON,
        "not JSON at byte " + Math.max(0, offset) + " of the event");
  }

  private int rejectDamaged(int at) {
    int to =
        budget.isExhausted()
            ? Separators.trimEnd(bytes, at, DamagedValue.nextLine(bytes, at, end))
            : DamagedValue.end(bytes, at, end, budget);
    spans.reject(invalidUtf8 < to ? invalidUtf8() : flaw, at, to);
    return to;
  }

  /** Rejects what begins neither an object nor an array. */
  private int rejectOther(int at) {
    int to = Separators.trimEnd(bytes, at, endOfOther(at));
    RejectedException why;
    if (invalidUtf8 < to) {
      why = invalidUtf8();
    } else if (isScalar(at, to)) {
      why = EventParser.notAnObject();
    } else {
      why = RejectedException.of(RejectionReason.MALFORMED_JSON, "not JSON at byte 0 of the event");
    }
    spans.reject(why, at, to);
    return to;
  }

  private int endOfOther(int from) {
    if (bytes[from] == '"') {
      int behind = behindText(from);
      if (behind > 0
          && (behind == end
              || bytes[behind] == ']'
              || Separators.length(bytes, behind, end) > 0
              || DamagedValue.beginsObject(bytes, behind, end))) {
        return behind;
      }
    }
    boolean inText = bytes[from] == '"';
    for (int at = from + 1; at < end; at++) {
      byte b = bytes[at];
      if (b == '"') {
        inText = !inText;
      } else if (b == '\n') {
        inText = false;
        if (at + 1 < end && (bytes[at + 1] == '{' || bytes[at + 1] == '[')) {
          return at;
        }
      } else if (b == '{' && DamagedValue.beginsObject(bytes, at, end)) {
        return at;
      } else if (inArray && !inText && (b == ',' || b == ']')) {
        return at;
      }
    }
    return end;
  }

  /** Where the text that begins here ends, behind its quote; -1 if it does not on this line. */
  private int behindText(int from) {
    for (int at = from + 1; at < end && bytes[at] != '\n'; at++) {
      if (bytes[at] == '\\') {
        at++;
      } else if (bytes[at] == '"') {
        budget.spend(at - from);
        return at + 1;
      }
    }
    return -1;
  }

  private boolean isScalar(int from, int to) {
    if ("\"-0123456789tfn".indexOf(bytes[from]) < 0) {
      return false;
    }
    try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
      return json.nextToken().isScalarValue() && json.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private void rejectRest(int from) {
    int rest = Separators.skipWithBrackets(bytes, from, end);
    if (rest < end) {
      spans.reject(
          RejectedException.of(
              RejectionReason.TOO_MANY_EVENTS,
              "more than parse.max-events events in one record; this piece is the rest of it"),
          rest,
          Separators.trimEnd(bytes, rest, end));
    }
  }

  private static RejectedException invalidUtf8() {
    return RejectedException.of(RejectionReason.INVALID_UTF8, "the bytes are not UTF-8");
  }
}
