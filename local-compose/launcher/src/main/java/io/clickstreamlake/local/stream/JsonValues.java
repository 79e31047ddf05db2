package io.clickstreamlake.local.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The JSON objects of a text, one after the other or as elements of an array. Each becomes one
 * line: without white space between its tokens, and otherwise with the bytes as they are written.
 *
 * <p>The text is divided by its brackets and quotes, so that one object is in memory; then a parser
 * checks that each is valid.
 */
final class JsonValues {

  /** White space may be most of a value: records are limited after it is removed. */
  private static final int MAX_VALUE_BYTES = 16 * 1024 * 1024;

  private static final JsonFactory JSON = new JsonFactory();

  /** A second place in a message of the parser, relative to the value. */
  private static final Pattern PLACE = Pattern.compile(" \\(for \\w+ starting at \\[.*]\\)");

  private final String name;
  private final RecordConsumer records;
  private final ByteArrayOutputStream value = new ByteArrayOutputStream();
  private final ByteArrayOutputStream compact = new ByteArrayOutputStream();
  private long line = 1;
  private long column;

  // The value that is being read.
  private int depth;
  private boolean inText;
  private boolean escaped;
  private long valueLine;
  private long valueColumn;

  // Around it.
  private boolean inArray;
  private boolean afterElement;
  private boolean afterComma;
  private long arrayLine;

  /**
   * @param name of the text, for messages
   */
  JsonValues(String name, RecordConsumer records) {
    this.name = name;
    this.records = records;
  }

  /**
   * Reads the text to its end.
   *
   * @throws InvalidInputException at the first place that is not valid, with line and column
   */
  void read(InputStream in) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (!records.wantsMore()) {
        return;
      }
      for (int i = 0; i < n; i++) {
        accept(buffer[i]);
      }
      if (in.available() == 0) {
        records.pause();
      }
    }
    if (depth > 0) {
      throw invalid(valueLine, valueColumn, "the object that begins here has no end");
    }
    if (inArray) {
      throw invalid(arrayLine, 1, "the array that begins in this line has no end");
    }
  }

  private void accept(byte b) {
    // Columns count characters, so the other bytes of a character have its column.
    if ((b & 0xc0) != 0x80) {
      column++;
    }
    if (depth == 0) {
      between(b);
    } else {
      within(b);
    }
    if (b == '\n') {
      line++;
      column = 0;
    }
  }

  private void between(byte b) {
    switch (b) {
      case ' ', '\t', '\r', '\n' -> {}
      case '{' -> {
        if (inArray && afterElement) {
          throw invalid(line, column, "expected , or ] after an element of the array");
        }
        valueLine = line;
        valueColumn = column;
        depth = 1;
        inText = false;
        escaped = false;
        value.reset();
        compact.reset();
        value.write(b);
        compact.write(b);
      }
      case '[' -> {
        if (inArray) {
          throw invalid(line, column, "expected an object as an element of the array, but found [");
        }
        inArray = true;
        afterElement = false;
        afterComma = false;
        arrayLine = line;
      }
      case ',' -> {
        if (!inArray || !afterElement) {
          throw invalid(line, column, "expected an object, but found ,");
        }
        afterElement = false;
        afterComma = true;
      }
      case ']' -> {
        if (!inArray || afterComma) {
          throw invalid(line, column, "expected an object, but found ]");
        }
        inArray = false;
        afterElement = false;
      }
      default ->
          throw invalid(line, column, "expected an object, but found " + (char) (b & 0xff) + "");
    }
  }

  private void within(byte b) {
    value.write(b);
    if (inText || !(b == ' ' || b == '\t' || b == '\r' || b == '\n')) {
      compact.write(b);
    }
    if (value.size() > MAX_VALUE_BYTES) {
      throw invalid(
          valueLine,
          valueColumn,
          "the object that begins here has more than " + MAX_VALUE_BYTES + " bytes, or no end");
    }
    if (inText) {
      inText = escaped || b != '"';
      escaped = !escaped && b == '\\';
    } else if (b == '"') {
      inText = true;
      escaped = false;
    } else if (b == '{' || b == '[') {
      depth++;
    } else if ((b == '}' || b == ']') && --depth == 0) {
      check();
      records.record(compact.toByteArray(), name + ", line " + valueLine);
      afterElement = inArray;
      afterComma = false;
    }
  }

  /** The brackets of the value are balanced; here the rest is checked. */
  private void check() {
    try (JsonParser parser = JSON.createParser(value.toString(StandardCharsets.UTF_8))) {
      while (parser.nextToken() != null) {
        // Reads to the end, or to the first error.
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      boolean first = at == null || at.getLineNr() <= 1;
      throw invalid(
          at == null ? valueLine : valueLine + at.getLineNr() - 1,
          (first ? valueColumn - 1 : 0) + (at == null ? 1 : at.getColumnNr()),
          PLACE.matcher(e.getOriginalMessage()).replaceAll(""));
    } catch (IOException e) {
      throw invalid(valueLine, valueColumn, e.getMessage());
    }
  }

  private InvalidInputException invalid(long atLine, long atColumn, String problem) {
    return new InvalidInputException(
        name + ", line " + atLine + ", column " + atColumn + ": not valid JSON: " + problem + ".");
  }
}
