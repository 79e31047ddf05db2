package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands start, send, stop and start again of a user with settings of her own. */
class RememberedSettingsIT {

  private static final Path STATE = Path.of("target", "remembered-settings").toAbsolutePath();
  private static final String KEY = "a-key-of-my-own-42";
  private static final int EVENTS = 100;

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeEach
  void clearState() {
    new StateFolder(STATE).clear();
  }

  @AfterEach
  void endStack() {
    if (LocalStack.runsOn(STATE)) {
      LocalStack.attach(SharedStack.ROOT, STATE).close();
    }
  }

  @Test
  void givenSettingsOfAStartWhenStoppedAndStartedPlainlyThenRowsAndFlinkHaveThem()
      throws Exception {
    Path mapping =
        Files.writeString(
            folder.resolve("mapping.yaml"),
            "columns: {event_id: [$.id], event_type: [$.kind], event_time: [$.at], user_id: [$.who],"
                + " page_url: [$.url]}\n");
    Path rules =
        Files.writeString(
            folder.resolve("rules.yaml"),
            "[{name: has_url, column: page_url, required: true, action: flag}]");
    String fields = "privacy.fields=user_id:hash,ip_address:drop";

    Outcome first =
        lake(
            "start",
            "--mapping=" + mapping,
            "--set=quality.rules=" + rules,
            "--set=" + fields,
            "--set=privacy.hash-key=" + KEY,
            "--set=roll.interval=4 s",
            // Three slots of one TaskManager fit its heap only with fewer ids in memory.
            "--parallelism=3",
            "--checkpoint-interval=2");
    assertThat(first.err()).isEmpty();
    assertThat(first.exitCode()).isZero();
    lake("send", events("before").toString());
    assertThat(lake("stop").exitCode()).isZero();

    Outcome unset = lake("start", "--unset", "privacy.fields");
    Outcome fresh = lake("start", "--fresh-settings");
    assertThat(List.of(unset, fresh))
        .allSatisfy(
            refused -> {
              assertThat(refused.exitCode()).isEqualTo(1);
              assertThat(refused.err())
                  .contains(
                      "user_id of privacy.fields: hash at the last start, now redacted",
                      "Nothing was started",
                      "--accept-changes");
            });
    assertThat(LocalStack.runsOn(STATE)).isFalse();

    Files.writeString(rules, "[{name: has_path, column: page_url, required: true, action: flag}]");
    Outcome second = lake("start");
    assertThat(second.err()).isEmpty();
    assertThat(second.out())
        .contains(
            "quality.rules: " + rules + " has changed:",
            "-[{name: has_url, column",
            "+[{name: has_path, column")
        .doesNotContain("is no longer set");
    lake("send", events("after").toString());

    StackClient client = LocalStack.attach(SharedStack.ROOT, STATE).client();
    Accounting accounting =
        SharedStack.awaitAllAccounted(client, () -> 2 * EVENTS, Duration.ofSeconds(90));
    assertThat(accounting.written()).isEqualTo(2 * EVENTS);
    assertThat(
            client
                .query(
                    "SELECT substr(event_id, 1, 5), count(*), count(DISTINCT user_id),"
                        + " count_if(regexp_like(user_id, '^[0-9a-f]{64}$')),"
                        + " count_if(contains(quality_flags, 'has_url')),"
                        + " count_if(contains(quality_flags, 'has_path'))"
                        + " FROM click_events GROUP BY 1 ORDER BY 1")
                .rows())
        .containsExactly(
            List.of("after", 100L, 10L, 100L, 0L, 50L), List.of("befor", 100L, 10L, 100L, 50L, 0L));
    assertThat(client.query("SELECT count(DISTINCT user_id) FROM click_events").singleLong())
        .as("the same ten users before and after, hashed with the same key")
        .isEqualTo(10);
    FlinkRest flink = client.flink();
    assertThat(flink.activeJobs())
        .singleElement()
        .satisfies(job -> assertThat(flink.job(job).parallelism()).isEqualTo(3));

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(changedSettingsOfTheLastHour(client))
                    .as("the gauge of the %d tasks counts the edited rules", 3)
                    .containsExactly(1, 1, 3));

    JsonNode record = newestRecord();
    assertThat(record.toString()).doesNotContain(KEY);
    assertThat(record.path("parallelism").asInt()).isEqualTo(3);
    assertThat(record.path("settings").path("privacy.hash-key").asText())
        .startsWith("pbkdf2-sha256:");
    assertThat(record.path("files").path("parse.mapping").path("text").asText())
        .isEqualTo(Files.readString(mapping));
    assertThat(record.path("changes"))
        .extracting(
            change -> change.path("name").asText(), change -> change.path("effect").asText())
        .contains(tuple("quality.rules", "ROWS"));

    assertThat(lake("stop").exitCode()).isZero();
    List<String> snapshots = lake("snapshots").out().lines().toList();
    assertThat(snapshots)
        .filteredOn(line -> line.contains("savepoint-"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).matches(".*  settings [0-9a-f]{8}"));
    assertThat(snapshots)
        .filteredOn(line -> line.startsWith("settings "))
        .as("the rules differ")
        .hasSize(2)
        .allSatisfy(
            line -> assertThat(line).contains("--set " + fields, "privacy.hash-key=******"));
  }

  private Path events(String prefix) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      lines.add(
          "{\"id\":\"%s-%d\",\"kind\":\"page_view\",\"at\":\"%s\",\"who\":\"user-%d\"%s}"
              .formatted(
                  prefix,
                  i,
                  Instant.now(),
                  i % 10,
                  i % 2 == 0 ? "" : ",\"url\":\"https://x.example/a\""));
    }
    return Files.write(folder.resolve(prefix + ".json"), lines);
  }

  /** The newest record that the job wrote; the local S3 stores objects as files. */
  private static JsonNode newestRecord() throws IOException {
    try (Stream<Path> files =
        Files.list(new StateFolder(STATE).s3().resolve("processed/_sink/settings"))) {
      Path newest =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .max(Comparator.comparing(file -> file.getFileName().toString()))
              .orElseThrow();
      return new ObjectMapper().readTree(newest.toFile());
    }
  }

  /** Minimum, maximum and sum of the metric over the tasks of the job. */
  private static List<Integer> changedSettingsOfTheLastHour(StackClient client) throws IOException {
    String metrics =
        client.endpoint(Service.JOBMANAGER) + "/jobs/" + client.flink().activeJobs().get(0);
    ObjectMapper json = new ObjectMapper();
    for (JsonNode vertex : json.readTree(URI.create(metrics).toURL()).path("vertices")) {
      String url = metrics + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : json.readTree(URI.create(url).toURL())) {
        String id = metric.path("id").asText();
        if (id.endsWith(".dataSettingsChanged")) {
          JsonNode values = json.readTree(URI.create(url + "?get=" + id).toURL()).path(0);
          return List.of(
              values.path("min").asInt(), values.path("max").asInt(), values.path("sum").asInt());
        }
      }
    }
    return List.of();
  }

  private static Outcome lake(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--state", STATE.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = lake.execute(all.toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
