package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.flink.Snapshots;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The commands of docs/recovery.md, on a stack with a lost stream, lost and damaged snapshots, a
 * killed process and a lost catalog. It starts a stack four times.
 */
@Tag("chaos")
class RecoveryIT {

  private static final StateFolder STATE = new StateFolder(SharedStack.STATE);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<Object> NO_DUPLICATES = List.of(0L, 0L);

  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void givenABadDayWhenTheDocumentedCommandsAreRunThenEachEventIsThereOnce() throws Exception {
    SharedStack.get();
    long read = received(SharedStack.client());
    SharedStack.send(events("first", 300));
    awaitRead(SharedStack.client(), read + 300);
    SharedStack.stop();
    Snapshots.Snapshot first = STATE.snapshots().list().get(0);

    // The stream was deleted; the start creates it again.
    delete(STATE.kinesis());
    assertThatThrownBy(() -> SharedStack.startFrom(first.name(), Map.of()))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(first.name())
        .hasMessageContaining("'clicks' no longer has 2 of the positions in the snapshot")
        .hasMessageContaining("it was deleted and created again")
        .hasMessageContaining("./lake start --set source.on-lost-position=TRIM_HORIZON")
        .hasMessageContaining("./lake start --without-state");
    SharedStack.startFrom(first.name(), Map.of("source.on-lost-position", "TRIM_HORIZON"));
    SharedStack.send(events("second", 200));
    Accounting second = SharedStack.awaitAllAccounted();
    assertThat(second.received()).isEqualTo(SharedStack.sent());
    long sent = SharedStack.sent();
    SharedStack.stop();

    damagedSnapshots(first);

    // Again, and this time without the snapshot.
    delete(STATE.kinesis());
    Outcome refused = lake("start", "--without-state");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out())
        .contains("from its oldest record (source.initial-position=TRIM_HORIZON)")
        .contains("The ids of de-duplication are forgotten", "are written twice")
        .contains("has no open files, so no row is lost with it")
        .contains("--set source.initial-position=AT_TIMESTAMP --set source.initial-timestamp=20");
    assertThat(refused.err()).contains("Not confirmed, so nothing was started", "--yes");
    assertThat(LocalStack.runsOn(STATE.root())).isFalse();
    try {
      Outcome started = lake("start", "--without-state", "--yes", "--set", "roll.interval=4s");
      assertThat(started.exitCode()).as(started.err()).isZero();
      try (LocalStack stack = LocalStack.attach(SharedStack.ROOT, STATE.root())) {
        sent += send(stack.client(), events("third", 100));
        assertThat(accounted(stack.client(), sent).received()).isEqualTo(sent);

        killedProcess(stack);
        sent += send(stack.client(), events("fourth", 100));
        Accounting all = accounted(stack.client(), sent);

        lostCatalog(stack, all);

        assertThat(
                stack
                    .client()
                    .query(
                        "SELECT split_part(event_id, '-', 2), count(*), count(DISTINCT event_id)"
                            + " FROM click_events WHERE event_id LIKE 'recovery-%' GROUP BY 1"
                            + " ORDER BY 1")
                    .rows())
            .containsExactly(
                List.of("first", 300L, 300L),
                List.of("fourth", 100L, 100L),
                List.of("second", 200L, 200L),
                List.of("third", 100L, 100L));
        assertThat(
                stack
                    .client()
                    .query("SELECT sum(missing), sum(abs(missing)) FROM ledger_balance")
                    .rows())
            .containsExactly(NO_DUPLICATES);

        Outcome stopped = lake("stop");
        assertThat(stopped.exitCode()).as(stopped.err()).isZero();
        assertThat(LocalStack.runsOn(STATE.root())).isFalse();
        assertThat(commandLines()).noneMatch(line -> line.contains(STATE.root().toString()));
      }
    } finally {
      if (LocalStack.runsOn(STATE.root())) {
        LocalStack.attach(SharedStack.ROOT, STATE.root()).close();
      }
    }
  }

  /** The newest snapshot is gone, cut short, or lacks a file; nothing starts. */
  private static void damagedSnapshots(Snapshots.Snapshot older) throws IOException {
    Path newest = STATE.snapshots().list().get(0).folder();
    Path metadata = newest.resolve("_metadata");
    Path aside = STATE.root().resolve("aside");

    Files.move(metadata, aside);
    assertRefused(newest, "_metadata does not exist", older);
    byte[] bytes = Files.readAllBytes(aside);
    Files.write(metadata, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(newest, "_metadata is damaged (" + bytes.length / 2 + " bytes)", older);
    Files.move(aside, metadata, StandardCopyOption.REPLACE_EXISTING);

    Path stateFile;
    try (Stream<Path> files = Files.list(newest)) {
      stateFile = files.filter(file -> !file.equals(metadata)).findFirst().orElseThrow();
    }
    Files.move(stateFile, aside);
    assertRefused(newest, stateFile.getFileName() + " does not exist", older);
    Files.move(aside, stateFile);

    Files.move(STATE.savepoints(), aside);
    Path checkpoints = STATE.root().resolve("checkpoints-aside");
    Path last = STATE.root().resolve("last-aside");
    Files.move(STATE.checkpoints(), checkpoints);
    Files.move(STATE.flink().resolve("continue-from"), last);
    Outcome none = lake("start");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err())
        .contains("There is no snapshot in " + STATE.flink(), "but the tables hold rows")
        .contains("./lake start --without-state");
    Files.move(aside, STATE.savepoints());
    Files.move(checkpoints, STATE.checkpoints());
    Files.move(last, STATE.flink().resolve("continue-from"));
  }

  private static void assertRefused(Path snapshot, String reason, Snapshots.Snapshot older) {
    Outcome outcome = lake("start");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("The snapshot", "cannot be read", snapshot.toString(), reason)
        .contains("Nothing was started")
        .contains(
            "./lake start --from-snapshot " + older.name() + " --set sink.on-older-snapshot=REWIND")
        .contains("./lake start --without-state");
    assertThat(LocalStack.runsOn(STATE.root())).isFalse();
  }

  private static void killedProcess(LocalStack stack) throws Exception {
    ProcessHandle supervisor = stack.processes().get("supervisor").orElseThrow();
    ProcessHandle archive = stack.processes().get(Service.ARCHIVE.key()).orElseThrow();
    signal("STOP", supervisor);
    kill(archive);
    Outcome supervised = lake("status");
    assertThat(supervised.exitCode()).isEqualTo(1);
    assertThat(supervised.out())
        .contains("NOT RUNNING", "The supervisor starts it again within seconds");
    signal("CONT", supervisor);
    await("the archive runs again")
        .atMost(PATIENCE)
        .until(() -> stack.processes().get(Service.ARCHIVE.key()).isPresent());
    assertThat(logsOfTheSupervisor()).contains("archive has ended and is started again");

    kill(stack.processes().get(Service.JOBMANAGER.key()).orElseThrow());
    await("the job runs again")
        .atMost(PATIENCE)
        .until(
            () ->
                Files.readString(STATE.logs().resolve("supervisor.log"))
                    .contains("the job runs again"));
  }

  /** In a process of its own: the command prints with tail, to the standard output. */
  private static String logsOfTheSupervisor() throws Exception {
    Process logs =
        new ProcessBuilder(
                SharedStack.ROOT.resolve("lake").toString(),
                "logs",
                "supervisor",
                "--state",
                STATE.root().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(logs.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(logs.waitFor()).as(output).isZero();
    return output;
  }

  private static void lostCatalog(LocalStack stack, Accounting before) throws Exception {
    Files.delete(STATE.catalogFile());
    kill(stack.processes().get(Service.CATALOG.key()).orElseThrow());
    await("the catalog runs again, empty")
        .atMost(PATIENCE)
        .until(() -> stack.processes().get(Service.CATALOG.key()).isPresent());
    assertThatThrownBy(() -> stack.client().query("SELECT count(*) FROM click_events"))
        .isInstanceOf(RuntimeException.class);

    await("the catalog answers")
        .atMost(PATIENCE)
        .until(() -> lake("catalog", "rebuild").exitCode() == 0);

    assertThat(stack.client().accounting(before.sent())).isEqualTo(before);
  }

  /** Returns when the job has read all events that were sent in this run. */
  private static void awaitRead(StackClient stack, long events) {
    await("the job has read all events").atMost(PATIENCE).until(() -> received(stack) >= events);
  }

  /** The sum of the job's metric eventsReceived over all subtasks. */
  private static long received(StackClient stack) throws IOException {
    ObjectMapper json = new ObjectMapper();
    String job = stack.flinkUi() + "/jobs/" + stack.job().orElseThrow().id();
    long sum = 0;
    for (JsonNode vertex : json.readTree(URI.create(job).toURL()).path("vertices")) {
      String metrics = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : json.readTree(URI.create(metrics).toURL())) {
        if (metric.path("id").asText().endsWith("eventsReceived")) {
          JsonNode values =
              json.readTree(URI.create(metrics + "?get=" + metric.path("id").asText()).toURL());
          sum += values.path(0).path("sum").asLong();
        }
      }
    }
    return sum;
  }

  private static Accounting accounted(StackClient stack, long sent) {
    return SharedStack.awaitAllAccounted(stack, () -> sent, PATIENCE);
  }

  private static long send(StackClient stack, List<String> events) {
    return stack.sendEvents(
        () -> events.stream().map(e -> e.getBytes(StandardCharsets.UTF_8)).iterator(),
        progress -> {});
  }

  private static List<String> events(String part, int count) {
    Instant now = Instant.now();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"event_id\":\"recovery-%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"%s\"}"
              .formatted(part, i, now));
    }
    return events;
  }

  private static void kill(ProcessHandle process) throws Exception {
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private static List<String> commandLines() {
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != self)
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains("-Dlake.state=") || line.contains("kinesalite"))
        .toList();
  }

  private static void delete(Path folder) {
    new StateFolder(folder).clear();
  }

  private static Outcome lake(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--state", SharedStack.STATE.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = lake.execute(all.toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
