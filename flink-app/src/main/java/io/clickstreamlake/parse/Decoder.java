package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.Codec;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The decoder of fields and records. All that it decodes from one record counts towards {@code
 * parse.max-uncompressed}. Not thread-safe: it belongs to one subtask.
 */
final class Decoder {

  /** A number of JSON with as many digits as DynamoDB has at most, and their sign and exponent. */
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,130})?([eE][-+]?[0-9]{1,3})?");

  private final long maxDecoded;
  private final int maxValues;
  private long remaining;

  Decoder(ParserLimits limits) {
    this.maxDecoded = limits.maxUncompressed;
    this.maxValues = limits.maxEvents;
  }

  /** Empty ranges for as many values as a record may have events. */
  ValueRanges newRanges() {
    return new ValueRanges(maxValues);
  }

  /** Begins a record. */
  void begin() {
    remaining = maxDecoded;
  }

  /**
   * Counts bytes that are made from the record.
   *
   * @throws UndecodableException if there are more than a record may be decoded to
   */
  void spend(long bytes) throws UndecodableException {
    remaining -= bytes;
    if (remaining < 0) {
      throw new UndecodableException(
          RejectionReason.TOO_LARGE, "the record is decoded beyond parse.max-uncompressed");
    }
  }

  /**
   * Decodes a field.
   *
   * @param text of the field; JSON for the codec dynamodb
   * @param codecs in the order of decoding
   */
  DecodedText decode(byte[] text, List<Codec> codecs) throws UndecodableException {
    byte[] bytes = text;
    for (Codec codec : codecs) {
      switch (codec) {
        case JSON:
          return json(bytes);
        case FORM:
          return json(form(bytes));
        case DYNAMODB:
          return json(dynamoDb(bytes));
        default:
          bytes = bytes(bytes, codec);
      }
    }
    if (!Utf8.isValid(bytes, 0, bytes.length)) {
      throw new UndecodableException(
          RejectionReason.INVALID_UTF8, "holds bytes that are not UTF-8");
    }
    return string(bytes);
  }

  /** Decodes one step of a codec whose result is bytes. */
  byte[] bytes(byte[] in, Codec codec) throws UndecodableException {
    return codec == Codec.BASE64 ? base64(in) : expand(in);
  }

  private byte[] base64(byte[] text) throws UndecodableException {
    byte[] standard = new byte[text.length];
    int length = 0;
    for (byte b : text) {
      if (b == '-') {
        standard[length++] = '+';
      } else if (b == '_') {
        standard[length++] = '/';
      } else if (!Separators.isBlank(b)) {
        standard[length++] = b;
      }
    }
    spend(length);
    try {
      return Base64.getDecoder().decode(Arrays.copyOf(standard, length));
    } catch (IllegalArgumentException e) {
      throw new UndecodableException(RejectionReason.INVALID_ENCODING, "is not base64");
    }
  }

  private byte[] expand(byte[] compressed) throws UndecodableException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    UndecodableException[] failure = new UndecodableException[1];
    new Expander(remaining)
        .expand(
            compressed,
            new Expander.Parts() {
              @Override
              public void text(byte[] bytes, int start, int end) {
                text.write(bytes, start, end - start);
              }

              @Override
              public void unreadable(RejectedException cause, byte[] bytes, int start, int end) {
                failure[0] = new UndecodableException(cause.reason(), cause.getMessage());
              }
            });
    if (failure[0] != null) {
      throw failure[0];
    }
    spend(text.size());
    return text.toByteArray();
  }

  /** Checks JSON values that follow each other, and finds their places. */
  DecodedText json(byte[] bytes) throws UndecodableException {
    spend(bytes.length);
    if (!Utf8.isValid(bytes, 0, bytes.length)) {
      throw new UndecodableException(
          RejectionReason.INVALID_UTF8, "holds bytes that are not UTF-8");
    }
    int from = Separators.skip(bytes, 0, bytes.length);
    int to = Separators.trimEnd(bytes, from, bytes.length);
    byte[] text = to - from == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    ValueRanges values = newRanges();
    int count = 0;
    try (JsonParser json = EventJson.FORMAT.createParser(text)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        count++;
        addValues(json, token, 0, values);
      }
    } catch (JsonProcessingException e) {
      throw new UndecodableException(RejectionReason.MALFORMED_JSON, "is not JSON");
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    if (count == 0) {
      throw new UndecodableException(RejectionReason.MALFORMED_JSON, "is empty");
    }
    return new DecodedText(text, values, count == 1);
  }

  /**
   * Adds the place of the value whose first token was just read, or those of its elements if it is
   * an array, and reads it to its end.
   */
  static void addValues(JsonParser json, JsonToken first, int base, ValueRanges values)
      throws IOException {
    int depth = 0;
    JsonToken token = first;
    do {
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        int start = base + (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        json.finishToken();
        values.add(start, base + (int) json.currentLocation().getByteOffset());
      }
      token = depth == 0 ? null : json.nextToken();
    } while (token != null);
  }

  private DecodedText string(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = EventJson.FORMAT.createGenerator(out)) {
      json.writeString(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new DecodedText(out.toByteArray(), newRanges(), true);
  }

  /** Returns form data as a JSON object. */
  static byte[] form(byte[] text) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int at = startOfQuery(text);
    while (at <= text.length) {
      int end = indexOf(text, '&', at, text.length);
      int equals = indexOf(text, '=', at, end);
      if (end > at) {
        String name = unescape(text, at, equals);
        String value = equals < end ? unescape(text, equals + 1, end) : "";
        fields.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
      }
      at = end + 1;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = EventJson.FORMAT.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, List<String>> field : fields.entrySet()) {
        json.writeFieldName(field.getKey());
        if (field.getValue().size() == 1) {
          json.writeString(field.getValue().get(0));
        } else {
          json.writeStartArray();
          for (String value : field.getValue()) {
            json.writeString(value);
          }
          json.writeEndArray();
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /** What precedes a question mark is the path of a URL; in a name it would be escaped. */
  private static int startOfQuery(byte[] text) {
    for (int at = 0; at < text.length; at++) {
      if (text[at] == '?') {
        return at + 1;
      }
      if (text[at] == '=' || text[at] == '&') {
        return 0;
      }
    }
    return 0;
  }

  private static int indexOf(byte[] text, char c, int from, int end) {
    int at = from;
    while (at < end && text[at] != c) {
      at++;
    }
    return at;
  }

  /** Text without the escapes of form data; an escape that is none is kept as it is. */
  private static String unescape(byte[] text, int from, int end) {
    byte[] plain = new byte[end - from];
    int length = 0;
    for (int at = from; at < end; at++) {
      int high = text[at] == '%' && at + 2 < end ? Character.digit(text[at + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text[at + 2], 16);
      if (low >= 0) {
        plain[length++] = (byte) (high << 4 | low);
        at += 2;
      } else {
        plain[length++] = text[at] == '+' ? (byte) ' ' : text[at];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }

  /** Returns the typed values of DynamoDB as plain JSON. */
  private static byte[] dynamoDb(byte[] typed) throws UndecodableException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonParser json = EventJson.FORMAT.createParser(typed);
        JsonGenerator plain = EventJson.FORMAT.createGenerator(out)) {
      json.nextToken();
      dynamoDbFields(json, plain);
    } catch (JsonProcessingException e) {
      throw new UndecodableException(
          RejectionReason.MALFORMED_JSON, "is not JSON with the types of DynamoDB");
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  private static void dynamoDbFields(JsonParser json, JsonGenerator plain)
      throws IOException, UndecodableException {
    plain.writeStartObject();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      plain.writeFieldName(name);
      json.nextToken();
      dynamoDbValue(json, plain);
    }
    plain.writeEndObject();
  }

  /** Converts {@code {"TYPE": value}}, whose opening brace was just read. */
  private static void dynamoDbValue(JsonParser json, JsonGenerator plain)
      throws IOException, UndecodableException {
    String type = json.currentToken() == JsonToken.START_OBJECT ? json.nextFieldName() : null;
    if (type == null) {
      throw notDynamoDb();
    }
    JsonToken token = json.nextToken();
    if (type.equals("M") && token == JsonToken.START_OBJECT) {
      dynamoDbFields(json, plain);
    } else if (token == JsonToken.START_ARRAY) {
      plain.writeStartArray();
      for (token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
        if (type.equals("L")) {
          dynamoDbValue(json, plain);
        } else if (token.isScalarValue()) {
          dynamoDbScalar(json, type.equals("NS") ? "N" : "S", plain);
        } else {
          throw notDynamoDb();
        }
      }
      plain.writeEndArray();
    } else if (token.isScalarValue()) {
      dynamoDbScalar(json, type, plain);
    } else {
      throw notDynamoDb();
    }
    if (json.nextToken() != JsonToken.END_OBJECT) {
      throw notDynamoDb();
    }
  }

  private static void dynamoDbScalar(JsonParser json, String type, JsonGenerator plain)
      throws IOException {
    if (type.equals("NULL")) {
      plain.writeNull();
    } else if (type.equals("BOOL") && json.currentToken() != JsonToken.VALUE_STRING) {
      plain.copyCurrentEvent(json);
    } else if (type.equals("N") && NUMBER.matcher(json.getText()).matches()) {
      plain.writeNumber(json.getText());
    } else {
      plain.writeString(json.getText());
    }
  }

  private static UndecodableException notDynamoDb() {
    return new UndecodableException(
        RejectionReason.INVALID_ENCODING, "does not hold the typed values of DynamoDB");
  }
}
