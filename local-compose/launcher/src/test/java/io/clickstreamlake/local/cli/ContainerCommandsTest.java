package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.compose.ComposeFile;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a stack of containers, of processes, or of both; no Docker is needed. */
class ContainerCommandsTest {

  @TempDir private Path folder;
  private Path root;
  private Path env;
  private FakeDocker docker;

  @BeforeEach
  void installDocker() throws IOException {
    root = folder.resolve("checkout");
    docker = FakeDocker.in(folder.resolve("bin"));
    Path compose = Files.createDirectories(root.resolve("local-compose"));
    Files.writeString(compose.resolve("compose.yaml"), ComposeFile.text("compose.yaml"));
    env = compose.resolve(".env");
    // The default ports may be in use on the machine of this test.
    Files.writeString(env, freePorts());
  }

  private static String freePorts() throws IOException {
    StringBuilder ports = new StringBuilder();
    for (Service service : Service.withPort()) {
      try (ServerSocket free = new ServerSocket(0)) {
        ports
            .append(service.portName().toUpperCase(Locale.ROOT))
            .append("_PORT=")
            .append(free.getLocalPort())
            .append('\n');
      }
    }
    return ports.toString();
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

    assertThat(up.exitCode()).as(up.err()).isZero();
    assertThat(up.out()).contains("The stack is running", "./lake status", "./lake down");
    assertThat(docker.calls())
        .containsExactly(
            "compose --file "
                + root.resolve("local-compose/compose.yaml")
                + " up --wait --wait-timeout 900 --build");
    assertThat(env).content().contains("TASKMANAGERS=3\n");
  }

  @Test
  void givenSettingsWhenUpThenTheyLastUntilTheyAreUnset() throws Exception {
    String before = Files.readString(env);
    lake("up", "--set", "roll.interval=1 min", "--set", "TASK_SLOTS=3", "--taskmanagers", "2");

    FakeDocker.Outcome later = lake("up", "--set", "quality.rules=/config/rules.yaml");

    assertThat(later.out())
        .contains(
            "Wrote " + env,
            "  TASKMANAGERS=2\n",
            "  TASK_SLOTS=3\n",
            "  roll.interval=1 min\n",
            "  quality.rules=/config/rules.yaml\n");
    assertThat(env)
        .content()
        .contains(
            "TASKMANAGERS=2\n",
            "TASK_SLOTS=3\n",
            "JOB_SETTINGS='\nquality.rules=/config/rules.yaml\nroll.interval=1 min\n'\n");
    assertThat(lake("up").out()).contains("From " + env, "  TASKMANAGERS=2\n");
    assertThat(
            lake(
                    "up",
                    "--unset",
                    "TASKMANAGERS",
                    "--unset",
                    "TASK_SLOTS",
                    "--unset",
                    "roll.interval",
                    "--unset",
                    "quality.rules")
                .out())
        .doesNotContain("TASKMANAGERS", "roll.interval");
    assertThat(env).hasContent(before);
  }

  @Test
  void givenVariablesOfTheShellWhenUpThenTheyAreWrittenToo() throws Exception {
    FakeDocker.Outcome up = docker.lake(root, Map.of("TASKMANAGERS", "4"), "up");

    assertThat(up.out()).contains("Wrote " + env, "  TASKMANAGERS=4");
    assertThat(env).content().contains("TASKMANAGERS=4\n");
  }

  @Test
  void givenASecretWhenUpThenTheOutputDoesNotHaveIt() throws Exception {
    FakeDocker.Outcome up = lake("up", "--set", "privacy.hash-key=tops3cret");

    assertThat(up.out()).contains("privacy.hash-key=******").doesNotContain("tops3cret");
  }

  @Test
  void givenAnUnknownVariableWhenUpThenTheMessageListsTheKnownOnes() throws Exception {
    FakeDocker.Outcome up = lake("up", "--set", "TASKMANAGER=2");

    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err())
        .contains("There is no variable TASKMANAGER.", "TASKMANAGERS", "CRAWL_SECONDS");
    assertThat(docker.calls()).isEmpty();
  }

  @Test
  void givenAPortInUseWhenUpThenTheMessageNamesItsVariableAndTheWayOut() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FakeDocker.Outcome up = lake("up", "--set", "TRINO_PORT=" + other.getLocalPort());

      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.err())
          .contains("Port " + other.getLocalPort() + " of TRINO_PORT is in use")
          .contains("./lake up --set TRINO_PORT=");
    }
    assertThat(docker.calls()).isEmpty();
  }

  @Test
  void givenAWrongSettingWhenUpFailsThenTheReasonIsTheLastThatIsPrinted() throws Exception {
    docker.failsToStart(
        "{\"Service\":\"settings\",\"Name\":\"s\",\"State\":\"exited\",\"ExitCode\":1}\n"
            + "{\"Service\":\"kinesis\",\"Name\":\"k\",\"State\":\"created\"}\n",
        "\u001b[2Ka line of Java\n\u001b[2Klake: The settings have 1 problem:\n\u001b[2K"
            + "  roll.intervall: there is no such setting\n",
        "");

    FakeDocker.Outcome up = lake("up", "--set", "roll.intervall=1min");

    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err())
        .endsWith(
            "The settings in local-compose/.env are wrong.\n"
                + "The settings have 1 problem:\n"
                + "  roll.intervall: there is no such setting\n");
  }

  @Test
  void givenAnUnhealthyContainerWhenUpFailsThenItsHealthAndItsLogAreTheLastThatIsPrinted()
      throws Exception {
    docker.failsToStart(
        "{\"Service\":\"taskmanager\",\"Name\":\"t\",\"State\":\"running\","
            + "\"Health\":\"unhealthy\"}\n",
        "first\nlast line\n",
        "starting\n\nthe job is RESTARTING. Its last failure: no disk\n\n");

    assertThat(lake("up").err())
        .endsWith(
            "The stack did not start:\n  taskmanager is unhealthy: the job is RESTARTING. Its last"
                + " failure: no disk. The end of its log: last line\n./lake logs NAME shows"
                + " more.\n");
  }

  /** A container has LAKE_STREAM in its environment; nothing answers under the service names. */
  @Test
  void givenAContainerWhenItPrintsHelpOrAnErrorThenTheCommandsAreThoseOfDocker() throws Exception {
    Map<String, String> container = Map.of("LAKE_STREAM", "clicks");

    FakeDocker.Outcome help = docker.lake(root, container, "help");
    FakeDocker.Outcome sql = docker.lake(root, container, "sql", "SELECT 1");
    FakeDocker.Outcome generate = docker.lake(root, container, "generate");

    assertThat(help.out())
        .contains("docker compose run --rm -T lake send - < my-events.json")
        .doesNotContain("./lake", "  start ", "  up ", "  demo ");
    for (String command : List.of("send", "generate", "sql", "crawl", "status", "cost")) {
      assertThat(docker.lake(root, container, "help", command).out()).doesNotContain("./lake");
    }
    for (FakeDocker.Outcome outcome : List.of(sql, generate)) {
      assertThat(outcome.exitCode()).isEqualTo(Lake.EXIT_NOT_RUNNING);
      assertThat(outcome.err())
          .contains("No stack is running. Start one with docker compose up --build --wait.")
          .doesNotContain("./lake");
    }
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
        .contains("Unknown container nope")
        .contains(Service.withPort().stream().map(Service::key).toList());
    assertThat(lake("logs", "s3", "--lines", "5").exitCode()).isZero();
    assertThat(docker.calls()).singleElement().asString().endsWith("logs --tail 5 s3");
  }

  @Test
  void givenContainersThatHaveEndedWhenLogsAreShownThenTheyAreTheirLastOnes() throws Exception {
    docker.failsToStart(
        "{\"Service\":\"settings\",\"Name\":\"s\",\"State\":\"exited\",\"ExitCode\":1}\n"
            + "{\"Service\":\"kinesis\",\"Name\":\"k\",\"State\":\"created\"}\n",
        "the reason\n",
        "");

    FakeDocker.Outcome logs = lake("logs");

    assertThat(logs.exitCode()).isZero();
    assertThat(logs.err()).contains("these are the last logs of the containers", "--state");
    assertThat(docker.calls()).last().asString().endsWith("logs --tail 20");
    assertThat(lake("status").exitCode()).isNotZero();
  }
}
