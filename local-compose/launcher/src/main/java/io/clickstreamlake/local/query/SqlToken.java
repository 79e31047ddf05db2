package io.clickstreamlake.local.query;

import java.util.Locale;

/**
 * One token of a statement.
 *
 * @param text without quotes or backquotes, escapes resolved
 * @param start offset of its first character in the source, quotes included
 * @param end offset behind its last character
 */
record SqlToken(Kind kind, String text, int start, int end, int line, int column) {

  enum Kind {
    /** A key word or a plain name. */
    WORD,
    /** A name in backquotes, or in double quotes: never a key word. */
    QUOTED_NAME,
    /** Text in single quotes. */
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

  /** As a message shows it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the statement";
      case STRING -> "'" + text + "'";
      default -> "\"" + text + "\"";
    };
  }
}
