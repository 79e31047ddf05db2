package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import java.io.IOException;
import java.util.List;

/**
 * The step that splits a text into events. The text is one object, consecutive objects with or
 * without {@link Separators} between them, or arrays of objects; their brackets count as
 * separators.
 *
 * <p>A valid text is read in one pass by one JSON parser. Where that parser stops, this class
 * continues value by value: it skips separators, reads each value with a separate parser, and ends
 * an invalid value where {@link DamagedValue} determines, so that its neighbors are kept.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
final class EventSplitter {

  /** Flag of an event with a field that could not be decoded, and was left as it was. */
  private static final String DECODE_FAILED = "decode_failed";

  private final EventReader reader;
  private final EventAssembler assembler;
  private final Unwrapper unwrapper;
  private final WorkBudget budget = new WorkBudget();

  // The current text.
  private RecordContext record;
  private byte[] bytes;
  private int end;
  private RecordSpans spans;

  /** First byte at or after the current value that is not UTF-8, or end. */
  private int invalidUtf8;

  /** Opening minus closing brackets between the values. */
  private int openArrays;

  /** Start of the current value, or end of the last one. */
  private int valueStart;

  /** Start of the next line that begins with a brace or bracket, from the last search. */
  private int nextLine;

  /** The error of the value that {@link #readSingleValue} could not read. */
  private RejectedException error;

  /**
   * Position of that error, or {@link DamagedValue#NONE} if the value was valid JSON up to a limit.
   */
  private int failedAt;

  /**
   * @param unwrapper takes the events out of each value, or null if each value is an event
   */
  EventSplitter(EventReader reader, EventAssembler assembler, Unwrapper unwrapper) {
    this.reader = reader;
    this.assembler = assembler;
    this.unwrapper = unwrapper;
  }

  /**
   * Reads the text from start to end.
   *
   * @param invalid position of the first byte that is not UTF-8, or end
   * @param spans receives an event or a rejected piece for all bytes that are not separators
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
    reader.beginText(bytes, Utf8.hasEscape(bytes, start, end));
    budget.begin(end - start);
    spans.beginText(bytes, start);
    if (invalidUtf8 < end || !readInOnePass()) {
      readValueByValue(valueStart);
    }
    spans.closeText(end);
  }

  /** Bytes of the last text that were read more than once. */
  long workSpent() {
    return budget.spent();
  }

  /**
   * Reads from {@link #valueStart} with one parser.
   *
   * @return false if the parser cannot continue; reading then resumes at valueStart
   */
  private boolean readInOnePass() {
    int base = valueStart;
    if (base == end) {
      return true;
    }
    try (JsonParser json = EventJson.FORMAT.createParser(bytes, base, end - base)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          valueStart = tokenStart(json, base);
          if (spans.isFull()) {
            return false;
          }
          valueStart = readValue(json, json.getParsingContext().getParent(), base, valueStart);
        } else if (token.isScalarValue()) {
          // A string may be a stray quote followed by the start of the next event.
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
   * Reads the object whose opening brace was just read: an event, or a rejected piece.
   *
   * @param outer context of the object
   * @param base start of the parser's bytes
   * @param from start of the object
   * @return its end
   * @throws JsonProcessingException if it is not valid JSON; then nothing was claimed
   */
  private int readValue(JsonParser json, JsonStreamContext outer, int base, int from)
      throws IOException {
    if (unwrapper != null) {
      return readEnvelope(json, outer, base, from);
    }
    RejectedException cause = null;
    EventDraft draft = null;
    try {
      draft = reader.read(json, base);
    } catch (RejectedException e) {
      cause = e;
      // Read the rest of the value to find the next one.
      while (json.getParsingContext() != outer) {
        json.nextToken();
      }
    }
    int to = tokenEnd(json, base);
    if (invalidUtf8 < to) {
      cause = invalidUtf8();
    }
    int position = spans.claim(from, to);
    if (cause == null) {
      cause = emit(draft, new ParsedEvent(bytes, from, to - from, position));
    }
    if (cause != null) {
      spans.rejectClaimed(cause, position, from, to);
    }
    return to;
  }

  /** Like {@link #readValue}, for a value that may hold several events, or none. */
  private int readEnvelope(JsonParser json, JsonStreamContext outer, int base, int from)
      throws IOException {
    List<Unwrapper.Piece> pieces = List.of();
    RejectedException cause = null;
    try {
      pieces = unwrapper.unwrap(json, bytes, base, from, spans.room());
    } catch (RuntimeException e) {
      cause = RejectedException.unreadable("the unwrapping of the record", e);
      while (json.getParsingContext() != outer) {
        json.nextToken();
      }
    }
    int to = tokenEnd(json, base);
    if (invalidUtf8 < to) {
      cause = invalidUtf8();
    }
    if (cause != null) {
      spans.reject(cause, from, to);
    } else if (pieces.isEmpty()) {
      spans.skip(from, to);
    } else {
      int position = spans.claim(from, to);
      for (Unwrapper.Piece piece : pieces) {
        readPiece(piece, position < 0 ? spans.claimAnother() : position);
        position = -1;
      }
    }
    return to;
  }

  private void readPiece(Unwrapper.Piece piece, int position) {
    RejectedException cause = piece.cause;
    if (cause == null) {
      cause = emitPiece(piece, position);
    }
    if (cause != null) {
      spans.rejectPart(cause, position, piece.bytes, piece.start, piece.end());
    }
  }

  /** Reads and emits an event; returns the reason if it cannot be a row, else null. */
  private RejectedException emitPiece(Unwrapper.Piece piece, int position) {
    int length = piece.end() - piece.start;
    reader.beginText(piece.bytes, Utf8.hasEscape(piece.bytes, piece.start, piece.end()));
    try (JsonParser json = EventJson.FORMAT.createParser(piece.bytes, piece.start, length)) {
      json.nextToken();
      EventDraft draft = reader.read(json, piece.start);
      if (piece.isDamaged) {
        draft.flags.add(DECODE_FAILED);
      }
      return emit(draft, new ParsedEvent(piece.bytes, piece.start, length, position));
    } catch (RejectedException e) {
      return e;
    } catch (JsonProcessingException e) {
      return RejectedException.of(
          RejectionReason.UNREADABLE, "an event was valid JSON only until it was read");
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** Emits the event of claimed bytes; returns the reason if it cannot be a row, else null. */
  private RejectedException emit(EventDraft draft, ParsedEvent event) {
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

  /** Reads value by value, each with a separate parser. */
  private void readValueByValue(int from) {
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
        int to = readSingleValue(at);
        at = to < 0 ? rejectDamaged(at) : to;
      } else {
        at = rejectOther(at);
      }
    }
  }

  /** Reads one value; returns its end, or -1 if it is not valid JSON. */
  private int readSingleValue(int at) {
    try (JsonParser json = EventJson.FORMAT.createParser(bytes, at, lookAhead(at) - at)) {
      try {
        JsonStreamContext root = json.getParsingContext();
        json.nextToken();
        return readValue(json, root, at, at);
      } catch (JsonProcessingException e) {
        budget.spend(tokenEnd(json, at) - at);
        long offset = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
        // A value beyond a limit of the parser is not damaged: its strings are intact.
        failedAt = e instanceof StreamConstraintsException ? DamagedValue.NONE : at + (int) offset;
        error = error(e, offset);
        return -1;
      }
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** Maximum end of a value that begins here. */
  private int lookAhead(int at) {
    return budget.isExhausted() ? nextLine(at) : end;
  }

  /** Searched once per line, regardless of the number of values on the line. */
  private int nextLine(int at) {
    if (at >= nextLine) {
      nextLine = DamagedValue.nextLine(bytes, at, end);
      budget.spend(nextLine - at);
    }
    return nextLine;
  }

  private static RejectedException error(JsonProcessingException e, long offset) {
    if (e instanceof StreamConstraintsException) {
      return RejectedException.of(
          RejectionReason.TOO_DEEP, "nested far deeper than parse.max-depth");
    }
    // Jackson's message quotes the text, which may be personal data.
    return RejectedException.of(
        RejectionReason.MALFORMED_JSON, "not JSON at byte " + offset + " of the event");
  }

  private int rejectDamaged(int at) {
    int to =
        budget.isExhausted()
            ? Separators.trimEnd(bytes, at, nextLine(at))
            : DamagedValue.end(bytes, at, failedAt, end, budget);
    spans.reject(invalidUtf8 < to ? invalidUtf8() : error, at, to);
    return to;
  }

  /** Rejects bytes that begin neither an object nor an array. */
  private int rejectOther(int at) {
    int to = endOfScalar(at);
    RejectedException cause;
    if (to > 0) {
      cause = RejectedException.of(RejectionReason.NOT_AN_OBJECT, "the event is not a JSON object");
    } else {
      to = Separators.trimEnd(bytes, at, endOfOther(at));
      while (openArrays > 0 && to > at + 1 && bytes[to - 1] == ']') {
        to = Separators.trimEnd(bytes, at, to - 1);
      }
      cause =
          RejectedException.of(RejectionReason.MALFORMED_JSON, "not JSON at byte 0 of the event");
    }
    spans.reject(invalidUtf8 < to ? invalidUtf8() : cause, at, to);
    return to;
  }

  /** End of the string, number or literal that begins here, or -1 if there is none. */
  private int endOfScalar(int from) {
    int to;
    if (bytes[from] == '"') {
      to = endOfString(from);
    } else {
      to = from;
      while (to < end && !isBoundary(to)) {
        to++;
      }
      budget.spend(to - from);
    }
    return to > 0 && (to == end || isBoundary(to)) && isScalar(from, to) ? to : -1;
  }

  /** Whether a value ends here: at a separator, a bracket, or the start of an object. */
  private boolean isBoundary(int at) {
    return bytes[at] == ']' || bytes[at] == '{' || Separators.length(bytes, at, end) > 0;
  }

  /** Start of the next object or of the next line that begins with a bracket, or the end. */
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

  /**
   * End of the string that begins here, after its closing quote; -1 if it is not closed on this
   * line.
   */
  private int endOfString(int from) {
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
    try (JsonParser json = EventJson.FORMAT.createParser(bytes, from, to - from)) {
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
