package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.stack.Supervision.Command;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

  @TempDir private Path folder;

  private final List<String> log = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private ProcessGroup processes;
  private final List<String> cleaned = new ArrayList<>();
  private int submissions;
  private boolean flinkIsReady = true;

  private static final class ManualClock extends Clock {
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    void advance(Duration time) {
      now = now.plus(time);
    }
  }

  @BeforeEach
  void open() {
    processes = new ProcessGroup(folder.resolve("pids"), folder.resolve("logs"));
  }

  @AfterEach
  void endAll() {
    processes.end();
  }

  @Test
  void givenALivingServiceWhenSupervisedThenNothingHappens() {
    Supervisor supervisor = supervisor(command("web", "exec sleep 60"));
    supervisor.turn();
    log.clear();

    supervisor.turn();

    assertThat(log).isEmpty();
  }

  @Test
  void givenAKilledServiceWhenSupervisedThenItRunsAgainWithItsEnvironment() throws Exception {
    Supervisor supervisor = supervisor(command("web", "test \"$COLOR\" = red && exec sleep 60"));
    supervisor.turn();
    ProcessHandle first = process("web");
    first.destroyForcibly();
    first.onExit().get(30, TimeUnit.SECONDS);
    clock.advance(Duration.ofSeconds(5));

    supervisor.turn();

    assertThat(process("web").pid()).isNotEqualTo(first.pid());
    assertThat(cleaned).containsExactly("web", "web");
    assertThat(submissions).isZero();
  }

  @Test
  void givenAServiceThatEndsAtOnceWhenSupervisedThenThePausesGrow() throws Exception {
    Supervisor supervisor = supervisor(command("web", "exit 3"));
    List<Integer> attempts = new ArrayList<>();
    for (int second = 0; second <= 20; second++) {
      log.clear();
      awaitNoProcess();
      supervisor.turn();
      if (!log.isEmpty()) {
        attempts.add(second);
      }
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(attempts).containsExactly(0, 1, 3, 7, 15);
  }

  @Test
  void givenANewJobManagerWhenFlinkIsReadyThenTheJobIsSubmittedOnce() {
    flinkIsReady = false;
    Supervisor supervisor = supervisor(command("jobmanager", "exec sleep 60"));
    supervisor.turn();
    assertThat(submissions).isZero();
    assertThat(log).last().asString().contains("does not run yet", "no TaskManager");

    flinkIsReady = true;
    for (int second = 0; second < 5; second++) {
      clock.advance(Duration.ofSeconds(1));
      supervisor.turn();
    }

    assertThat(submissions).isEqualTo(1);
    assertThat(log).last().isEqualTo("the job runs again");
  }

  @Test
  void givenAStoppedSupervisorWhenTheGroupStartsNoMoreThenNothingIsStarted() {
    Supervisor supervisor = supervisor(command("web", "exec sleep 60"));
    processes.startNoMore();

    supervisor.turn();

    assertThat(processes.living()).isEmpty();
  }

  @Test
  void givenSupervisedServicesWhenOnlyTheSupervisorEndsThenItsChildrenLive() {
    processes.start(spec("supervisor", "sleep 60 & wait"));
    ProcessHandle supervisor = process("supervisor");
    List<ProcessHandle> children = awaitChildren(supervisor);

    processes.endWithoutChildren("supervisor");

    assertThat(supervisor.isAlive()).isFalse();
    assertThat(children).isNotEmpty().allMatch(ProcessHandle::isAlive);
    ProcessGroup.end(children);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  private static List<ProcessHandle> awaitChildren(ProcessHandle process) {
    org.awaitility.Awaitility.await().until(() -> process.children().findAny().isPresent());
    return process.children().toList();
  }

  @Test
  void givenASupervisionWhenWrittenThenItIsReadUnchangedAndPrivate() throws Exception {
    Supervision supervision =
        new Supervision("/checkout", 3, List.of(command("web", "exec sleep 60")));
    Path file = folder.resolve("supervision.json");

    supervision.write(file);

    assertThat(Supervision.read(file)).isEqualTo(supervision);
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                java.nio.file.Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  private Supervisor supervisor(Command... commands) {
    return new Supervisor(
        processes,
        List.of(commands),
        cleaned::add,
        () -> {
          if (!flinkIsReady) {
            throw new LakeException("Flink has no TaskManager yet.");
          }
          submissions++;
        },
        Runnable::run,
        clock,
        log::add);
  }

  private static Command command(String name, String script) {
    return new Command(name, List.of("sh", "-c", script), Map.of("COLOR", "red"));
  }

  private static ProcessSpec spec(String name, String script) {
    return command(name, script).spec();
  }

  private ProcessHandle process(String name) {
    return processes.living().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow()
        .process();
  }

  private void awaitNoProcess() {
    org.awaitility.Awaitility.await().until(() -> processes.living().isEmpty());
  }
}
