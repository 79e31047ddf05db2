package io.clickstreamlake.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the shared stack, with their output. */
class CommandsIT {

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeEach
  void startStack() {
    SharedStack.get();
  }

  @Test
  void givenEventsOfAFileWhenSentThenSqlShowsThem() throws IOException {
    Path file = folder.resolve("own.json");
    String now = Instant.now().toString();
    Files.writeString(
        file,
        """
{"event_id":"own-1","event_type":"page_view","event_time":"%1$s","page_url":"https://x.example/a"}

[{"event_id":"own-2","event_type":"search","event_time":"%1$s"},{"event_id":"own-3","event_type":"search","event_time":"%1$s"}]
"""
            .formatted(now));

    Outcome sent = lake("send", file.toString());
    SharedStack.countAsSent(3);
    SharedStack.awaitAllAccounted();

    assertThat(sent.exitCode()).isZero();
    assertThat(sent.out()).contains("sent 3 events to the stream clicks");
    Outcome queried =
        lake(
            "sql",
            "SELECT event_id, page_path FROM click_events WHERE event_id LIKE 'own-%' ORDER BY 1",
            "--format",
            "csv");
    assertThat(queried.out().lines())
        .containsExactly("event_id,page_path", "own-1,/a", "own-2,", "own-3,");
  }

  @Test
  void givenGeneratedEventsWhenSentAtARateThenAllAreAccountedFor() {
    Outcome generated =
        lake("generate", "--events", "300", "--rate", "1000", "--seed", "11", "--broken", "0.1");
    SharedStack.countAsSent(300);

    assertThat(generated.exitCode()).isZero();
    assertThat(generated.out()).contains("sent 300 events");
    assertThat(SharedStack.awaitAllAccounted().sent()).isEqualTo(SharedStack.sent());
  }

  /** The file of the same seed says what must be in the lake. */
  @Test
  void givenTwoMonthsOfEventsWhenSentAtFullSpeedThenEachDayHasItsRows() throws IOException {
    Path file = folder.resolve("two-months.json");
    List<String> options =
        List.of("--days", "60", "--end", "2026-03-01", "--events", "6000", "--seed", "8");
    List<String> toFile = new ArrayList<>(options);
    toFile.addAll(0, List.of("generate", "--output", file.toString()));
    assertThat(run(toFile.toArray(String[]::new)).exitCode()).isZero();
    List<String> toStream = new ArrayList<>(options);
    toStream.add(0, "generate");

    Outcome sent = lake(toStream.toArray(String[]::new));
    SharedStack.countAsSent(6_000);
    long accounted = SharedStack.awaitAllAccounted().sent();
    Outcome queried =
        lake(
            "sql",
            "SELECT concat(year, '-', month, '-', day), count(*), count(DISTINCT event_id)"
                + " FROM click_events WHERE event_time < timestamp '2026-03-01'"
                + " AND event_time >= timestamp '2025-12-31' GROUP BY 1 ORDER BY 1",
            "--format",
            "csv");

    assertThat(sent.out()).contains("6000 good", "sent 6000 events to the stream clicks in ");
    assertThat(accounted).isEqualTo(SharedStack.sent());
    Map<String, Integer> days = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String time = line.substring(line.indexOf("\"event_time\":\"") + 14);
      days.merge(time.substring(0, 10), 1, Integer::sum);
    }
    assertThat(days).hasSize(60);
    assertThat(queried.out().lines().skip(1))
        .containsExactlyElementsOf(
            days.entrySet().stream()
                .map(day -> day.getKey() + "," + day.getValue() + "," + day.getValue())
                .toList());
  }

  @Test
  void givenARunningGeneratorWhenItIsStoppedThenItPrintsHowManyEventsItSent() throws Exception {
    Path out = folder.resolve("out.txt");
    Process generator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlake.root=" + SharedStack.ROOT,
                "-cp",
                System.getProperty("java.class.path"),
                Lake.class.getName(),
                "generate",
                "--state",
                SharedStack.STATE.toString(),
                "--rate",
                "200")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.readString(out).contains("stop with Ctrl-C"));
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> SharedStack.client().accounting(0).received() > SharedStack.sent());

      // SIGTERM, which docker compose stop sends, too.
      generator.destroy();

      assertThat(generator.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      generator.destroyForcibly();
    }
    Matcher total =
        Pattern.compile("sent (\\d+) events to the stream clicks").matcher(Files.readString(out));
    assertThat(total.find()).as(Files.readString(out)).isTrue();
    assertThat(Integer.parseInt(total.group(1))).isPositive();
    SharedStack.countAsSent(Integer.parseInt(total.group(1)));
    assertThat(SharedStack.awaitAllAccounted().received()).isEqualTo(SharedStack.sent());
  }

  @Test
  void givenRunningStackWhenStatusIsShownThenAllServicesAndTheJobRun() {
    Outcome status = lake("status");

    assertThat(status.exitCode()).isZero();
    assertThat(status.out())
        .contains("archive", "taskmanager", "trino", "pid ", "RUNNING")
        .doesNotContain("NOT RUNNING", "What to do");
  }

  /** Every figure, against what the test knows or reads from another source. */
  @Test
  void givenRunningStackWhenStatusIsAskedForAsJsonThenItHasEveryFigure() throws IOException {
    lake("generate", "--events", "20", "--rate", "1000", "--seed", "4");
    SharedStack.countAsSent(20);
    long accounted = SharedStack.awaitAllAccounted().received();
    Instant before = Instant.now().minusSeconds(120);
    // Flink collects metrics every ten seconds.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !status().path("lagMillis").isNull() && !status().path("openFiles").isNull());

    JsonNode status = status();

    assertThat(status.path("healthy").booleanValue()).isTrue();
    assertThat(status.path("whatToDo")).isEmpty();
    assertThat(status.path("services")).hasSize(Service.processes().size());
    assertThat(status.path("stream").asText()).isEqualTo("clicks");
    assertThat(status.path("job").path("state").asText()).isEqualTo("RUNNING");
    assertThat(status.path("restarts").asInt()).isZero();
    assertThat(status.path("lagMillis").asLong()).isBetween(0L, 5_000L);
    assertThat(status.path("receivedPerSecond").isNumber()).isTrue();
    // One file per table and writer at most: two writers of click_events and two tables.
    assertThat(status.path("openFiles").asLong()).isBetween(0L, 8L);
    assertThat(status.path("oldestOpenFileMillis").asLong()).isBetween(0L, 30_000L);
    JsonNode checkpoint = status.path("checkpoint");
    assertThat(checkpoint.path("intervalMillis").asLong()).isEqualTo(2_000);
    // A job that starts slowly has checkpoints that fail before its tasks run.
    assertThat(checkpoint.path("failed").asLong())
        .isEqualTo(
            rest("/jobs/" + status.path("job").path("id").asText() + "/checkpoints")
                .path("counts")
                .path("failed")
                .asLong());
    assertThat(Instant.parse(checkpoint.path("at").asText())).isAfter(before);
    assertThat(checkpoint.path("bytes").asLong()).isPositive();
    assertThat(checkpoint.path("durationMillis").asLong()).isBetween(1L, 60_000L);
    assertThat(Instant.parse(status.path("newestFile").asText())).isBetween(before, Instant.now());
    assertThat(Instant.parse(status.path("newestArrival").asText()))
        .isBetween(before, Instant.now());
    assertThat(status.path("events").path("received").asLong()).isEqualTo(accounted);
    assertThat(status.path("disk").path("freeBytes").asLong())
        .isCloseTo(Files.getFileStore(SharedStack.STATE).getUsableSpace(), withPercentage(10));
    assertThat(status.path("disk").path("usedBytes").asLong()).isPositive();
  }

  private static JsonNode status() throws IOException {
    return new ObjectMapper().readTree(lake("status", "--json").out());
  }

  /** Pretty-printed, an array, JSON lines and broken lines, as such and compressed. */
  @Test
  void givenFilesInOtherFormsWhenSentThenEveryEventIsReceivedOnce() throws IOException {
    String now = Instant.now().toString();
    String event =
        "{\"event_id\":\"form-%s\",\n \"event_type\":\"search\",\n \"event_time\":\"" + now + "\"}";
    Path pretty = folder.resolve("pretty.json");
    Files.writeString(pretty, event.formatted("1") + "\n" + event.formatted("2") + "\n");
    Path array = folder.resolve("array.json.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(array))) {
      out.write(("[" + event.formatted("3") + ",\n" + event.formatted("4") + "]").getBytes(UTF_8));
    }
    Path lines = folder.resolve("lines.json.gz");
    String line = event.formatted("5").replace("\n", "");
    for (String member : List.of(line + "\n", "{\"event_id\":\"form-6\n", "{}\n")) {
      try (GZIPOutputStream out =
          new GZIPOutputStream(
              Files.newOutputStream(lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
        out.write(member.getBytes(UTF_8));
      }
    }

    Outcome sentPretty = lake("send", pretty.toString());
    Outcome sentArray = lake("send", array.toString());
    Outcome sentLines = lake("send", lines.toString());
    SharedStack.countAsSent(7);
    SharedStack.awaitAllAccounted();

    assertThat(sentPretty.out().lines())
        .containsExactly(
            "sent 2 events to the stream clicks",
            // The intervals of the shared stack.
            "Visible in SQL after at most about 60.1 min (roll.interval 4 s, checkpoint 2 s, crawl"
                + " 60 min).");
    assertThat(sentArray.out()).contains("sent 2 events");
    assertThat(sentLines.out())
        .contains("sent 3 events", "1 record is not valid JSON (" + lines + ", line 2)");
    assertThat(
            lake(
                    "sql",
                    "SELECT count(*), count(DISTINCT event_id) FROM click_events WHERE event_id LIKE"
                        + " 'form-%'",
                    "--format",
                    "csv")
                .out())
        .isEqualTo("_col0,_col1\r\n5,5\r\n");
  }

  @Test
  void givenBrokenValueInAFileWhenSentThenNothingIsSent() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.json"), "{\n\"a\":1}\n{\n\"a\": }");

    Outcome sent = lake("send", file.toString());

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.err()).contains(file + ", line 4, column 6", "Nothing was sent.");
  }

  @Test
  void givenStackThatEndedWhenLogsAreShownThenTheyAreThoseOfItsLastStart() throws IOException {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Files.writeString(logs.resolve("trino.log"), "No space left on device\n");

    Outcome shown = run("logs", "--state", folder.toString());
    Outcome unknown = run("logs", "nope", "--state", folder.toString());

    assertThat(shown.exitCode()).isZero();
    assertThat(shown.err())
        .contains("No stack is running on " + folder + "; these are its last logs");
    assertThat(unknown.err()).contains("There is no log", "Known services: kinesis, s3");
    assertThat(run("logs", "--state", folder.resolve("none").toString()).exitCode()).isEqualTo(3);
  }

  @Test
  void givenTheMetricsOfTheDocumentationWhenComparedWithFlinkThenEachExists()
      throws IOException, InterruptedException {
    SharedStack.send(List.of("{}"));
    Set<String> documented =
        Files.readAllLines(SharedStack.ROOT.resolve("docs/metrics.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> Pattern.compile("`([^`]+)`").matcher(line.split("\\|")[1]).results())
            .map(name -> name.group(1))
            .collect(Collectors.toSet());

    assertThat(documented).hasSizeGreaterThan(20);
    // Flink collects metrics every ten seconds.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              List<String> existing = metrics();
              assertThat(documented)
                  .allSatisfy(
                      name ->
                          assertThat(existing)
                              .as(name)
                              // A histogram has one value per quantile.
                              .anyMatch(
                                  id ->
                                      (id + ".").contains("." + name + ".")
                                          || (id + "_").contains("." + name + "_")));
            });
    SharedStack.awaitAllAccounted();
  }

  /** Flink's REST API, without the code under test. */
  private static JsonNode rest(String path) throws IOException {
    return new ObjectMapper().readTree(URI.create(SharedStack.client().flinkUi() + path).toURL());
  }

  private static List<String> metrics() throws IOException {
    String job = status().path("job").path("id").asText();
    List<String> ids = new ArrayList<>();
    for (JsonNode vertex : rest("/jobs/" + job).path("vertices")) {
      rest("/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics")
          .forEach(metric -> ids.add(metric.path("id").asText()));
    }
    return ids;
  }

  /** A quiet hour has 1,800 of these checkpoints. */
  @Test
  void givenIdleStackWhenCheckpointsCompleteThenNoServiceWritesToItsLog() throws IOException {
    SharedStack.awaitAllAccounted();
    Instant before = lastCheckpoint();
    Map<String, Long> lines = logLines();

    // Five checkpoints of the shared stack.
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> lastCheckpoint().isAfter(before.plusSeconds(10)));

    assertThat(logLines()).isEqualTo(lines);
  }

  private static Instant lastCheckpoint() throws IOException {
    return Instant.parse(status().path("checkpoint").path("at").asText());
  }

  private static Map<String, Long> logLines() throws IOException {
    Map<String, Long> lines = new TreeMap<>();
    for (Service service : Service.processes()) {
      try (Stream<String> all =
          Files.lines(SharedStack.STATE.resolve("logs/" + service.key() + ".log"))) {
        lines.put(service.key(), all.count());
      }
    }
    return lines;
  }

  @Test
  void givenDeleteWhenRunThenItIsRefusedAndExitsWithOne() {
    Outcome deleted = lake("sql", "DELETE FROM click_events");

    assertThat(deleted.exitCode()).isEqualTo(1);
    assertThat(deleted.out()).isEmpty();
    assertThat(deleted.err()).contains("Athena refuses DELETE", "DROP PARTITION");
  }

  /** The shared stack, as if its ports were those of containers. */
  @Test
  void givenAStackInContainersWhenTheSameCommandsAreRunThenTheyUseItsPorts()
      throws IOException, InterruptedException {
    FakeDocker docker = FakeDocker.in(folder.resolve("bin"));
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    for (Service service : Service.withPort()) {
      ports.put(service, SharedStack.client().endpoint(service).getPort());
    }
    docker.runs(ports);
    Path root = folder.resolve("checkout");

    FakeDocker.Outcome generated = docker.lake(root, "generate", "--events", "10");
    SharedStack.countAsSent(10);
    long accounted = SharedStack.awaitAllAccounted().received();
    FakeDocker.Outcome counted =
        docker.lake(root, "sql", "SELECT count(*) FROM click_events", "--format", "csv");
    FakeDocker.Outcome crawled = docker.lake(root, "crawl");
    FakeDocker.Outcome status = docker.lake(root, "status");

    assertThat(generated.out()).contains("sent 10 events to the stream clicks");
    assertThat(counted.out().lines().skip(1).toList()).hasSize(1);
    assertThat(crawled.out()).contains("crawled 4 tables");
    assertThat(status.exitCode()).as(status.out()).isZero();
    assertThat(status.out())
        .contains("Stack in containers", "clickstream-lake-trino-1", "received=" + accounted);
  }

  @Test
  void givenRunningStackWhenCrawledThenTheReportIsShown() {
    Outcome crawled = lake("crawl");

    assertThat(crawled.exitCode()).isZero();
    assertThat(crawled.out()).contains("crawled 4 tables");
  }

  @Test
  void givenRunningStackWhenStartedAgainThenTheMessageNamesTheWayOut() {
    Outcome second = lake("start");

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err()).contains("A stack is already running", "./lake stop", "--state");
  }

  @Test
  void givenStateWithoutADemoWhenDemoIsRunOnItThenItIsKept() throws IOException {
    Path state = Files.createDirectories(folder.resolve("mine"));
    Path kept = Files.writeString(state.resolve("catalog.json"), "{}");

    Outcome demo = run("demo", "--state", state.toString());

    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.err()).contains("was not started by a demo", "--clear");
    assertThat(kept).exists();
  }

  @Test
  void givenUnknownStreamWhenSentToThenTheMessageNamesTheExistingOnes() throws IOException {
    Path file = Files.writeString(folder.resolve("own.json"), "{}");

    Outcome sent = lake("send", file.toString(), "--stream", "nope");

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.err())
        .contains("There is no stream 'nope'", "existing streams: clicks", "--stream");
  }

  @Test
  void givenMissingFileWhenSentThenTheMessageNamesIt() {
    Outcome sent = lake("send", "/no/such/file.json");

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.err()).contains("/no/such/file.json does not exist");
  }

  @Test
  void givenSyntaxErrorInSqlWhenRunThenTheMessageHasItsPosition() {
    Outcome queried = lake("sql", "CREATE EXTERNAL TABLE t (a strin) LOCATION 's3://raw/t/'");

    assertThat(queried.exitCode()).isEqualTo(1);
    assertThat(queried.err()).contains("line 1, column 28", "\"strin\" is not a type");
  }

  @Test
  void givenNoStackWhenACommandNeedsOneThenExitCodeAndMessageTellSo() {
    for (List<String> command :
        List.of(List.of("status"), List.of("stop"), List.of("crawl"), List.of("sql", "SELECT 1"))) {
      List<String> args = new ArrayList<>(command);
      args.addAll(List.of("--state", folder.resolve("none").toString()));

      Outcome outcome = run(args.toArray(String[]::new));

      assertThat(outcome.exitCode()).isEqualTo(3);
      assertThat(outcome.err()).contains("No stack is running", "./lake start");
    }
  }

  @Test
  void givenRequestedPortInUseWhenStartedThenTheMessageNamesPortAndOption() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      Outcome started =
          run(
              "start",
              "--state",
              folder.resolve("other").toString(),
              "--kinesis-port",
              Integer.toString(other.getLocalPort()));

      assertThat(started.exitCode()).isEqualTo(1);
      assertThat(started.err())
          .contains("Port " + other.getLocalPort() + ", requested with --kinesis-port, is in use");
    }
  }

  @Test
  void givenAnUnknownLogWhenShownThenTheMessageNamesTheServices() {
    Outcome logs = lake("logs", "nope");

    assertThat(logs.exitCode()).isEqualTo(1);
    assertThat(logs.err()).contains("There is no log", "nope.log", "archive", "catalog");
  }

  @Test
  void givenZeroTaskManagersWhenRequestedThenItIsWrongUsage() {
    Outcome up = run("up", "--taskmanagers", "0");

    assertThat(up.exitCode()).isEqualTo(2);
    assertThat(up.err()).contains("--taskmanagers must be at least 1, but is 0");
  }

  @Test
  void givenWrongUsageWhenRunThenTheExitCodeIsTwoAndHelpListsTheCommands() {
    assertThat(run("sql").exitCode()).isEqualTo(2);
    assertThat(run("demo", "--evnts", "5").exitCode()).isEqualTo(2);
    Outcome help = run("help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("demo", "start", "status", "send", "generate", "crawl", "sql", "stop")
        .contains("snapshots", "up", "down", "logs");
    for (String command :
        List.of(
            "demo", "start", "status", "send", "generate", "crawl", "sql", "snapshots", "stop")) {
      assertThat(run(command, "--help").out()).contains("--state");
    }
  }

  @Test
  void givenHelpOfStartWhenShownThenItDocumentsARewind() {
    assertThat(run("start", "--help").out())
        .contains("--from-snapshot", "sink.on-older-snapshot=REWIND", "_sink/TABLE/rewound/");
    assertThat(run("stop", "--help").out())
        .containsIgnoringWhitespaces("The newest 10 savepoints are kept", "./lake snapshots");
  }

  @Test
  void givenNoSnapshotWhenListedThenTheOutputTellsSo() {
    Outcome snapshots = run("snapshots", "--state", folder.toString());

    assertThat(snapshots.exitCode()).isZero();
    assertThat(snapshots.out()).contains("There is no snapshot in " + folder);
  }

  private static Outcome lake(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--state", SharedStack.STATE.toString()));
    return run(all.toArray(String[]::new));
  }

  private static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = lake.execute(args);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
