package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts on a separate search path in place of node and npm. */
class KinesaliteInstallationTest {

  @TempDir private Path folder;
  private Path bin;
  private Path log;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void createFolders() throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    log = folder.resolve("logs/npm.log");
    Files.writeString(folder.resolve("package-lock.json"), "{}");
  }

  @Test
  void givenNoNodeWhenAskedThenTheMessageNamesWhatToInstall() {
    assertThatThrownBy(this::command)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("Node.js was not found on the PATH")
        .hasMessageContaining("Install Node.js 18 or later");
  }

  @Test
  void givenOldNodeWhenAskedThenTheMessageNamesItsVersion() throws IOException {
    program("node", "echo v16.20.2");

    assertThatThrownBy(this::command)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("v16.20.2")
        .hasMessageContaining("too old");
  }

  @Test
  void givenNodeWithoutNpmWhenAskedThenTheMessageNamesNpm() throws IOException {
    program("node", "echo v20.1.0");

    assertThatThrownBy(this::command).hasMessageContaining("npm was not found on the PATH");
  }

  @Test
  void givenNpmThatFailsWhenAskedThenTheMessageHasItsOutput() throws IOException {
    program("node", "echo v20.1.0");
    program("npm", "echo npm error network ENOTFOUND; exit 3");

    assertThatThrownBy(this::command)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("npm ci failed with exit code 3")
        .hasMessageContaining("ENOTFOUND");
  }

  @Test
  void givenNpmWhenAskedTwiceThenItInstallsOnceAndAgainWhenTheLockFileIsNewer() throws IOException {
    program("node", "echo v18.0.0");
    program(
        "npm",
        "mkdir -p node_modules/kinesalite; touch node_modules/kinesalite/cli.js;"
            + " touch node_modules/.package-lock.json");

    assertThat(command())
        .containsExactly(bin.resolve("node").toString(), folder.resolve("serve.js").toString());
    command();
    assertThat(notes).hasSize(1);

    Files.setLastModifiedTime(
        folder.resolve("package-lock.json"), FileTime.from(Instant.now().plusSeconds(5)));
    command();
    assertThat(notes).hasSize(2);
  }

  private List<String> command() {
    return KinesaliteInstallation.in(folder, bin.toString()).command(log, notes::add);
  }

  private void program(String name, String script) throws IOException {
    Path file = bin.resolve(name);
    // The search path of the test has no other programs: these scripts use the system's.
    Files.writeString(file, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
