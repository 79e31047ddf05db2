package io.clickstreamlake.parse.mapping;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The parser of {@link JsonPath}. What is outside the subset is refused with the position and,
 * where the intention can be seen, with the spelling that is meant. Not thread-safe: one per text.
 */
final class JsonPathParser {

  /** Name of the object that holds the kept fields of an envelope. */
  static final String ENVELOPE = "$envelope";

  private static final int MAX_INDEX_DIGITS = 6;
  private static final String END_OF_NAME = ".[]()*?@$'\"\\,:=!<>&|";

  /** Characters that may follow a name; within a filter, also those of a test. */
  private static final String AFTER_NAME = ".[";

  private static final String AFTER_NAME_IN_FILTER = ".[] =)!<>&|,";

  private final String text;
  private int at;

  private JsonPathParser(String text) {
    this.text = text;
  }

  /**
   * Parses a path that starts at the event, {@code $.user.id}, or at the kept fields of its
   * envelope, {@code $envelope.user.id}.
   *
   * @throws InvalidPathException if it is not a path of the subset
   */
  static JsonPath absolute(String text) throws InvalidPathException {
    JsonPathParser parser = new JsonPathParser(text);
    List<JsonPath.Segment> segments = new ArrayList<>();
    if (text.startsWith(ENVELOPE)
        && (text.length() == ENVELOPE.length()
            || ".[".indexOf(text.charAt(ENVELOPE.length())) >= 0)) {
      parser.at = ENVELOPE.length();
      segments.add(new JsonPath.Name(ENVELOPE));
    } else if (text.startsWith("$") && !startsWithWord(text)) {
      parser.at = 1;
    } else if (text.startsWith("$")) {
      throw new InvalidPathException(
          "expected . or [ after $, as in $.user.id; the kept fields of an envelope start with"
              + " $envelope.");
    } else {
      throw new InvalidPathException("is not a path; a path starts with $, such as $.user.id");
    }
    parser.segments(segments);
    if (segments.isEmpty()) {
      throw new InvalidPathException("is the whole event; name a field, such as $.user");
    }
    return new JsonPath(text, segments);
  }

  /**
   * Parses a path within an element: {@code price.amount}, or {@code @.price.amount}.
   *
   * @throws InvalidPathException if it is not a path of the subset
   */
  static JsonPath relative(String text) throws InvalidPathException {
    if (text.startsWith("$")) {
      throw new InvalidPathException(
          "starts at the event; within an element, write it without $: "
              + (text.startsWith("$.") ? text.substring(2) : "price.amount"));
    }
    JsonPathParser parser = new JsonPathParser(text);
    List<JsonPath.Segment> segments = new ArrayList<>();
    if (text.startsWith("@")) {
      parser.at = 1;
    } else if (!text.isEmpty() && !text.startsWith("[")) {
      segments.add(parser.afterDot());
    }
    parser.segments(segments);
    if (segments.isEmpty()) {
      throw new InvalidPathException("is not a path; write a field's name, such as price.amount");
    }
    return new JsonPath(text, segments);
  }

  private static boolean startsWithWord(String text) {
    return text.length() > 1 && isWord(text.charAt(1));
  }

  private void segments(List<JsonPath.Segment> segments) throws InvalidPathException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("..", at)) {
        throw error("'..' searches at every depth, which is not supported; write the whole path");
      }
      if (c == '.') {
        at++;
        segments.add(afterDot());
      } else if (c == '[') {
        at++;
        segments.add(bracket());
      } else {
        throw error("expected . or [");
      }
    }
  }

  private JsonPath.Segment afterDot() throws InvalidPathException {
    if (at < text.length() && text.charAt(at) == '*') {
      at++;
      return new JsonPath.Wildcard();
    }
    if (at == text.length()) {
      throw error("ends with a dot; write the name of a field after it");
    }
    return new JsonPath.Name(word(AFTER_NAME));
  }

  /** A name outside of brackets, up to one of the characters that may follow it. */
  private String word(String followers) throws InvalidPathException {
    int start = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    String name = text.substring(start, at);
    boolean ended = at == text.length() || followers.indexOf(text.charAt(at)) >= 0;
    if (name.isEmpty() || !ended) {
      int end = start;
      while (end < text.length() && ".[]".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      at = start;
      throw error(
          end == start
              ? "a name is missing"
              : "put the name in brackets: " + quoted(text.substring(start, end)));
    }
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      at = start;
      throw error(
          "write [" + name + "] for an element of an array, or ['" + name + "'] for a field");
    }
    return name;
  }

  private static boolean isWord(char c) {
    return c > ' ' && c != 0x7F && !Character.isWhitespace(c) && END_OF_NAME.indexOf(c) < 0;
  }

  /** A name in brackets, for messages. */
  static String quoted(String name) {
    return "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
  }

  private JsonPath.Segment bracket() throws InvalidPathException {
    skipBlanks();
    JsonPath.Segment segment;
    char c = peek();
    if (c == '\'' || c == '"') {
      segment = new JsonPath.Name(string());
    } else if (c == '*') {
      at++;
      segment = new JsonPath.Wildcard();
    } else if (c == '?') {
      at++;
      segment = new JsonPath.Filter(filter());
    } else if (c == '-' || c >= '0' && c <= '9') {
      segment = new JsonPath.Index(index());
    } else if (c == ':') {
      throw error("slices are not supported; write an index, such as [0], or [*]");
    } else if (c == '@' || c == '(') {
      throw error("a filter starts with a question mark: [?@.key=='…']");
    } else {
      int end = text.indexOf(']', at);
      throw error(
          end > at
              ? "put the name in quotes: " + quoted(text.substring(at, end))
              : "the bracket is not closed");
    }
    skipBlanks();
    if (peek() == ':') {
      throw error("slices are not supported; write an index, such as [0], or [*]");
    }
    if (peek() == ',') {
      throw error("lists are not supported; write one path per field or element");
    }
    if (peek() != ']') {
      throw error("expected ]");
    }
    at++;
    return segment;
  }

  private int index() throws InvalidPathException {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int digits = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    boolean leadingZero = text.charAt(digits < text.length() ? digits : start) == '0';
    if (at == digits || at - digits > MAX_INDEX_DIGITS || leadingZero && at - start > 1) {
      at = start;
      throw error("is not an index; write a number such as 0, 12 or -1");
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private ElementTest filter() throws InvalidPathException {
    skipBlanks();
    boolean parenthesis = peek() == '(';
    if (parenthesis) {
      at++;
      skipBlanks();
    }
    ElementTest test;
    if (text.startsWith("match(", at)) {
      at += "match(".length();
      test = function(ElementTest::matches);
    } else if (text.startsWith("search(", at)) {
      at += "search(".length();
      test = function(ElementTest::containsMatch);
    } else {
      test = comparison();
    }
    skipBlanks();
    if (text.startsWith("&&", at) || text.startsWith("||", at)) {
      throw error("a filter has one test; && and || are not supported");
    }
    if (parenthesis) {
      expect(')');
    }
    return test;
  }

  private ElementTest function(BiFunction<List<String>, Pattern, ElementTest> test)
      throws InvalidPathException {
    skipBlanks();
    List<String> names = inElement();
    skipBlanks();
    expect(',');
    skipBlanks();
    int start = at;
    String regex = string();
    skipBlanks();
    expect(')');
    try {
      return test.apply(names, Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      at = start;
      throw error("is not a regular expression (" + e.getDescription() + ")");
    }
  }

  private ElementTest comparison() throws InvalidPathException {
    List<String> names = inElement();
    skipBlanks();
    if (peek() == ']' || peek() == ')') {
      return ElementTest.exists(names);
    }
    if (!text.startsWith("==", at)) {
      throw error("a filter compares with ==, such as [?@.key=='sku']");
    }
    at += 2;
    skipBlanks();
    char c = peek();
    if (c == '\'' || c == '"') {
      return ElementTest.equalText(names, string());
    }
    int start = at;
    while (at < text.length() && "])& |".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String literal = text.substring(start, at);
    if (literal.equals("true") || literal.equals("false") || literal.equals("null")) {
      return ElementTest.equalLiteral(names, literal);
    }
    if (literal.matches("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?")) {
      return ElementTest.equalNumber(names, new BigDecimal(literal));
    }
    at = start;
    throw error("compare with a text in quotes, a number, true, false or null");
  }

  /** Names after the at sign of a filter. */
  private List<String> inElement() throws InvalidPathException {
    if (peek() != '@') {
      throw error("a filter starts with the element's field, such as @.key");
    }
    at++;
    List<String> names = new ArrayList<>();
    while (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == '[')) {
      if (text.charAt(at++) == '.') {
        names.add(word(AFTER_NAME_IN_FILTER));
      } else {
        skipBlanks();
        if (peek() != '\'' && peek() != '"') {
          throw error("within a filter, only names are supported");
        }
        names.add(string());
        skipBlanks();
        expect(']');
      }
    }
    if (names.isEmpty()) {
      throw error("a filter tests a field of the element, such as @.key");
    }
    return names;
  }

  /** A string in single or double quotes with the escapes of JSON. */
  private String string() throws InvalidPathException {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw error("expected a text in quotes");
    }
    int start = at++;
    StringBuilder string = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw error("a control character must be escaped");
      }
      string.append(c == '\\' ? escape() : c);
    }
    if (at == text.length()) {
      at = start;
      throw error("the quote is not closed");
    }
    at++;
    return string.toString();
  }

  private char escape() throws InvalidPathException {
    char c = peek();
    at++;
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case '/':
      case '\\':
      case '\'':
      case '"':
        return c;
      case 'u':
        if (at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
          at += 4;
          return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        break;
      default:
    }
    at--;
    throw error("is not an escape of JSON");
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) throws InvalidPathException {
    if (peek() != c) {
      throw error("expected " + c);
    }
    at++;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private InvalidPathException error(String hint) {
    return new InvalidPathException("at character " + (at + 1) + ": " + hint);
  }

  /** The text is not a path of the subset. */
  static final class InvalidPathException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param hint what is wrong, and how to write it
     */
    InvalidPathException(String hint) {
      super(hint, null, false, false);
    }
  }
}
