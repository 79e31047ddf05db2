package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.stack.Service;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that follow from the registry of services. */
class StackOptionsTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"start", "demo"})
  void givenAServiceWithAPortWhenHelpIsShownThenItHasTheOptionWithTheDefault(String command) {
    assertThat(lake(command, "--help")).isZero();

    for (Service service : Service.withPort()) {
      assertThat(out.toString())
          .containsPattern(
              "--"
                  + service.portName()
                  + "-port=PORT\\s+Exactly this port. Default, if free: "
                  + service.defaultPort());
    }
  }

  @Test
  void givenAnInvalidPortWhenStartedThenTheMessageNamesTheOption() {
    assertThat(lake("start", "--state", folder.toString(), "--flink-port", "70000")).isEqualTo(1);
    assertThat(err.toString()).contains("--flink-port must be from 1 to 65535, but is 70000");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void givenTheServicesWhenHelpOfLogsIsShownThenItListsThem() {
    assertThat(lake("logs", "--help")).isZero();

    for (Service service : Service.values()) {
      assertThat(out.toString()).contains(service.key());
    }
  }

  private int lake(String... arguments) {
    return Lake.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
