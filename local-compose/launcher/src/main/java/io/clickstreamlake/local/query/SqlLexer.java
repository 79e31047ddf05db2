package io.clickstreamlake.local.query;

import io.clickstreamlake.local.query.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A lexer that splits SQL into tokens. It handles comments ({@code --} and {@code /* *}{@code /}),
 * strings in single quotes, and names in backquotes or double quotes, which Hive DDL and Trino SQL
 * have in common. So a script with both can be split into statements.
 */
final class SqlLexer {

  private final String sql;
  private int at;
  private int line;
  private int lineStart;

  private SqlLexer(String sql, int firstLine) {
    this.sql = sql;
    this.line = firstLine;
  }

  /**
   * @param firstLine line number of the text in its file, from 1
   * @return all tokens; the kind of the last one is {@link Kind#END}
   */
  static List<SqlToken> tokens(String sql, int firstLine) {
    SqlLexer lexer = new SqlLexer(sql, firstLine);
    List<SqlToken> tokens = new ArrayList<>();
    SqlToken token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Kind.END);
    return tokens;
  }

  private SqlToken next() {
    skipBlanksAndComments();
    int start = at;
    int startLine = line;
    int column = at - lineStart + 1;
    if (at == sql.length()) {
      return new SqlToken(Kind.END, "", start, start, startLine, column);
    }
    char c = sql.charAt(at);
    Kind kind;
    String text;
    if (c == '\'') {
      kind = Kind.STRING;
      text = quoted('\'', "string");
    } else if (c == '`' || c == '"') {
      kind = Kind.QUOTED_NAME;
      text = quoted(c, "name");
    } else if (Character.isLetter(c) || c == '_') {
      kind = Kind.WORD;
      text = whileWordPart();
    } else if (Character.isDigit(c)) {
      kind = Kind.NUMBER;
      text = whileWordPart();
    } else {
      kind = Kind.SYMBOL;
      text = String.valueOf(c);
      at++;
    }
    return new SqlToken(kind, text, start, at, startLine, column);
  }

  private void skipBlanksAndComments() {
    while (at < sql.length()) {
      if (Character.isWhitespace(sql.charAt(at))) {
        advance();
      } else if (sql.startsWith("--", at)) {
        while (at < sql.length() && sql.charAt(at) != '\n') {
          at++;
        }
      } else if (sql.startsWith("/*", at)) {
        int startLine = line;
        int column = at - lineStart + 1;
        int end = sql.indexOf("*/", at + 2);
        if (end < 0) {
          throw new SqlSyntaxException(startLine, column, "this comment has no end \"*/\"");
        }
        while (at < end + 2) {
          advance();
        }
      } else {
        return;
      }
    }
  }

  private void advance() {
    if (sql.charAt(at++) == '\n') {
      line++;
      lineStart = at;
    }
  }

  private String whileWordPart() {
    int start = at;
    while (at < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
      at++;
    }
    return sql.substring(start, at);
  }

  /** A doubled quote is one quote. A backslash is an ordinary character, as in Trino. */
  private String quoted(char quote, String what) {
    int startLine = line;
    int column = at - lineStart + 1;
    StringBuilder text = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == quote && at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
        text.append(quote);
        at += 2;
      } else if (c == quote) {
        at++;
        return text.toString();
      } else {
        text.append(c);
        advance();
      }
    }
    throw new SqlSyntaxException(
        startLine, column, "this " + what + " has no closing quote " + quote);
  }
}
