package io.clickstreamlake.local.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The text of a value of a result: decimals in full, nested values as JSON. */
final class ResultText {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          // JSON has no numbers for NaN and infinity.
          .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  /** Without a separator between values: the caller ends each line. */
  private static final ObjectWriter LINES = MAPPER.writer(new MinimalPrettyPrinter(""));

  private ResultText() {}

  static String of(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof List || value instanceof Map ? json(value) : value.toString();
  }

  /** A generator that writes several values to one text and never closes it. */
  static JsonGenerator generator(Writer out) throws IOException {
    return LINES.createGenerator(out);
  }

  private static String json(Object value) {
    StringWriter text = new StringWriter();
    try {
      MAPPER.writeValue(text, value);
    } catch (IOException e) {
      throw new UncheckedIOException("Not a JSON value: " + value, e);
    }
    return text.toString();
  }
}
