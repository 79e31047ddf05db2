package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts the characters that are read, for texts designed to be read many times. */
class LinearWorkTest {

  private static final int SIZE = 1 << 20;

  /** For all levels and formats together; a text of one level costs about a tenth. */
  private static final int MAX_READS_PER_CHARACTER = 150;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%40a",
        "a@",
        "@",
        ".",
        "a.a@a.a",
        "%25",
        "%2525",
        "25",
        "a@[",
        "\"@",
        "a\"@",
        "@.",
        "%",
        "=",
        "a=",
        "phone=",
        "phone=a",
        "token=",
        "token=a&",
        "&",
        "&amp;",
        "&#",
        "&#64;",
        "?",
        ";a",
        ";a=",
        "/",
        "//",
        "//a",
        "//@",
        "http://a@",
        "+",
        "+1",
        "+1 ",
        "+4912345678",
        "1",
        "1.",
        "1.1.1.1",
        "1.1.1.1.",
        ":",
        "::",
        "a:",
        "1:",
        "::1.1.1.1",
        "tel:",
        "tel:1",
        "{",
        "[",
        "}",
        "{}",
        "{\"",
        "{\"a\":",
        "{\"a\":\"",
        "{\"token\":{",
        "\"",
        "\\",
        "\\\"",
        "\\\\",
        "\\u0040",
        "{\"a\":\"\\\"",
        "{a:",
        "{'",
        "' ",
        "eyJ",
        "eyJ.",
        "eyJhbGciOiJI.",
        "eyJhIjoiZXlKaElq ",
        "W3s",
        "Bearer ",
        "bearer a1",
        "Mozilla/",
        "M",
        "token/",
        "/token/a1a1a1a1a1a1",
        "a1/",
        "version",
        "v1.",
        " ",
        "a ",
        "a =",
        "\uFF20",
        "\u00e9",
        "\ud83d\ude00",
        "%C3%A9",
        "%E4",
        "\n{",
        "[redacted]",
        "-",
        "_",
        "name\":\"password\",\"value\":\"x\"},{\""
      })
  void givenARepeatedPieceWhenSearchedThenTheWorkIsLinear(String piece) {
    assertLinear("", piece, SIZE);
    assertLinear("{\"a\":\"", piece, SIZE / 8);
    assertLinear("x=%25", piece, SIZE / 8);
  }

  @Test
  void givenALongValueUnderASensitiveNameWhenMoreFieldsFollowThenItIsReadOnce() {
    // Without a digit it is not a phone number; further fields must not check it again.
    String begin = "{\"name\":\"phone\",\"value\":\"" + "a".repeat(SIZE / 16) + "\"";

    assertLinear(begin, ",\"x\":1", SIZE / 8);
    assertLinear(begin, ",\"name\":\"tel\",\"key\":\"phone\"", SIZE / 8);
  }

  private static void assertLinear(String begin, String piece, int size) {
    long quarter = steps(begin, piece, size / 4);
    long whole = steps(begin, piece, size);

    assertThat(whole).isLessThan((long) MAX_READS_PER_CHARACTER * size);
    assertThat(whole).isLessThan(quarter * 44 / 10 + 1000);
  }

  private static long steps(String begin, String piece, int size) {
    String text = begin + piece.repeat(size / piece.length());
    SensitiveNames names = new SensitiveNames(JobOptions.PRIVACY_REDACT_KEYS.defaultValue());
    PersonalData data =
        new PersonalData(names, new PersonalData.Kinds(true, true, true, true, List.of()));
    Text searched = Text.of(text);
    data.find(searched, "name", SensitiveNames.plain(), size < SIZE, new Spans(text.length()));
    return searched.steps();
  }
}
