package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands of docs/recovery.md exist; {@link RecoveryIT} runs them. */
class RecoveryPageTest {

  private static final Path PAGE = Path.of("../..", "docs/recovery.md");

  private static final Pattern COMMAND = Pattern.compile("\\./lake ([^`#\\n]+)");

  @Test
  void givenTheCommandsOfThePageWhenParsedThenEachHasItsOptions() throws IOException {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult match) -> match.group(1).strip())
            .distinct()
            .toList();

    assertThat(commands)
        .contains(
            "status",
            "start --set source.on-lost-position=TRIM_HORIZON",
            "start --from-snapshot NAME --set sink.on-older-snapshot=REWIND",
            "start --without-state --yes",
            "catalog rebuild");
    for (String command : commands) {
      assertThatCode(() -> Lake.commandLine().parseArgs(command.split(" ")))
          .as("./lake %s", command)
          .doesNotThrowAnyException();
    }
  }
}
