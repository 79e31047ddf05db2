package io.clickstreamlake.local.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

  private final List<String> notes = new ArrayList<>();

  @Test
  void givenResultWhenPrintedAsTableThenNumbersAreRightAlignedAndNullIsEmpty() throws IOException {
    assertThat(printed(ResultFormat.TABLE, RESULT))
        .isEqualTo(
            """
             name     | price | items
            ----------+-------+------------
             a "b", c |  1000 | [{"id":1}]
                      |       |
            """);
    assertThat(notes).isEmpty();
  }

  @Test
  void givenLongValueWhenPrintedAsTableThenItIsCutAndANoteNamesTheFormatsThatShowIt()
      throws IOException {
    QueryResult wide = QueryResult.of(List.of("v"), List.of(List.of("x".repeat(61))));

    assertThat(printed(ResultFormat.TABLE, wide))
        .isEqualTo(" v\n" + "-".repeat(62) + "\n " + "x".repeat(59) + "…\n");
    assertThat(notes)
        .containsExactly(
            "Values of more than 60 characters are cut; --format csv and json show them in full.");
  }

  @Test
  void givenLineBreaksWhenPrintedAsTableThenARowIsOneLine() throws IOException {
    QueryResult lines = QueryResult.of(List.of("v"), List.of(List.of("a\r\nb\nc\u2028d")));

    assertThat(printed(ResultFormat.TABLE, lines)).isEqualTo(" v\n---------\n a b c d\n");
  }

  @Test
  void givenMoreRowsThanDetermineTheWidthsWhenPrintedAsTableThenLaterOnesAreWrittenAtOnce()
      throws IOException {
    StringWriter text = new StringWriter();
    ResultSink table = ResultFormat.TABLE.writer(text, notes::add);
    table.columns(List.of("n", "v"));
    for (int i = 0; i < TableWriter.MAX_FIRST_ROWS; i++) {
      table.row(List.of(i, "a"));
    }
    int begun = text.toString().length();

    table.row(List.of(12345, "wider"));

    assertThat(begun).isPositive();
    assertThat(text.toString().substring(begun)).isEqualTo(" 12345 | wider\n");
  }

  @Test
  void givenResultWhenPrintedAsCsvThenItFollowsRfc4180() throws IOException {
    assertThat(printed(ResultFormat.CSV, RESULT))
        .isEqualTo("name,price,items\r\n\"a \"\"b\"\", c\",1000,\"[{\"\"id\"\":1}]\"\r\n,,\r\n");
  }

  @Test
  void givenTextsWhenPrintedAsCsvThenEmptyOnesDifferFromNullAndLineBreaksAreKept()
      throws IOException {
    QueryResult texts =
        QueryResult.of(List.of("a", "b", "c"), List.of(Arrays.asList("", null, "x\r\ny\nz")));

    assertThat(printed(ResultFormat.CSV, texts)).isEqualTo("a,b,c\r\n\"\",,\"x\r\ny\nz\"\r\n");
  }

  @Test
  void givenResultWhenPrintedAsJsonThenEachRowIsAnObjectWithTypedValues() throws IOException {
    assertThat(printed(ResultFormat.JSON, RESULT).lines())
        .containsExactly(
            "{\"name\":\"a \\\"b\\\", c\",\"price\":1000,\"items\":[{\"id\":1}]}",
            "{\"name\":null,\"price\":null,\"items\":null}");
  }

  @Test
  void givenValuesWithoutAJsonNumberWhenPrintedAsJsonThenTheyAreTexts() throws IOException {
    QueryResult numbers =
        QueryResult.of(
            List.of("a", "b", "c"),
            List.of(List.of(Double.NaN, Float.NEGATIVE_INFINITY, List.of(Double.NaN))));

    assertThat(printed(ResultFormat.JSON, numbers))
        .isEqualTo("{\"a\":\"NaN\",\"b\":\"-Infinity\",\"c\":[\"NaN\"]}\n");
  }

  @Test
  void givenEqualColumnNamesWhenPrintedAsJsonThenNoValueIsLost() throws IOException {
    QueryResult equal = QueryResult.of(List.of("a", "a", "a_2", "a"), List.of(List.of(1, 2, 3, 4)));

    String line = printed(ResultFormat.JSON, equal);

    assertThat(line).startsWith("{\"a\":1,\"");
    JsonNode object = new ObjectMapper().readTree(line);
    List<Integer> values = new ArrayList<>();
    object.forEach(value -> values.add(value.intValue()));
    assertThat(values).containsExactly(1, 2, 3, 4);
    assertThat(object.get("a_2").intValue()).isEqualTo(3);
  }

  @Test
  void givenHugeValuesWhenPrintedAsCsvOrJsonThenTheyAreNotCut() throws IOException {
    String huge = "ü\"\n".repeat(1_000_000);
    QueryResult result = QueryResult.of(List.of("v"), List.of(List.of(huge)));

    assertThat(new ObjectMapper().readTree(printed(ResultFormat.JSON, result)).get("v").asText())
        .isEqualTo(huge);
    assertThat(printed(ResultFormat.CSV, result))
        .isEqualTo("v\r\n\"" + huge.replace("\"", "\"\"") + "\"\r\n");
  }

  @Test
  void givenMillionsOfRowsWhenPrintedThenNoFormatKeepsThem() throws IOException {
    List<Object> row = Collections.nCopies(1, "x".repeat(1000));
    for (ResultFormat format : ResultFormat.values()) {
      long[] characters = {0};
      ResultSink sink = format.writer(counting(characters), notes::add);
      sink.columns(List.of("v"));
      for (int i = 0; i < 10_000; i++) {
        long before = characters[0];
        sink.row(row);
        sink.flush();
        // A table waits for the rows that determine its widths.
        if (format != ResultFormat.TABLE || i >= TableWriter.MAX_FIRST_ROWS) {
          assertThat(characters[0]).as(format + ", row " + i).isGreaterThan(before);
        }
      }
      sink.end();
    }
  }

  private static Writer counting(long[] characters) {
    return new Writer() {
      @Override
      public void write(char[] text, int from, int length) {
        characters[0] += length;
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void givenStatementWithoutResultWhenPrintedThenNothingIsWritten() throws IOException {
    for (ResultFormat format : ResultFormat.values()) {
      assertThat(printed(format, QueryResult.message("CREATE TABLE"))).isEmpty();
    }
  }

  private String printed(ResultFormat format, QueryResult result) throws IOException {
    StringWriter text = new StringWriter();
    result.sendTo(format.writer(text, notes::add));
    return text.toString();
  }
}
