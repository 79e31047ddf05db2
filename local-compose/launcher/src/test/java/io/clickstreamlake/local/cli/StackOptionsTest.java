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
  void givenAnInvalidPortWhenStartedThenTheMessageNamesTheOption() throws Exception {
    FakeDocker machine = FakeDocker.in(folder.resolve("bin"));

    FakeDocker.Outcome started =
        machine.lake(folder.resolve("checkout"), "start", "--flink-port", "70000");

    assertThat(started.exitCode()).isEqualTo(1);
    assertThat(started.err()).contains("--flink-port must be from 1 to 65535, but is 70000");
    assertThat(folder.resolve("checkout")).doesNotExist();
  }

  @Test
  void givenTheServicesWhenHelpOfLogsIsShownThenItListsThem() {
    assertThat(lake("logs", "--help")).isZero();

    for (Service service : Service.values()) {
      assertThat(out.toString()).contains(service.key());
    }
  }

  private int lake(String... arguments) {
    return Lake.commandLine().setOut(new PrintWriter(out, true)).execute(arguments);
  }
}
