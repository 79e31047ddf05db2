package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.stack.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the launcher with {@code kill -9} during a start, again and again; then a start works. */
@Tag("chaos")
class KilledLauncherIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Numbers of living processes at which the launcher is killed; 0: at once. */
  private static final List<Integer> MOMENTS = List.of(0, 1, 2, 4, 6, 7);

  @TempDir private Path folder;

  @AfterEach
  void endAll() {
    ProcessGroup.end(left());
  }

  @Test
  void givenALauncherThatIsKilledAtAnyMomentWhenStoppedOrStartedThenNoProcessIsLeft()
      throws Exception {
    StateFolder state = state();
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    for (int moment : MOMENTS) {
      Process launcher = lake("start");
      await(moment + " processes")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> processes.living().size() >= moment);
      kill(launcher);

      Process stop = lake("stop");
      assertThat(stop.waitFor(120, TimeUnit.SECONDS)).as("%s", output()).isTrue();
      // 3: nothing was running yet.
      assertThat(stop.exitValue()).as("%s", output()).isIn(0, 3);
      awaitNoneLeft(moment + " processes");
    }

    // Without a stop in between.
    Process launcher = lake("start");
    await().atMost(PATIENCE).until(() -> processes.living().size() >= 3);
    kill(launcher);
    Process start = lake("start");
    assertThat(start.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s", output()).isTrue();
    assertThat(start.exitValue()).as("%s", output()).isZero();
    Process status = lake("status");
    assertThat(status.waitFor(120, TimeUnit.SECONDS)).as("%s", output()).isTrue();
    assertThat(status.exitValue()).as("%s", output()).isZero();
    Process stop = lake("stop");
    assertThat(stop.waitFor(120, TimeUnit.SECONDS)).as("%s", output()).isTrue();
    assertThat(stop.exitValue()).as("%s", output()).isZero();
    awaitNoneLeft("a stop");
  }

  /** The check of the settings is a child of the launcher, and ends by itself. */
  private void awaitNoneLeft(String when) {
    await("no process after " + when)
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(left()).isEmpty());
  }

  private StateFolder state() {
    return new StateFolder(folder.resolve("state"));
  }

  private String output() throws Exception {
    return Files.readString(folder.resolve("output.txt"));
  }

  private Process lake(String command) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(SharedStack.ROOT.resolve("lake").toString());
    words.addAll(List.of(command, "--state", state().root().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private static void kill(Process launcher) throws Exception {
    launcher.destroyForcibly();
    assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Processes whose command line names the state folder, apart from the launcher. */
  private List<ProcessHandle> left() {
    String root = state().root().toString();
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(line -> line.contains(root) && !line.contains(".cli.Lake "))
                    .isPresent())
        .toList();
  }
}
