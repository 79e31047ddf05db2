package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a stack of containers, of processes, or of both; no Docker is needed. */
class ContainerCommandsTest {

  @TempDir private Path folder;
  private Path root;
  private FakeDocker docker;

  @BeforeEach
  void installDocker() throws IOException {
    root = folder.resolve("checkout");
    docker = FakeDocker.in(folder.resolve("bin"));
  }

  @AfterEach
  void endProcesses() {
    processes().end();
  }

  private ProcessGroup processes() {
    StateFolder state = new StateFolder(root.resolve(".lake"));
    return new ProcessGroup(state.pids(), state.logs());
  }

  private void startProcesses() {
    processes()
        .start(
            new ProcessSpec(
                "kinesis", List.of("sleep", "300"), Map.of(), () -> true, Duration.ofMinutes(1)));
  }

  /** Nothing listens on these ports. */
  private void startContainers(List<Service> services) throws IOException {
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    for (Service service : services) {
      ports.put(service, 1);
    }
    docker.runs(ports);
  }

  private FakeDocker.Outcome lake(String... arguments) throws IOException, InterruptedException {
    return docker.lake(root, arguments);
  }

  @Test
  void givenDockerWhenUpThenComposeWaitsForHealthWithTheRequestedTaskManagers() throws Exception {
    FakeDocker.Outcome up = lake("up", "--build", "--taskmanagers", "3");

    assertThat(up.exitCode()).isZero();
    assertThat(up.out()).contains("The stack is running", "./lake status", "./lake down");
    assertThat(docker.calls())
        .containsExactly(
            "TASKMANAGERS=3 compose --file "
                + root.resolve("local-compose/compose.yaml")
                + " up --wait --wait-timeout 900 --build");
  }

  @Test
  void givenDockerThatDoesNotRunWhenUpOrDownThenTheMessageNamesTheWayOut() throws Exception {
    docker.exitsWith(1);

    for (String command : List.of("up", "down")) {
      FakeDocker.Outcome outcome = lake(command);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("docker compose", "./lake start");
    }
    assertThat(docker.calls()).isEmpty();
  }

  @Test
  void givenContainersWhenDownThenTheOutputTellsWhetherTheVolumesAreKept() throws Exception {
    assertThat(lake("down").out()).contains("their volumes are kept", "./lake up");
    assertThat(lake("down", "--volumes").out()).contains("their volumes are removed");
    assertThat(docker.calls())
        .satisfiesExactly(
            call -> assertThat(call).contains("--profile generator").doesNotContain("--volumes"),
            call -> assertThat(call).contains("--profile lake", "--volumes"));
  }

  @Test
  void givenAStackOfProcessesWhenUpThenNoSecondStackStarts() throws Exception {
    startProcesses();

    FakeDocker.Outcome up = lake("up");

    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err()).contains("A stack of processes is running on " + root, "./lake stop");
    assertThat(docker.calls()).isEmpty();
  }

  @Test
  void givenContainersWhenStartOrStopThenTheMessageNamesDown() throws Exception {
    startContainers(Service.withPort());

    for (String command : List.of("start", "stop")) {
      FakeDocker.Outcome outcome = lake(command);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("The stack is running in containers", "./lake down");
    }
  }

  @Test
  void givenBothStacksWhenUsedThenTheMessageNamesBothWaysOut() throws Exception {
    startContainers(Service.withPort());
    startProcesses();

    for (String command : List.of("status", "crawl", "logs")) {
      FakeDocker.Outcome outcome = lake(command);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err())
          .contains("Two stacks are running", "--state " + root, "./lake stop", "./lake down");
    }
  }

  @Test
  void givenNoStackWhenUsedThenTheMessageNamesBothWaysToStartOne() throws Exception {
    FakeDocker.Outcome status = lake("status");

    assertThat(status.exitCode()).isEqualTo(Lake.EXIT_NOT_RUNNING);
    assertThat(status.err()).contains("No stack is running", "./lake start", "./lake up");
  }

  @Test
  void givenMissingContainersWhenStatusIsShownThenTheOthersAreListed() throws Exception {
    startContainers(List.of(Service.KINESIS, Service.S3));

    FakeDocker.Outcome status = lake("status");

    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.out())
        .contains("clickstream-lake-s3-1", "Not all containers are running", "./lake up")
        .containsPattern("setup +done");
    assertThat(lake("crawl").err()).contains("Not all containers", "./lake status");
  }

  @Test
  void givenContainersWhenLogsAreShownThenOnlyOfExistingOnes() throws Exception {
    startContainers(Service.withPort());

    FakeDocker.Outcome unknown = lake("logs", "nope");

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err())
        .contains("Unknown container nope", "catalog, jobmanager, kinesis, s3");
    assertThat(lake("logs", "s3", "--lines", "5").exitCode()).isZero();
    assertThat(docker.calls()).singleElement().asString().endsWith("logs --tail 5 s3");
  }
}
