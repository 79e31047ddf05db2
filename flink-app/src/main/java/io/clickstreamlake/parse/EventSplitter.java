package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import java.io.IOException;

/**
 * Finds the events in a text: one object, objects one after the other with any {@link Separators}
 * or none between them, or arrays of objects, whose brackets count as separators.
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

  private final EventReader reader;
  private final EventAssembler assembler;
  private final WorkBudget budget = new WorkBudget();

  // The text that is being read.
  private RecordContext record;
  private byte[] bytes;
  private int end;
  private RecordSpans spans;

  /** First byte from the current value on that is not UTF-8, or end. */
  private int invalidUtf8;

  /** How many more brackets opened than closed between the values. */
  private int openArrays;

  /** Where the current value begins, or the last one ended. */
  private int valueStart;

  /** Start of the next line that begins with a brace or bracket, as last looked for. */
  private int nextLine;

  /** What is wrong with the value that {@link #readAlone} could not read. */
  private RejectedException flaw;

  /** Where that was noticed, or {@link DamagedValue#NONE} if it is JSON as far as it was read. */
  private int failedAt;

  EventSplitter(EventReader reader, EventAssembler assembler) {
    this.reader = reader;
    this.assembler = assembler;
  }

  /**
   * Reads the text from start to end.
   *
   * @param invalid where the bytes cease to be UTF-8, or end
   * @param spans takes an event or a rejected piece for all bytes that are not separators
   */
  void split(
      RecordContext record, byte[] bytes, int start, int end, int invalid, RecordSpans spans) {
    this.record = record;
    this.bytes = bytes;
    this.end = end;
    this.spans = spans;
    openArrays = 0;
    nextLine = start;
    invalidUtf8 = invalid;
    valueStart = Separators.skip(bytes, start, end);
    reader.beginText(Utf8.hasEscape(bytes, start, end));
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

  /**
   * Reads from {@link #valueStart} with one parser.
   *
   * @return false if it gives up; valueStart is then where reading must go on
   */
  private boolean readInOneGo() {
    int base = valueStart;
    if (base == end) {
      return true;
    }
    try (JsonParser json = JSON.createParser(bytes, base, end - base)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          valueStart = tokenStart(json, base);
          if (spans.isFull()) {
            return false;
          }
          valueStart = readValue(json, json.getParsingContext().getParent(), base, valueStart);
        } else if (token.isScalarValue()) {
          // A text may be a stray quote and the beginning of the next event.
          valueStart = tokenStart(json, base);
          return false;
        } else {
          openArrays += token == JsonToken.START_ARRAY ? 1 : -1;
          valueStart = tokenEnd(json, base);
        }
      }
      return true;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /**
   * Reads the object whose brace was just read: an event, or a rejected piece.
   *
   * @param outer context of the object
   * @param base where the parser's bytes begin
   * @param from where the object begins
   * @return where it ends
   * @throws JsonProcessingException if it is no JSON; then nothing was claimed
   */
  private int readValue(JsonParser json, JsonStreamContext outer, int base, int from)
      throws IOException {
    RejectedException why = null;
    EventDraft draft = null;
    try {
      draft = reader.read(json);
    } catch (RejectedException e) {
      why = e;
      // The rest of the value must be read to find the next.
      while (json.getParsingContext() != outer) {
        json.nextToken();
      }
    }
    int to = tokenEnd(json, base);
    if (invalidUtf8 < to) {
      why = invalidUtf8();
    }
    int position = spans.claim(from, to);
    if (why == null) {
      why = emit(draft, position, from, to);
    }
    if (why != null) {
      spans.rejectClaimed(why, position, from, to);
    }
    return to;
  }

  /** Emits the event at its claimed bytes; returns why if it cannot be a row, else null. */
  private RejectedException emit(EventDraft draft, int position, int from, int to) {
    ParsedEvent event = new ParsedEvent(bytes, from, to - from, position);
    try {
      assembler.assemble(event, draft, record);
    } catch (RejectedException e) {
      return e;
    }
    spans.emit(event);
    return null;
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
    while (true) {
      at = Separators.skip(bytes, at, end);
      if (at == end) {
        return;
      }
      if (invalidUtf8 < at) {
        invalidUtf8 = Utf8.firstInvalid(bytes, at, end);
      }
      byte b = bytes[at];
      if (b == '[' || b == ']') {
        openArrays += b == '[' ? 1 : -1;
        at++;
      } else if (spans.isFull()) {
        rejectRest(at);
        return;
      } else if (b == '{') {
        int to = readAlone(at);
        at = to < 0 ? rejectDamaged(at) : to;
      } else {
        at = rejectOther(at);
      }
    }
  }

  /** Reads one value; where it ends, or -1 if it is no JSON. */
  private int readAlone(int at) {
    try (JsonParser json = JSON.createParser(bytes, at, lookAhead(at) - at)) {
      try {
        JsonStreamContext root = json.getParsingContext();
        json.nextToken();
        return readValue(json, root, at, at);
      } catch (JsonProcessingException e) {
        budget.spend(tokenEnd(json, at) - at);
        long offset = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
        // At a limit of the parser nothing is damaged: texts are texts up to the end.
        failedAt = e instanceof StreamConstraintsException ? DamagedValue.NONE : at + (int) offset;
        flaw = flaw(e, offset);
        return -1;
      }
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** How far a value that begins here may reach. */
  private int lookAhead(int at) {
    return budget.isExhausted() ? nextLine(at) : end;
  }

  /** Looked for once a line, however many values the line holds. */
  private int nextLine(int at) {
    if (at >= nextLine) {
      nextLine = DamagedValue.nextLine(bytes, at, end);
      budget.spend(nextLine - at);
    }
    return nextLine;
  }

  private static RejectedException flaw(JsonProcessingException e, long offset) {
    if (e instanceof StreamConstraintsException) {
      return RejectedException.of(
          RejectionReason.TOO_DEEP, "nested far deeper than parse.max-depth");
    }
    // Jackson's own message quotes the text, which may be personal.
    return RejectedException.of(
        RejectionReason.MALFORMED_JSON, "not JSON at byte " + offset + " of the event");
  }

  private int rejectDamaged(int at) {
    int to =
        budget.isExhausted()
            ? Separators.trimEnd(bytes, at, nextLine(at))
            : DamagedValue.end(bytes, at, failedAt, end, budget);
    spans.reject(invalidUtf8 < to ? invalidUtf8() : flaw, at, to);
    return to;
  }

  /** Rejects what begins neither an object nor an array. */
  private int rejectOther(int at) {
    int to = endOfScalar(at);
    RejectedException why;
    if (to > 0) {
      why = RejectedException.of(RejectionReason.NOT_AN_OBJECT, "the event is no JSON object");
    } else {
      to = Separators.trimEnd(bytes, at, endOfOther(at));
      while (openArrays > 0 && to > at + 1 && bytes[to - 1] == ']') {
        to = Separators.trimEnd(bytes, at, to - 1);
      }
      why = RejectedException.of(RejectionReason.MALFORMED_JSON, "not JSON at byte 0 of the event");
    }
    spans.reject(invalidUtf8 < to ? invalidUtf8() : why, at, to);
    return to;
  }

  /** Where the text, number or literal that begins here ends, or -1 if it is none. */
  private int endOfScalar(int from) {
    int to;
    if (bytes[from] == '"') {
      to = behindText(from);
    } else {
      to = from;
      while (to < end && !isBoundary(to)) {
        to++;
      }
      budget.spend(to - from);
    }
    return to > 0 && (to == end || isBoundary(to)) && isScalar(from, to) ? to : -1;
  }

  /** Whether here something ends: a separator, a bracket, or the beginning of an object. */
  private boolean isBoundary(int at) {
    return bytes[at] == ']' || bytes[at] == '{' || Separators.length(bytes, at, end) > 0;
  }

  /** Where the next object or line that begins with a bracket lies, or the end. */
  private int endOfOther(int from) {
    for (int at = from + 1; at < end; at++) {
      byte b = bytes[at];
      if (b == '{' && DamagedValue.beginsObject(bytes, at, end)
          || b == '[' && bytes[at - 1] == '\n') {
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
