package io.clickstreamlake.local.query;

import java.util.Locale;

/**
 * A token of a statement.
 *
 * @param text without quotes or backquotes, with escapes resolved
 * @param start offset of its first character in the source, including quotes
 * @param end offset after its last character
 */
record SqlToken(Kind kind, String text, int start, int end, int line, int column) {

  enum Kind {
    /** A keyword or an unquoted name. */
    WORD,
    /** A name in backquotes or double quotes; never a keyword. */
    QUOTED_NAME,
    /** A string in single quotes. */
    STRING,
    NUMBER,
    /** One character: bracket, comma, semicolon, angle bracket, operator. */
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }

  String lower() {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The token in a message. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the statement";
      case STRING -> "'" + text + "'";
      default -> "\"" + text + "\"";
    };
  }
}
