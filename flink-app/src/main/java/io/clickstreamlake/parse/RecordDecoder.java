package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.Codec;
import io.clickstreamlake.parse.mapping.Unwrapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The step that decodes whole records as the mapping says, before they are split into values. A
 * record that does not have the header or encoding of a step is left as it is.
 *
 * <pre>
 *   Confluent  │ 00 │ schema, 4 bytes │ body
 *   Glue       │ 03 │ 00 or 05 (zlib) │ UUID of the schema version, 16 bytes │ body
 * </pre>
 *
 * Not thread-safe: it belongs to one subtask.
 */
final class RecordDecoder {

  private static final int CONFLUENT_LENGTH = 5;
  private static final int GLUE_LENGTH = 18;

  private final Unwrapping unwrapping;
  private final Decoder decoder;
  private String header;

  RecordDecoder(Unwrapping unwrapping, Decoder decoder) {
    this.unwrapping = unwrapping;
    this.decoder = decoder;
  }

  /** Whether the record stands for a deletion, and the mapping says that it is no event. */
  boolean isTombstone(byte[] record) {
    if (!unwrapping.skipsTombstones) {
      return false;
    }
    int start = Separators.skip(record, 0, record.length);
    int end = Separators.trimEnd(record, start, record.length);
    return start == end
        || end - start == 4
            && new String(record, start, 4, StandardCharsets.ISO_8859_1).equals("null");
  }

  /** Returns the decoded record. */
  byte[] decode(byte[] record) throws UndecodableException {
    header = null;
    byte[] bytes = record;
    for (Unwrapping.RecordStep step : unwrapping.recordSteps) {
      bytes = step.header == null ? decode(bytes, step.codec) : cutHeader(bytes, step.header);
    }
    return bytes;
  }

  /**
   * The header that was cut off the last record, if what follows is not JSON and not compressed:
   * the registry and its schema; else null.
   */
  String headerOfOtherFormat(byte[] decoded) {
    if (header == null || Expander.isCompressed(decoded, 0, decoded.length)) {
      return null;
    }
    int at = Separators.skip(decoded, 0, decoded.length);
    return at < decoded.length && (decoded[at] == '{' || decoded[at] == '[') ? null : header;
  }

  private byte[] cutHeader(byte[] record, Unwrapping.Header kind) {
    if (kind == Unwrapping.Header.CONFLUENT) {
      if (record.length > CONFLUENT_LENGTH && record[0] == 0) {
        header = "Confluent's schema registry, schema " + ByteBuffer.wrap(record).getInt(1);
        return Arrays.copyOfRange(record, CONFLUENT_LENGTH, record.length);
      }
    } else if (record.length > GLUE_LENGTH
        && record[0] == 3
        && (record[1] == 0 || record[1] == 5)) {
      ByteBuffer id = ByteBuffer.wrap(record, 2, GLUE_LENGTH - 2);
      UUID schema = new UUID(id.getLong(), id.getLong());
      header = "AWS Glue Schema Registry, schema version " + schema;
      return Arrays.copyOfRange(record, GLUE_LENGTH, record.length);
    }
    return record;
  }

  private byte[] decode(byte[] record, Codec codec) throws UndecodableException {
    int start = Separators.skip(record, 0, record.length);
    boolean isJson = start < record.length && (record[start] == '{' || record[start] == '[');
    if (start == record.length || isJson) {
      return record;
    }
    switch (codec) {
      case JSON:
        return record[start] == '"' ? texts(record, start) : record;
      case BASE64:
        return isBase64(record) ? tryBase64(record) : record;
      case FORM:
        return isForm(record, start) ? forms(record) : record;
      default:
        return Expander.isCompressed(record, 0, record.length)
            ? decoder.bytes(record, codec)
            : record;
    }
  }

  private static boolean isBase64(byte[] record) {
    for (byte b : record) {
      boolean allowed =
          b >= 'a' && b <= 'z'
              || b >= 'A' && b <= 'Z'
              || b >= '0' && b <= '9'
              || "+/-_=\n\r\t ".indexOf(b) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private byte[] tryBase64(byte[] record) throws UndecodableException {
    try {
      byte[] decoded = decoder.bytes(record, Codec.BASE64);
      // Many words happen to be base64, of bytes that mean nothing.
      boolean isMeant =
          Expander.isCompressed(decoded, 0, decoded.length)
              || Utf8.isValid(decoded, 0, decoded.length);
      return isMeant ? decoded : record;
    } catch (UndecodableException e) {
      if (e.reason() == RejectionReason.INVALID_ENCODING) {
        return record;
      }
      throw e;
    }
  }

  private static boolean isForm(byte[] record, int start) {
    if (record[start] == '"' || !Utf8.isValid(record, 0, record.length)) {
      return false;
    }
    for (int at = start; at < record.length && record[at] != '\n'; at++) {
      if (record[at] == '=') {
        return true;
      }
    }
    return false;
  }

  /** One object per line. */
  private byte[] forms(byte[] record) throws UndecodableException {
    ByteArrayOutputStream objects = new ByteArrayOutputStream();
    int at = 0;
    while (at < record.length) {
      int end = at;
      while (end < record.length && record[end] != '\n') {
        end++;
      }
      int to = Separators.trimEnd(record, at, end);
      if (at < to) {
        byte[] object = Decoder.form(Arrays.copyOfRange(record, at, to));
        objects.write(object, 0, object.length);
        objects.write('\n');
      }
      at = end + 1;
    }
    decoder.spend(objects.size());
    return objects.toByteArray();
  }

  /** The contents of JSON strings that follow each other, one per line. */
  private byte[] texts(byte[] record, int start) throws UndecodableException {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    try (JsonParser json = EventJson.FORMAT.createParser(record, start, record.length - start)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.VALUE_STRING || !Utf8.isWellFormed(json.getText())) {
          return record;
        }
        texts.writeBytes(json.getText().getBytes(StandardCharsets.UTF_8));
        texts.write('\n');
      }
    } catch (JsonProcessingException e) {
      return record;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    decoder.spend(texts.size());
    return texts.toByteArray();
  }
}
