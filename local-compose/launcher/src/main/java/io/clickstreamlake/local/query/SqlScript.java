package io.clickstreamlake.local.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script of one or more statements, separated by semicolons, with placeholders {@code ${name}}.
 *
 * @param statements in order, without semicolons; a comment alone is not a statement
 */
public record SqlScript(List<Statement> statements) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}\\s]*)}");

  public SqlScript {
    statements = List.copyOf(statements);
  }

  /**
   * @param sql from its first token to its last, including comments in between
   * @param firstLine line number, from 1, at which {@code sql} begins
   */
  public record Statement(String sql, int firstLine) {}

  /**
   * @param values of the placeholders, by name
   * @throws SqlSyntaxException if a placeholder is unknown, or a quote or comment is not closed
   */
  public static SqlScript parse(String text, Map<String, String> values) {
    String sql = fill(text, values);
    List<Statement> statements = new ArrayList<>();
    SqlToken first = null;
    SqlToken last = null;
    for (SqlToken token : SqlLexer.tokens(sql, 1)) {
      if (token.kind() == SqlToken.Kind.END || token.isSymbol(';')) {
        if (first != null && last != null) {
          statements.add(new Statement(sql.substring(first.start(), last.end()), first.line()));
        }
        first = null;
      } else {
        first = first == null ? token : first;
        last = token;
      }
    }
    return new SqlScript(statements);
  }

  private static String fill(String text, Map<String, String> values) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null) {
        throw unknown(text, matcher, values);
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  private static SqlSyntaxException unknown(
      String text, Matcher matcher, Map<String, String> values) {
    String before = text.substring(0, matcher.start());
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int column = matcher.start() - before.lastIndexOf('\n');
    return new SqlSyntaxException(
        line,
        column,
        "unknown placeholder "
            + matcher.group()
            + "; known placeholders are "
            + String.join(", ", new TreeMap<>(values).keySet()));
  }
}
