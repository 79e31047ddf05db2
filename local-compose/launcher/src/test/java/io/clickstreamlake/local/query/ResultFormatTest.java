package io.clickstreamlake.local.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultFormatTest {

  private static final QueryResult RESULT =
      QueryResult.of(
          List.of("name", "price", "items"),
          List.of(
              List.of("a \"b\", c", new BigDecimal("1E+3"), List.of(Map.of("id", 1))),
              Arrays.asList(null, null, null)));

  @Test
  void givenResultWhenPrintedAsTableThenNumbersAreRightAlignedAndNullIsEmpty() {
    assertThat(printed(ResultFormat.TABLE))
        .isEqualTo(
            """
             name     | price | items
            ----------+-------+------------
             a "b", c |  1000 | [{"id":1}]
                      |       |
            (2 rows)
            """);
  }

  @Test
  void givenResultWhenPrintedAsCsvThenQuotesAreDoubled() {
    assertThat(printed(ResultFormat.CSV))
        .isEqualTo("name,price,items\r\n\"a \"\"b\"\", c\",1000,\"[{\"\"id\"\":1}]\"\r\n,,\r\n");
  }

  @Test
  void givenResultWhenPrintedAsJsonThenEachRowIsAnObjectWithTypedValues() {
    assertThat(printed(ResultFormat.JSON).lines())
        .containsExactly(
            "{\"name\":\"a \\\"b\\\", c\",\"price\":1E+3,\"items\":[{\"id\":1}]}",
            "{\"name\":null,\"price\":null,\"items\":null}");
  }

  @Test
  void givenStatementWithoutRowsWhenPrintedAsTableThenItsMessageIsShown() {
    StringWriter text = new StringWriter();
    ResultFormat.TABLE.print(QueryResult.message("CREATE TABLE"), new PrintWriter(text, true));

    assertThat(text.toString().trim()).isEqualTo("CREATE TABLE");
  }

  private static String printed(ResultFormat format) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    format.print(RESULT, writer);
    writer.flush();
    return text.toString();
  }
}
