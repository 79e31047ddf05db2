package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages of a failed start, after which no process is left running. */
class StartFailuresIT {

  @TempDir private Path folder;

  @AfterEach
  void checkThatNoProcessIsLeft() {
    StateFolder state = new StateFolder(folder.resolve("state"));
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    List<ProcessGroup.Member> left = processes.living();
    processes.end();
    assertThat(left).isEmpty();
  }

  @Test
  void givenMissingStreamWhenStartedThenTheMessageOfTheJobIsShown() {
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, folder.resolve("state"))
            .jobSetting("source.stream", "nope")
            .build();

    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("There is no Kinesis stream 'nope'")
        .hasMessageContaining("source.stream");
  }

  @Test
  void givenWrongSettingsOfEveryKindWhenStartedThenAllAreReportedBeforeAnyProcess() {
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, folder.resolve("state"))
            .jobSetting("roll.intervall", "1min")
            .jobSetting("parse.max-depth", "0")
            .jobSetting("parse.mapping", folder.resolve("missing.yaml").toString())
            .jobSetting("enrich.geo.database", "/nope.mmdb")
            .jobSetting("quality.rules", folder.resolve("missing-rules.yaml").toString())
            .jobSetting("privacy.fields", "user_id:shred")
            .jobSetting("sink.memory", "8 gb")
            .build();

    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("roll.intervall: there is no such setting; did you mean")
        .hasMessageContaining("parse.max-depth: 0")
        .hasMessageContaining("missing.yaml")
        .hasMessageContaining("/nope.mmdb")
        .hasMessageContaining("missing-rules.yaml")
        .hasMessageContaining("shred")
        .hasMessageContaining("sink.memory: a task manager with 2 slots")
        .hasMessageContaining("Nothing was started");
    assertThat(folder.resolve("state/pids"))
        .satisfiesAnyOf(
            pids -> assertThat(pids).doesNotExist(), pids -> assertThat(pids).isEmptyDirectory());
  }

  @Test
  void givenMissingSnapshotWhenStartedFromItThenTheStartFailsBeforeAnyProcess() {
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, folder.resolve("state"))
            .fromSnapshot("savepoint-nope")
            .build();

    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("There is no snapshot 'savepoint-nope'")
        .hasMessageContaining("./lake stop writes a savepoint");
    assertThat(folder.resolve("state/logs")).doesNotExist();
  }

  @Test
  void givenNoNodeWhenStartedThenTheMessageNamesWhatToInstall() {
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, folder.resolve("state"))
            .searchPath(folder.toString())
            .build();

    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("Node.js was not found on the PATH");
  }

  @Test
  void givenWrongJavaWhenTheLauncherIsRunThenTheMessageNamesItsVersion() throws Exception {
    Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    Script lake = run(Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin"), "status");

    assertThat(lake.exitCode()).isEqualTo(1);
    assertThat(lake.output()).contains("is Java 11, but JDK 17 is needed").contains("JAVA_HOME");
  }

  @Test
  void givenJavaHomeWithoutJavaWhenTheLauncherIsRunThenTheMessageNamesWhatToInstall()
      throws Exception {
    Script lake = run(Map.of("JAVA_HOME", folder.toString(), "PATH", "/usr/bin:/bin"), "status");

    assertThat(lake.exitCode()).isEqualTo(1);
    assertThat(lake.output()).contains("Java was not found").contains("Install JDK 17");
  }

  @Test
  void givenTheLauncherWhenRunFromAnotherFolderThenItFindsTheCheckout() throws Exception {
    String java = Path.of(System.getProperty("java.home")).toString();

    Script lake =
        run(
            Map.of("JAVA_HOME", java, "PATH", "/usr/bin:/bin"),
            "status",
            "--state",
            folder.resolve("state").toString());

    assertThat(lake.exitCode()).isEqualTo(3);
    assertThat(lake.output()).contains("No stack is running on " + folder.resolve("state"));
  }

  @Test
  void givenLauncherThatIsTerminatedDuringTheStartThenItsProcessesEndWithIt() throws Exception {
    StateFolder state = new StateFolder(folder.resolve("state"));
    Process lake = launch(javaOnThePath(), "start", "--state", state.root().toString());
    try {
      ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
      await().atMost(Duration.ofSeconds(60)).until(() -> processes.living().size() >= 3);
      List<ProcessHandle> started =
          processes.living().stream().map(ProcessGroup.Member::process).toList();

      // Like Ctrl-C, a closed terminal, or the end of a CI job.
      lake.destroy();

      assertThat(lake.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(started).noneMatch(ProcessHandle::isAlive);
      assertThat(processes.living()).isEmpty();
    } finally {
      lake.descendants().forEach(ProcessHandle::destroyForcibly);
      lake.destroyForcibly();
    }
  }

  @Test
  void givenProcessesOfAKilledLauncherWhenStartedAgainThenTheyEndFirst() throws Exception {
    StateFolder state = new StateFolder(folder.resolve("state"));
    Process lake = launch(javaOnThePath(), "start", "--state", state.root().toString());
    List<ProcessHandle> orphans;
    try {
      ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
      // All that start at once, so that none is between its start and its pid file; the next one
      // waits until two of them are ready.
      await().atMost(Duration.ofSeconds(60)).until(() -> processes.living().size() >= 6);
      lake.destroyForcibly();
      assertThat(lake.waitFor(60, TimeUnit.SECONDS)).isTrue();
      orphans = processes.living().stream().map(ProcessGroup.Member::process).toList();
      assertThat(orphans).isNotEmpty();
      // If all of them were alive, the stack would be running.
      orphans.get(0).destroyForcibly();
      orphans.get(0).onExit().get(60, TimeUnit.SECONDS);
    } finally {
      lake.destroyForcibly();
    }

    // It fails without Node.js, but only after it has ended the old processes.
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, state.root()).searchPath("").build();
    assertThatThrownBy(() -> LocalStack.start(settings)).hasMessageContaining("Node.js");

    assertThat(orphans).noneMatch(ProcessHandle::isAlive);
  }

  private static Map<String, String> javaOnThePath() {
    return Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  private record Script(int exitCode, String output) {}

  private Script run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Process process = launch(environment, args);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the launcher ends").isTrue();
      return new Script(
          process.exitValue(),
          Files.readString(folder.resolve("output.txt"), StandardCharsets.UTF_8));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process launch(Map<String, String> environment, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SharedStack.ROOT.resolve("lake").toString());
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    return builder.start();
  }
}
