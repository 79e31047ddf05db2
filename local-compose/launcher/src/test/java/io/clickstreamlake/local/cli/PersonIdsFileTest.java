package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads files with the ids of persons. */
class PersonIdsFileTest {

  @Test
  void givenQuotesBlankLinesAndEmptyFieldsWhenParsedThenAllIdsAreThereOnce() {
    PersonIdsFile ids =
        parse(
            "\uFEFFname,user_id, anonymous_id\r\nx,u1,a1\r\n\r\n\"A, B\",\"u,2\",\"say \"\"hi\"\"\"\r\n"
                + "x,u1,\r\ny,,\"a\nb\"\nz,ü 3,");

    assertThat(ids.userIds()).isEqualTo(Set.of("u1", "u,2", "ü 3"));
    assertThat(ids.anonymousIds()).isEqualTo(Set.of("a1", "say \"hi\"", "a\nb"));
  }

  @Test
  void givenOneColumnWhenParsedThenTheOtherIsEmpty() {
    assertThat(parse("anonymous_id\na1\na2\n").anonymousIds()).containsExactly("a1", "a2");
    assertThat(parse("user_id\nu1").userIds()).containsExactly("u1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                    | is empty",
        "u1~u2                 | It names neither",
        "user_id~              | no id",
        "user_id,anonymous_id~u1 | Row 2 of ids.csv has 1 fields",
        "user_id~#u1           | does not end",
        "user_id~#u1#x         | text after a quoted field"
      })
  void givenAnotherTextWhenParsedThenTheMessageSaysWhatIsWrongWithoutAnId(
      String text, String message) {
    assertThatThrownBy(() -> parse(text.replace('~', '\n').replace('#', '"')))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("u1", "u2");
  }

  private static PersonIdsFile parse(String text) {
    return PersonIdsFile.parse(text, "ids.csv");
  }
}
