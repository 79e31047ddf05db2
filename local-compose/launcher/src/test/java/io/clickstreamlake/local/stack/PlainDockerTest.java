package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainDockerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Check with ./lake status.      | Check with docker compose ps --all.
          ./lake up starts them          | docker compose up --wait starts them
          ./lake up --build    the same  | docker compose up --build --wait    the same
          stop it with ./lake down.      | stop it with docker compose --profile generator down.
          ./lake logs NAME shows more    | docker compose logs NAME shows more
          ./lake send my-events.json     | docker compose run --rm -T lake send - < my-events.json
          ./lake sql "SELECT 1"          | docker compose run --rm -T lake sql "SELECT 1"
          ./lake --help                  | docker compose run --rm -T lake --help
          """)
  void givenATextWhenSeenInAContainerThenItHasTheCommandsOfDocker(String text, String expected) {
    assertThat(PlainDocker.inItsCommands(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource("./lake status")
  void givenATextWhenSeenOutsideOfAContainerThenItIsUnchanged(String text) {
    assertThat(PlainDocker.asSeenHere(text)).isEqualTo(text);
  }
}
