package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;

/**
 * The test of a filter such as {@code ?@.key=='sku'}: whether the value at a path within an element
 * is the one that is searched for. Immutable.
 */
final class ElementTest {

  /** Kinds of tests. */
  enum Kind {
    EXISTS,
    EQUAL_TEXT,
    EQUAL_NUMBER,
    EQUAL_LITERAL,
    MATCHES,
    CONTAINS_MATCH
  }

  /** Numbers beyond this length are not compared: their digits cost more than linear time. */
  private static final int MAX_NUMBER_LENGTH = 100;

  private final List<String> names;
  private final Kind kind;
  private final String text;
  private final BigDecimal number;
  private final Pattern pattern;

  private ElementTest(
      List<String> names, Kind kind, String text, BigDecimal number, Pattern pattern) {
    this.names = List.copyOf(names);
    this.kind = kind;
    this.text = text;
    this.number = number;
    this.pattern = pattern;
  }

  static ElementTest exists(List<String> names) {
    return new ElementTest(names, Kind.EXISTS, null, null, null);
  }

  static ElementTest equalText(List<String> names, String text) {
    return new ElementTest(names, Kind.EQUAL_TEXT, text, null, null);
  }

  static ElementTest equalNumber(List<String> names, BigDecimal number) {
    return new ElementTest(names, Kind.EQUAL_NUMBER, null, number, null);
  }

  /**
   * A test for a literal.
   *
   * @param literal true, false or null
   */
  static ElementTest equalLiteral(List<String> names, String literal) {
    return new ElementTest(names, Kind.EQUAL_LITERAL, literal, null, null);
  }

  /** A test whether the whole text matches an RE2 pattern. */
  static ElementTest matches(List<String> names, Pattern pattern) {
    return new ElementTest(names, Kind.MATCHES, null, null, pattern);
  }

  /** A test whether a part of the text matches an RE2 pattern. */
  static ElementTest containsMatch(List<String> names, Pattern pattern) {
    return new ElementTest(names, Kind.CONTAINS_MATCH, null, null, pattern);
  }

  /** The path within the element. */
  List<String> names() {
    return names;
  }

  /** Whether the test is for the presence of a value of any kind. */
  boolean isExistence() {
    return kind == Kind.EXISTS;
  }

  /** Whether the scalar that was just read passes. */
  boolean passes(JsonParser json, JsonToken token) throws IOException {
    switch (kind) {
      case EXISTS:
        return true;
      case EQUAL_TEXT:
        return token == JsonToken.VALUE_STRING && json.getText().equals(text);
      case EQUAL_NUMBER:
        return token.isNumeric()
            && json.getTextLength() <= MAX_NUMBER_LENGTH
            && new BigDecimal(json.getText()).compareTo(number) == 0;
      case EQUAL_LITERAL:
        return !token.isNumeric() && token != JsonToken.VALUE_STRING && json.getText().equals(text);
      case MATCHES:
        return token == JsonToken.VALUE_STRING && pattern.matches(json.getText());
      default:
        return token == JsonToken.VALUE_STRING && pattern.matcher(json.getText()).find();
    }
  }
}
