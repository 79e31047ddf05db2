package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** The process of the {@link Supervisor}. It ends first when the stack is stopped. */
public final class SupervisorProcess {

  /** Name of the process, its pid file and its log. */
  static final String NAME = "supervisor";

  private static final Duration POLL = Duration.ofSeconds(1);

  private SupervisorProcess() {}

  static ProcessSpec spec(StateFolder state) {
    return new ProcessSpec(
        NAME,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlake.process=" + NAME,
            "-Dlake.state=" + state.root(),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            JavaProcess.QUICK_START,
            "-cp",
            System.getProperty("java.class.path"),
            SupervisorProcess.class.getName(),
            state.root().toString()),
        Map.of(),
        Readiness.immediately(),
        Duration.ofMinutes(1));
  }

  /**
   * @param args the state folder
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    StateFolder state = new StateFolder(Path.of(args[0]));
    Supervision supervision = Supervision.read(state.supervision());
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    // Waits until a process that is being started has its pid file, so that a stop finds it.
    Runtime.getRuntime().addShutdownHook(new Thread(processes::startNoMore, "start-no-more"));
    Supervisor supervisor =
        new Supervisor(
            processes,
            supervision.processes(),
            new FlinkScratch(state)::clear,
            () -> submitJob(state, supervision),
            Executors.newSingleThreadExecutor(),
            Clock.systemUTC(),
            line -> System.out.println(Instant.now() + " " + line));
    System.out.println(
        Instant.now() + " supervising " + supervision.processes().size() + " services");
    while (true) {
      try {
        supervisor.turn();
      } catch (RuntimeException e) {
        // Without this process no other would be started again, so it continues.
        System.out.println(Instant.now() + " " + e);
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  private static void submitJob(StateFolder state, Supervision supervision) {
    ProjectFiles project = new ProjectFiles(Path.of(supervision.root()));
    try (StackClient client = new StackClient(project, StackEndpoints.read(state.stackFile()))) {
      List<String> earlier = client.flink().activeJobs();
      if (!earlier.isEmpty()) {
        // Of an earlier attempt. Flink restarts the job if it fails, and this reports why it does.
        client.flink().awaitRunning(earlier.get(0), LocalJob.START_TIMEOUT);
        return;
      }
      if (client.flink().taskManagers() == 0) {
        throw new LakeException("Flink has no TaskManager yet.");
      }
      new LocalJob(client, state)
          .submit(
              project.jobJar(),
              StartSnapshot.next(state),
              supervision.parallelism(),
              Optional.empty(),
              StackProgress.SILENT);
    } catch (IOException e) {
      throw new LakeException(state.stackFile() + " cannot be read: " + e.getMessage(), e);
    }
  }
}
