package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults one after the other, under traffic: processes are killed and paused, S3 and the network to
 * it fail. Runs for minutes, so only with {@code -Pchaos}.
 */
@Tag("chaos")
class ChaosIT {

  private static final String TASK_MANAGER = Service.TASKMANAGER.key();
  private static final String SECOND_TASK_MANAGER = TASK_MANAGER + "-2";
  private static final String JOB_MANAGER = Service.JOBMANAGER.key();
  private static final Path RECORDING =
      SharedStack.ROOT.resolve("terraform/simulation/recordings/job.txt");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(6);

  /** Seed of the faults; -Dchaos.seed repeats a run. */
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  private FaultProxy s3;
  private LocalStack stack;
  private StackClient client;
  private Traffic traffic;
  private PollingReader reader;

  @BeforeEach
  void start() throws Exception {
    System.out.println("chaos.seed=" + SEED);
    s3 = new FaultProxy(SEED);
    stack =
        ProxiedStack.start(
            "chaos-stack",
            settings ->
                settings
                    .flinkSetting("s3.endpoint", s3.endpoint().toString())
                    // For an S3 that does not answer; Hadoop's default is over three minutes.
                    .flinkSetting("s3.connection.timeout", "4000")
                    .flinkSetting("heartbeat.interval", "1000")
                    .flinkSetting("heartbeat.timeout", HEARTBEAT_TIMEOUT.toMillis() + ""),
            Service.S3,
            s3::forwardTo);
    client = stack.client();
    traffic = new Traffic(client);
    reader = new PollingReader(client);
    traffic.start();
    reader.start();
  }

  @AfterEach
  void end() {
    if (stack != null) {
      stack.close();
    }
    s3.close();
  }

  @Test
  void givenFailingProcessesAndStorageWhenTheFaultsEndThenEveryEventIsWrittenExactlyOnce()
      throws Exception {
    awaitNewRows("at first");

    KilledProcess taskManager = KilledProcess.kill(stack, TASK_MANAGER);
    taskManager.start(stack, TASK_MANAGER, Readiness.immediately());
    awaitNewRows("after kill -9 of the TaskManager");

    s3.faults(0.4);
    awaitFaults(3);
    KilledProcess.kill(stack, TASK_MANAGER).start(stack, TASK_MANAGER, Readiness.immediately());
    awaitFaults(6);
    s3.faults(0);
    awaitNewRows("after failures of S3, and kill -9 of the TaskManager meanwhile");

    ProcessHandle paused = KilledProcess.process(stack, TASK_MANAGER);
    signal("STOP", paused);
    try {
      taskManager.start(stack, SECOND_TASK_MANAGER, Readiness.immediately());
      // Longer than the heartbeat: the job moves, and its old writer may come back.
      awaitNewRows("while a TaskManager is paused");
    } finally {
      signal("CONT", paused);
    }
    awaitNewRows("after the paused TaskManager resumed");

    s3.faults(0.1);
    KilledProcess jobManager = KilledProcess.kill(stack, JOB_MANAGER);
    jobManager.start(
        stack,
        JOB_MANAGER,
        Readiness.http(client.endpoint(Service.JOBMANAGER).resolve("/overview")));
    stack.continueJob(LocalStackSettings.DEFAULT_PARALLELISM, StackProgress.SILENT);
    s3.faults(0);
    awaitNewRows("after kill -9 of the JobManager");

    KilledProcess.kill(stack, SECOND_TASK_MANAGER);
    awaitNewRows("after kill -9 of one of two TaskManagers");

    traffic.end();
    Accounting accounting = SharedStack.awaitAllAccounted(client, traffic::sent, PATIENCE);
    reader.end();
    assertThat(accounting)
        .isEqualTo(
            new Accounting(
                traffic.sent(),
                traffic.sent(),
                traffic.sent() - traffic.broken() - traffic.repeated(),
                traffic.broken(),
                traffic.repeated()));
    assertThat(
            client
                .query(
                    "SELECT count(*), count(DISTINCT event_id),"
                        + " sum(CAST(substr(event_id, 7) AS bigint)) FROM click_events")
                .rows())
        .containsExactly(List.of(accounting.written(), accounting.written(), sumOfGoodIds()));
    assertThat(client.query("SELECT count(DISTINCT payload) FROM rejected_events").singleLong())
        .isEqualTo(traffic.broken());
    assertThat(reader.wrong()).isEmpty();
    assertPermissionsAreRecorded();
    System.out.printf(
        "chaos: %s; queries of the reader: %d; faults of S3: %s%n",
        accounting.line(), reader.results(), s3.counts());
  }

  /** The policies of the job's role are simulated with these requests to S3, faults included. */
  private void assertPermissionsAreRecorded() throws IOException {
    Set<String> sent = S3Permissions.of(s3.requests());
    Set<String> recorded = new TreeSet<>(Files.readAllLines(RECORDING));
    if (Boolean.getBoolean("generate.files") && recorded.addAll(sent)) {
      Files.write(RECORDING, recorded);
    }
    assertThat(recorded)
        .as(
            "%s; run this test with -Dgenerate.files=true to add the missing permissions",
            RECORDING)
        .containsAll(sent);
  }

  private long sumOfGoodIds() {
    long sum = 0;
    for (long id = 0; id < traffic.sent(); id++) {
      sum += id % 20 == 7 || id % 20 == 13 ? 0 : id;
    }
    return sum;
  }

  /** Returns when rows are visible that were sent after this call. */
  private void awaitNewRows(String when) {
    long sentNow = traffic.sent() * 18 / 20;
    await("new rows " + when)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> reader.rows() > sentNow);
    System.out.println("chaos: new rows " + when);
  }

  /** Returns when each fault has occurred this number of times. */
  private void awaitFaults(int times) {
    await("faults of S3")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(s3.counts().values()).as("%s", s3.counts()).allMatch(n -> n >= times));
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
