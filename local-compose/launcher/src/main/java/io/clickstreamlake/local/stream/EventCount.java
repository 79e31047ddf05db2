package io.clickstreamlake.local.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The number of events in a line: one per JSON value, one per element of an array, and one for an
 * invalid rest of the line.
 *
 * <p>The job's parser is deliberately not used: the number of events sent and the number received
 * must not come from the same code.
 *
 * @param valid whether all of the line is JSON
 */
record EventCount(int events, boolean valid) {

  private static final JsonFactory JSON = new JsonFactory();

  static EventCount in(byte[] line) {
    if (!isUtf8(line)) {
      return new EventCount(1, false);
    }
    int events = 0;
    try (JsonParser parser = JSON.createParser(line)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            events++;
          }
        } else {
          parser.skipChildren();
          events++;
        }
      }
      return new EventCount(events, true);
    } catch (IOException e) {
      return new EventCount(events + 1, false);
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
