package io.clickstreamlake.erase;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.EventColumns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finds an id in bytes that are not JSON. */
class IdTokensTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "u1                | u1                        | true",
        "u1                | {\"user\": \"u1\", oops   | true",
        "u1                | user=u1&x=2               | true",
        "u1                | u12                       | false",
        "u1                | xu1                       | false",
        "u1                | a-u1                      | false",
        "u1                | u1_b                      | false",
        "u1                | u12 u1                    | true",
        "u1                | ähnlich u1ä               | false",
        "ann@mail.example  | to=ann%40mail.example;    | true",
        "jürgen            | \"j\\u00fcrgen\"          | true",
        "jürgen            | \"jürgen\"                | true",
        "a/b               | \"a\\/b\"                 | true",
        "say \"hi\"        | \"say \\\"hi\\\"\"        | true",
        "two words         | q=two+words               | true",
        "two words         | q=two%20words             | true"
      })
  void givenBytesWhenSearchedThenAnIdIsFoundOnlyAsAWholeToken(
      String id, String text, boolean isFound) {
    JobSettings settings =
        JobSettings.of(
            Map.of("source.stream", "s", "source.region", "us-east-1", "sink.path", "file:///x"));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(
            new IdTokens(PersonIds.of(List.of(id), List.of(), settings, EventColumns.CONTRACT))
                .areIn(bytes, 0, bytes.length))
        .isEqualTo(isFound);
  }
}
