package io.clickstreamlake.local.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventInputTest {

  private static final String PRETTY =
      """
      {
        "event_id" : "a b",
        "price": 1.50, "text": "x\\" {[ ü",
        "items": [ { "n": 1 }, { } ]
      }
      {"event_id":"b"} { "event_id"
      : "c" }
      """;

  private static final List<String> PRETTY_RECORDS =
      List.of(
          "{\"event_id\":\"a b\",\"price\":1.50,\"text\":\"x\\\" {[ ü\",\"items\":[{\"n\":1},{}]}",
          "{\"event_id\":\"b\"}",
          "{\"event_id\":\"c\"}");

  private final List<String> places = new ArrayList<>();

  @Test
  void givenPrettyPrintedValuesWhenReadThenEachObjectIsOneRecordAsItIsWritten() {
    assertThat(records(PRETTY)).isEqualTo(PRETTY_RECORDS);
    assertThat(places).containsExactly("x, line 1", "x, line 6", "x, line 6");
  }

  /** The text ends a line after each token, so that each kind of first line occurs. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
  void givenFirstLineThatEndsWithinAnObjectWhenReadThenTheObjectIsOneRecord(int tokens) {
    List<String> all =
        List.of(
            "{", "\"a\"", ":", "1", ",", "\"b\"", ":", "[", "true", ",", "{", "}", "]", ",",
            "\"c\"", ":", "\"x\"", "}");
    String object = String.join("", all);
    String broken =
        String.join("", all.subList(0, tokens))
            + "\n"
            + String.join("", all.subList(tokens, all.size()));

    assertThat(records(broken)).containsExactly(object);
    assertThat(records("[" + broken + "]")).containsExactly(object);
    assertThat(records("[" + object + ",\n" + object + "]")).containsExactly(object, object);
  }

  @Test
  void givenArrayOverSeveralLinesWhenReadThenEachElementIsOneRecord() {
    assertThat(records("\n[\n  {\"a\": 1},\n  {\"a\": [2, 3]}\n]\n"))
        .containsExactly("{\"a\":1}", "{\"a\":[2,3]}");
    assertThat(records("[\n]")).isEmpty();
  }

  @Test
  void givenArrayInOneLineWhenReadThenItIsOneRecordOrOnePerElementIfAskedFor() {
    assertThat(records("[{\"a\": 1},{\"a\":2}]\n")).containsExactly("[{\"a\": 1},{\"a\":2}]");
    assertThat(records("[{\"a\": 1},{\"a\":2}]\n", InputFormat.VALUES))
        .containsExactly("{\"a\":1}", "{\"a\":2}");
  }

  @Test
  void givenArrayInOneLineThatIsTooLargeForARecordWhenReadThenEachElementIsOne() {
    String element = "{\"a\":\"" + "x".repeat(999) + "\"}";
    String array = "[" + String.join(",", Collections.nCopies(3000, element)) + "]";

    assertThat(records(array)).isEqualTo(Collections.nCopies(3000, element));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}\n{\"a\":\nnot json\n",
        "not json\n{\"a\":1}\n",
        "{\"event_type\":\"page_v\n{\"a\":1}\n",
        "{\"a\":tru\n",
        "\n\n{\"a\":1} rubbish\n",
        "{\"a\":1}\r\n[1,\r\n"
      })
  void givenLinesWithBrokenOnesWhenReadThenEachLineIsOneRecordUnchanged(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();

    assertThat(records(text)).isEqualTo(lines);
    assertThat(records(text, InputFormat.LINES)).isEqualTo(lines);
  }

  @Test
  void givenRecordsOfTheKinesisApiWhenReadThenTheirBytesAreTheRecords() {
    String records =
        "{\"PartitionKey\": \"a\", \"Data\": \"eyJhIjoxfQ==\"}\n\n"
            + "{\"SequenceNumber\":\"1\",\"Data\":\"\",\"PartitionKey\":\"b\"}\n";

    assertThat(records(records)).containsExactly("{\"a\":1}", "");
    assertThat(records(records, InputFormat.LINES)).hasSize(2).first().asString().contains("Data");
    for (String other :
        List.of("{\"Data\": 1, \"PartitionKey\": \"a\"}", "{\"Data\": \"x\"}", "no")) {
      assertThat(records(other)).containsExactly(other);
      assertThatThrownBy(() -> records("\n" + other, InputFormat.RECORDS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("line 2: not a record such as");
    }
  }

  @Test
  void givenPrettyPrintedValuesAsLinesWhenReadThenTheLinesAreRecords() {
    assertThat(records("{\n}\n", InputFormat.LINES)).containsExactly("{", "}");
  }

  @Test
  void givenByteOrderMarkWhenReadThenItIsNotPartOfTheFirstRecord() {
    assertThat(records("\ufeff{\"a\":1}\n")).containsExactly("{\"a\":1}");
    assertThat(records("\ufeff{\n\"a\":1}\n")).containsExactly("{\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {$ "a": 1,$ "b": tru$}            | 3 | 10
          {$ "a": 1$ "b": 2$}               | 3 | 2
          {$ "a": "x$y"$}                   | 2 | 9
          {$}$$  {$ "a": }                  | 5 | 7
          {$}$ {"a": }                      | 3 | 8
          {$ "a": 1                         | 1 | 1
          {$}$}                             | 3 | 1
          {$}$,{}                           | 3 | 1
          {$}$17                            | 3 | 1
          [$ {},$]                          | 3 | 1
          [$ {} {}$]                        | 2 | 5
          [$ {}, [1]$]                      | 2 | 6
          [$ {}                             | 1 | 1
          {$ "a": [1}$}                     | 2 | 9
          {$ "ü": ü$}                       | 2 | 8
          """)
  void givenBrokenValueWhenReadThenTheMessageHasItsLineAndColumn(
      String text, int line, int column) {
    assertThatThrownBy(() -> records(text.replace('$', '\n'), InputFormat.VALUES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("x, line " + line + ", column " + column + ": not valid JSON: ");
  }

  @Test
  void givenGzipOfSeveralMembersWhenReadThenAllAreReadInWhateverPiecesTheyArrive()
      throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String line = "{\"a\":\"" + i + "x".repeat(i * 70_000) + "\"}";
      lines.add(line);
      members.write(gzip(line + "\n"));
    }
    byte[] bytes = members.toByteArray();

    assertThat(records(new ByteArrayInputStream(bytes), InputFormat.AUTO)).isEqualTo(lines);
    assertThat(records(dripping(bytes), InputFormat.AUTO)).isEqualTo(lines);
    assertThat(records(new ByteArrayInputStream(gzip(PRETTY)), InputFormat.AUTO))
        .isEqualTo(PRETTY_RECORDS);
    members.write(new byte[512]);
    assertThat(records(new ByteArrayInputStream(members.toByteArray()), InputFormat.AUTO))
        .isEqualTo(lines);
  }

  @Test
  void givenDamagedGzipWhenReadThenItIsReported() throws IOException {
    byte[] whole = gzip(random(300_000));
    for (int length = 3; length < whole.length; length += 1 + whole.length / 50) {
      InputStream cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> records(cut, InputFormat.LINES))
          .hasMessageContaining("the gzip data ends in the middle of a member");
    }
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 1;
    assertThatThrownBy(() -> records(new ByteArrayInputStream(flipped), InputFormat.LINES))
        .hasMessageContaining("checksum of gzip member 1 is wrong");
    InputStream followed =
        new SequenceInputStream(
            new ByteArrayInputStream(whole), new ByteArrayInputStream(new byte[] {'a', 'b'}));
    assertThatThrownBy(() -> records(followed, InputFormat.LINES))
        .hasMessageContaining("something that is not gzip follows member 1");
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd00, zstd -dc x",
    "425a683931, bzip2 -dc x",
    "fd377a585a00, xz -dc x",
    "504b030414, unzip -p x",
    "fffe7b00, iconv -f UTF-16 -t UTF-8 x"
  })
  void givenAnotherFormatWhenReadThenTheMessageHasACommandThatConvertsIt(
      String hex, String command) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> records(new ByteArrayInputStream(bytes), InputFormat.AUTO))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("./lake send reads JSON in UTF-8")
        .hasMessageContaining(command + " | ./lake send -");
  }

  @Test
  void givenMoreThanTheMemoryWhenReadThenOnlyOneRecordIsKept() {
    // 200 MB of values, of which the consumer keeps none.
    String value = "{\n\"a\":\"" + "x".repeat(1 << 20) + "\"\n}\n";
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    InputStream in =
        new SequenceInputStream(
            Collections.enumeration(
                Collections.nCopies(200, bytes).stream()
                    .map(each -> (InputStream) new ByteArrayInputStream(each))
                    .toList()));
    long[] count = {0};

    assertThatCode(() -> EventInput.read(in, "x", InputFormat.AUTO, (data, place) -> count[0]++))
        .doesNotThrowAnyException();
    assertThat(count[0]).isEqualTo(200);
  }

  @Test
  void givenAnotherEncodingWhenReadThenTheWayOutNamesTheCommandThatWasRun() {
    InputStream in = new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_16));

    assertThatThrownBy(
            () -> EventInput.read(in, "a.json", InputFormat.AUTO, "try", (data, place) -> {}))
        .isInstanceOf(LakeException.class)
        .hasMessage(
            "a.json is UTF-16. ./lake try reads JSON in UTF-8, as such or compressed with gzip:"
                + " iconv -f UTF-16 -t UTF-8 a.json | ./lake try -");
  }

  private List<String> records(String text) {
    return records(text, InputFormat.AUTO);
  }

  private List<String> records(String text, InputFormat format) {
    return records(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), format);
  }

  private List<String> records(InputStream in, InputFormat format) {
    List<String> records = new ArrayList<>();
    places.clear();
    try {
      EventInput.read(
          in,
          "x",
          format,
          (data, place) -> {
            records.add(new String(data, StandardCharsets.UTF_8));
            places.add(place);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder();
    new Random(7).ints(length, 'a', 'z').forEach(c -> text.append((char) c));
    return text.toString();
  }

  /** Delivers one byte per read, and never says that more is available, as a slow pipe does. */
  private static InputStream dripping(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(1, length));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }
}
