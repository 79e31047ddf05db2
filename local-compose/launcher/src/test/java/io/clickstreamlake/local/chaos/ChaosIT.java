package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
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
 * Everything that breaks at night, one thing after the other, under traffic: processes are killed
 * and paused, S3 and the network to it fail. Runs for minutes, so only with {@code -Pchaos}.
 */
@Tag("chaos")
class ChaosIT {

  private static final String TASK_MANAGER = "flink-taskmanager";
  private static final String SECOND = "flink-taskmanager-2";
  private static final String JOB_MANAGER = "flink-jobmanager";
  private static final Path STATE = Path.of("target", "chaos-stack").toAbsolutePath();
  private static final Path RECORDING =
      SharedStack.ROOT.resolve("terraform/simulation/recordings/job.txt");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(6);

  /** Another seed, other faults: give one with -Dchaos.seed. */
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  private FaultProxy s3;
  private LocalStack stack;
  private Traffic traffic;
  private PollingReader reader;

  @BeforeEach
  void start() throws Exception {
    System.out.println("chaos.seed=" + SEED);
    new StateFolder(STATE).clear();
    s3 = new FaultProxy(SEED);
    stack =
        LocalStack.begin(
            LocalStackSettings.in(SharedStack.ROOT, STATE)
                .crawlInterval(Duration.ofHours(1))
                .checkpointInterval(Duration.ofSeconds(2))
                .jobSetting("roll.interval", "5 s")
                .flinkSetting("s3.endpoint", s3.endpoint().toString())
                // Of an S3 that says nothing; Hadoop's default is over three minutes.
                .flinkSetting("s3.connection.timeout", "4000")
                .flinkSetting("heartbeat.interval", "1000")
                .flinkSetting("heartbeat.timeout", HEARTBEAT_TIMEOUT.toMillis() + "")
                .build(),
            StackProgress.SILENT);
    s3.forwardTo(stack.endpoint(Service.S3));
    stack.awaitJob();
    stack.awaitQueries();
    traffic = new Traffic(stack);
    reader = new PollingReader(stack);
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
  void givenProcessesAndStorageThatFailWhenAllIsOverThenEveryEventIsThereExactlyOnce()
      throws Exception {
    awaitNewRows("at first");

    LostProcess taskManager = LostProcess.kill(stack, TASK_MANAGER);
    taskManager.start(stack, TASK_MANAGER, Readiness.immediately());
    awaitNewRows("after kill -9 of the TaskManager");

    s3.faults(0.4);
    awaitFaults(3);
    LostProcess.kill(stack, TASK_MANAGER).start(stack, TASK_MANAGER, Readiness.immediately());
    awaitFaults(6);
    s3.faults(0);
    awaitNewRows("after an S3 that failed, and kill -9 of the TaskManager meanwhile");

    ProcessHandle paused = LostProcess.process(stack, TASK_MANAGER);
    signal("STOP", paused);
    try {
      taskManager.start(stack, SECOND, Readiness.immediately());
      // Longer than the heartbeat: the job goes on elsewhere, with a writer that may come back.
      awaitNewRows("while a TaskManager is paused");
    } finally {
      signal("CONT", paused);
    }
    awaitNewRows("after the paused TaskManager came back");

    s3.faults(0.1);
    LostProcess jobManager = LostProcess.kill(stack, JOB_MANAGER);
    jobManager.start(
        stack, JOB_MANAGER, Readiness.http(stack.endpoint(Service.FLINK).resolve("/overview")));
    stack.continueJob(StackProgress.SILENT);
    s3.faults(0);
    awaitNewRows("after kill -9 of the JobManager");

    LostProcess.kill(stack, SECOND);
    awaitNewRows("after kill -9 of one of two TaskManagers");

    traffic.end();
    Accounting accounting = awaitAllAccounted();
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
            stack
                .query(
                    "SELECT count(*), count(DISTINCT event_id),"
                        + " sum(CAST(substr(event_id, 7) AS bigint)) FROM click_events")
                .rows())
        .containsExactly(List.of(accounting.written(), accounting.written(), sumOfGoodIds()));
    assertThat(stack.query("SELECT count(DISTINCT payload) FROM rejected_events").singleLong())
        .isEqualTo(traffic.broken());
    assertThat(reader.wrong()).isEmpty();
    assertPermissionsAreRecorded();
    System.out.printf(
        "chaos: %s; the reader asked %d times; faults of S3: %s%n",
        accounting.line(), reader.answers(), s3.counts());
  }

  /**
   * What the job asks of S3, faults included, is what the policies of its role are simulated with.
   */
  private void assertPermissionsAreRecorded() throws IOException {
    Set<String> sent = S3Permissions.of(s3.requests());
    Set<String> recorded = new TreeSet<>(Files.readAllLines(RECORDING));
    if (Boolean.getBoolean("terraform.update") && recorded.addAll(sent)) {
      Files.write(RECORDING, recorded);
    }
    assertThat(recorded)
        .as("%s; run this test with -Dterraform.update=true to add what is missing", RECORDING)
        .containsAll(sent);
  }

  private long sumOfGoodIds() {
    long sum = 0;
    for (long id = 0; id < traffic.sent(); id++) {
      sum += id % 20 == 7 || id % 20 == 13 ? 0 : id;
    }
    return sum;
  }

  /** Returns when rows are visible that were sent after this was called. */
  private void awaitNewRows(String when) {
    long sentNow = traffic.sent() * 18 / 20;
    await("new rows " + when)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> reader.rows() > sentNow);
    System.out.println("chaos: new rows " + when);
  }

  /** Returns when each fault has happened so many times. */
  private void awaitFaults(int times) {
    await("faults of S3")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(s3.counts().values()).as("%s", s3.counts()).allMatch(n -> n >= times));
  }

  private Accounting awaitAllAccounted() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              stack.crawl();
              return stack.accounting(traffic.sent());
            },
            Accounting::balanced);
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
