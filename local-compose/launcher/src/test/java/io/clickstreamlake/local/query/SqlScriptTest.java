package io.clickstreamlake.local.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.query.SqlScript.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlScriptTest {

  @Test
  void givenSeveralStatementsWhenParsedThenSemicolonsInStringsAndCommentsDoNotSplit() {
    String text =
        """
        -- name: first; not a statement
        SELECT 'a;b' AS "x;y"; /* between;
        them */
        SELECT `c;d`
          FROM t;
        -- the end
        """;

    assertThat(SqlScript.parse(text, Map.of()).statements())
        .containsExactly(
            new Statement("SELECT 'a;b' AS \"x;y\"", 2),
            new Statement("SELECT `c;d`\n  FROM t", 4));
  }

  @Test
  void givenPlaceholderWhenParsedThenItIsReplaced() {
    SqlScript script =
        SqlScript.parse("LOCATION 's3://${bucket}/x/'", Map.of("bucket", "processed$1"));

    assertThat(script.statements().get(0).sql()).isEqualTo("LOCATION 's3://processed$1/x/'");
  }

  @Test
  void givenUnknownPlaceholderWhenParsedThenTheMessageHasItsPositionAndTheKnownOnes() {
    assertThatThrownBy(() -> SqlScript.parse("SELECT\n  '${buket}'", Map.of("bucket", "b")))
        .isInstanceOf(SqlSyntaxException.class)
        .hasMessage(
            "line 2, column 4: unknown placeholder ${buket}; known placeholders are bucket");
  }

  @Test
  void givenUnclosedCommentWhenParsedThenTheMessageHasItsPosition() {
    assertThatThrownBy(() -> SqlScript.parse("SELECT 1\n/* never", Map.of()))
        .hasMessageStartingWith("line 2, column 1: ");
  }
}
