package io.clickstreamlake.trial;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The place in an event that is the reason for its rejection.
 *
 * <p>A place in the syntax is found by a JSON parser. For a value, the event is read again with one
 * value after the other replaced by null: the value without which the outcome is another one is the
 * reason. So this needs no knowledge of the mapping, and is right for every rule.
 */
final class RejectionPlace {

  /** Events with more values are read too often; they get no place. */
  private static final int MAX_VALUES = 2_000;

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private static final JsonFactory JSON = new JsonFactory();

  /** Offsets in the bytes of an event. */
  static final class Span {
    final int start;
    final int end;

    Span(int start, int end) {
      this.start = start;
      this.end = end;
    }
  }

  private final int maxDepth;
  private final Function<byte[], Optional<RejectedException>> outcome;

  /**
   * @param maxDepth of events, as in the settings
   * @param outcome reads an event and returns its rejection; empty if it is accepted
   */
  RejectionPlace(int maxDepth, Function<byte[], Optional<RejectedException>> outcome) {
    this.maxDepth = maxDepth;
    this.outcome = outcome;
  }

  /** The place; empty if the event as a whole is the reason, or something that it lacks. */
  Optional<Span> of(byte[] event, RejectedException cause) {
    switch (cause.reason()) {
      case INVALID_UTF8:
        int invalid = Utf8.firstInvalid(event, 0, event.length);
        return invalid < event.length
            ? Optional.of(new Span(invalid, invalid + 1))
            : Optional.empty();
      case MALFORMED_JSON:
      case DUPLICATE_KEY:
      case TOO_DEEP:
        return inSyntax(event);
      case INVALID_VALUE:
      case INVALID_UNICODE:
      case TIME_OUT_OF_RANGE:
      case QUALITY_RULE:
        return ofValue(event, cause);
      default:
        return Optional.empty();
    }
  }

  private Optional<Span> inSyntax(byte[] event) {
    Deque<Set<String>> names = new ArrayDeque<>();
    try (JsonParser parser = JSON.createParser(event)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          names.push(new HashSet<>());
          if (names.size() > maxDepth) {
            return Optional.of(token(parser));
          }
        } else if (token.isStructEnd()) {
          names.pop();
        } else if (token == JsonToken.FIELD_NAME && !names.element().add(parser.currentName())) {
          return Optional.of(token(parser));
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      int offset = (int) e.getLocation().getByteOffset();
      int start = Math.max(0, Math.min(offset, event.length - 1));
      return event.length == 0 ? Optional.empty() : Optional.of(new Span(start, start + 1));
    } catch (IOException e) {
      return Optional.empty(); // The parser takes binary data for another encoding.
    }
  }

  private Optional<Span> ofValue(byte[] event, RejectedException cause) {
    int values = 0;
    try (JsonParser parser = JSON.createParser(event)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (!token.isScalarValue()) {
          continue;
        }
        if (++values > MAX_VALUES) {
          return Optional.empty();
        }
        Span span = token(parser);
        if (isResolved(cause, outcome.apply(withNull(event, span)))) {
          return Optional.of(span);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the rejection is gone, and not only hidden by a value that another column lacks. */
  private static boolean isResolved(RejectedException cause, Optional<RejectedException> other) {
    if (other.isEmpty()) {
      return true;
    }
    RejectedException now = other.get();
    if (cause.reason() == RejectionReason.INVALID_UNICODE) {
      return now.reason() != cause.reason(); // the parser reports it before all columns
    }
    boolean sameColumn = Objects.equals(now.column(), cause.column());
    return now.reason() == RejectionReason.MISSING_VALUE
        ? sameColumn
        : !sameColumn
            || now.reason() != cause.reason()
            || !now.getMessage().equals(cause.getMessage());
  }

  /** The bytes of the current token. */
  private static Span token(JsonParser parser) throws IOException {
    parser.finishToken();
    int start = (int) parser.currentTokenLocation().getByteOffset();
    int end = (int) parser.currentLocation().getByteOffset();
    if (parser.currentToken() == JsonToken.FIELD_NAME) {
      // The parser has read the colon, too.
      end = start + parser.currentName().getBytes(StandardCharsets.UTF_8).length + 2;
    }
    return new Span(start, Math.max(end, start + 1));
  }

  private static byte[] withNull(byte[] event, Span span) {
    byte[] changed = Arrays.copyOf(event, event.length - (span.end - span.start) + NULL.length);
    System.arraycopy(NULL, 0, changed, span.start, NULL.length);
    System.arraycopy(event, span.end, changed, span.start + NULL.length, event.length - span.end);
    return changed;
  }
}
