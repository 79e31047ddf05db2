package io.clickstreamlake.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessGroupTest {

  @TempDir private Path folder;
  private ProcessGroup group;

  @BeforeEach
  void openGroup() {
    group = openAnother();
  }

  @AfterEach
  void endAll() {
    openAnother().end();
  }

  /** The group as another launcher finds it. */
  private ProcessGroup openAnother() {
    return new ProcessGroup(folder.resolve("pids"), folder.resolve("logs"));
  }

  @Test
  void givenProcessThatIsReadyLaterWhenStartedThenStartReturnsAfterwards() {
    Path ready = folder.resolve("ready");

    group.start(spec("web", "sleep 0.3; touch " + ready + "; exec sleep 60", ready));

    assertThat(ready).exists();
    assertThat(group.living()).extracting(ProcessGroup.Member::name).containsExactly("web");
  }

  @Test
  void givenProcessThatEndsWhenStartedThenTheMessageHasItsExitCodeAndLastLines() {
    ProcessSpec spec = spec("web", "echo cannot open the door; exit 7", folder.resolve("never"));

    assertThatThrownBy(() -> group.start(spec))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("web ended with exit code 7")
        .hasMessageContaining("cannot open the door");
  }

  @Test
  void givenProcessThatIsNeverReadyWhenStartedThenTheMessageNamesTheLastFailure() {
    ProcessSpec spec =
        new ProcessSpec(
            "web",
            List.of("sleep", "60"),
            Map.of(),
            () -> {
              throw new IOException("connection refused");
            },
            Duration.ofMillis(300));

    assertThatThrownBy(() -> group.start(spec))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("web was not ready")
        .hasMessageContaining("connection refused");
  }

  @Test
  void givenMissingProgramWhenStartedThenTheMessageNamesIt() {
    ProcessSpec spec =
        new ProcessSpec(
            "web",
            List.of("/no/such/program"),
            Map.of(),
            Readiness.immediately(),
            Duration.ofSeconds(1));

    assertThatThrownBy(() -> group.start(spec)).hasMessageContaining("/no/such/program");
  }

  @Test
  void givenRunningProcessesWhenAnotherLauncherEndsThemThenTheyAndTheirChildrenEnd() {
    Path ready = folder.resolve("ready");
    group.start(spec("web", "sleep 61 & touch " + ready + "; wait", ready));
    ProcessHandle parent = group.living().get(0).process();
    List<ProcessHandle> children = parent.descendants().toList();

    openAnother().end();

    assertThat(children).isNotEmpty();
    await().until(() -> !parent.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(folder.resolve("pids")).isEmptyDirectory();
  }

  @Test
  void givenEndedGroupWhenAProcessIsStartedThenItFails() {
    group.end();

    assertThatThrownBy(() -> group.start(spec("web", "exec sleep 60", folder)))
        .isInstanceOf(LakeException.class);
    assertThat(group.living()).isEmpty();
  }

  @Test
  void givenPidFileOfAnotherProcessWithTheSamePidWhenListedThenItIsNotOurs() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Path pids = Files.createDirectories(folder.resolve("pids"));
      Instant longAgo = Instant.now().minus(Duration.ofHours(1));
      Files.writeString(
          pids.resolve("web.json"),
          "{\"pid\": " + stranger.pid() + ", \"started\": \"" + longAgo + "\"}");

      assertThat(group.living()).isEmpty();
      group.end();

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void givenTruncatedPidFileWhenReadThenItNamesNoProcess() throws IOException {
    Path file = folder.resolve("web.json");
    Files.writeString(file, "{\"pid\": 1");

    assertThat(new PidFile(file).livingProcess()).isEqualTo(Optional.empty());
  }

  @Test
  void givenSecondStartWhenALogExistsThenTheOldLogIsKept() throws IOException {
    Path ready = folder.resolve("ready");
    group.start(spec("web", "echo first; touch " + ready + "; exec sleep 60", ready));
    group.end();
    Files.delete(ready);

    openAnother().start(spec("web", "echo second; touch " + ready + "; exec sleep 60", ready));

    assertThat(folder.resolve("logs/web.log")).hasContent("second");
    assertThat(folder.resolve("logs/web.previous.log")).hasContent("first");
  }

  private static ProcessSpec spec(String name, String script, Path readyWhenThere) {
    return new ProcessSpec(
        name,
        List.of("sh", "-c", script),
        Map.of(),
        () -> Files.exists(readyWhenThere),
        Duration.ofSeconds(20));
  }
}
