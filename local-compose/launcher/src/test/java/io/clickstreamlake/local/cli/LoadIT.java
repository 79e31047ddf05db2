package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The commands load, fill and replay, beside the job of a running stack. */
class LoadIT {

  @TempDir private Path folder;

  /** Events that other tests had rejected would be replayed too. */
  @BeforeAll
  static void startWithoutState() {
    SharedStack.startWithoutState(Map.of());
  }

  @Test
  void givenFilesWhenTheyAreLoadedTwiceThenEachEventIsARowOnce() throws Exception {
    SharedStack.client();
    List<String> live = events("live", 30);
    SharedStack.send(live);
    SharedStack.awaitAllAccounted();

    // Half of the live events are in the files too, as a part of the history.
    List<String> history = new ArrayList<>(events("history", 500));
    history.addAll(live.subList(0, 15));
    history.add("{\"broken");
    Files.createDirectories(folder.resolve("year=2024"));
    Files.write(folder.resolve("year=2024/events.json"), history);
    LakeRun first = load(folder.toString());
    assertThat(first.err()).isEmpty();
    assertThat(first.out())
        .contains("loaded: files=1 read=516 written=500 rejected=1 duplicate=0 already-there=15");
    SharedStack.countAsSent(501);
    SharedStack.awaitAllAccounted();
    assertThat(rows("history")).isEqualTo(500);

    Files.write(folder.resolve("more.json"), events("more", 20));
    assertThat(load(folder.toString()).out())
        .contains("loaded: files=2 read=536 written=20 rejected=0 duplicate=0 already-there=516");
    SharedStack.countAsSent(20);
    SharedStack.awaitAllAccounted();
    assertThat(rows("history")).isEqualTo(500);
    assertThat(rows("more")).isEqualTo(20);
    assertThat(rows("live")).isEqualTo(30);

    // The job goes on, also from a savepoint.
    SharedStack.restart(Map.of());
    SharedStack.send(events("later", 10));
    SharedStack.awaitAllAccounted();
  }

  @Test
  void givenPathsWithoutFilesWhenTheyAreLoadedThenTheMessageSaysSo() {
    SharedStack.client();
    LakeRun missing = load(folder.resolve("none").toString());
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("none does not exist", "s3://BUCKET/PREFIX");
    LakeRun empty = load("s3://raw/no-such-prefix/");
    assertThat(empty.exitCode()).isEqualTo(1);
    assertThat(empty.err()).contains("There is no file in s3://raw/no-such-prefix");
    assertThat(load().exitCode()).isEqualTo(2);
  }

  @Test
  void givenArchivedEventsThatTheTablesLackWhenTheyAreFilledThenTheyAreRowsOnce() throws Exception {
    SharedStack.client();
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(5, ChronoUnit.HOURS);
    List<String> live = events("archived", 6, hour);
    SharedStack.send(live);
    SharedStack.awaitAllAccounted();

    // What the job lost hours ago; and what it has read, as Firehose delivers at least once.
    List<String> archived = new ArrayList<>(events("gap", 30, hour));
    archived.add("{\"event_type\":\"page_view\",\"event_time\":\"" + hour + "\",\"n\":\"no id\"}");
    archived.addAll(live);
    archived.add("{\"broken in the gap");
    archive(hour.plusSeconds(600), archived);
    // A job that has just been restored stores at once what is settled.
    SharedStack.restart(Map.of());
    String[] range = {"--from", hour.toString(), "--to", hour.plus(1, ChronoUnit.HOURS).toString()};
    LakeRun dry =
        await()
            .atMost(Duration.ofSeconds(90))
            .until(
                () -> lake("fill", Stream.concat(Stream.of(range), Stream.of("--dry-run"))),
                o -> o.exitCode() == 0);
    String counts = " objects=1 read=38 written=31 rejected=1 duplicate=0 already-there=6";
    assertThat(dry.out()).contains("missing: from=" + hour, counts);
    assertThat(rows("gap")).isZero();

    LakeRun first = lake("fill", Stream.of(range));
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).contains("filled: from=" + hour, counts);
    SharedStack.countAsSent(32);
    SharedStack.awaitAllAccounted();
    assertThat(rows("gap")).isEqualTo(30);
    assertThat(rows("archived")).isEqualTo(6);
    assertThat(SharedStack.client().query("SELECT sum(filled) FROM ledger_by_hour").singleLong())
        .isEqualTo(32);

    assertThat(lake("fill", Stream.of(range)).out())
        .contains(" written=0 rejected=0 duplicate=0 already-there=38", "Nothing is missing.");
    SharedStack.awaitAllAccounted();
  }

  @Test
  void givenEventsThatALimitRejectedWhenItIsRaisedAndTheyAreReplayedThenTheyAreRows()
      throws Exception {
    SharedStack.client();
    Instant old = Instant.parse("1999-12-31T10:00:00Z");
    List<String> rejected = events("old", 12, old);
    SharedStack.send(rejected);
    SharedStack.send(events("broken", 1).stream().map(event -> event.replace("}", "")).toList());
    SharedStack.awaitAllAccounted();
    assertThat(rows("old")).isZero();
    String[] options = {"--reason", "time_out_of_range,malformed_json"};
    long others = rejectedRows() - 12;
    assertThat(lake("replay", Stream.of(options)).out()).contains(" accepted=0 ");

    SharedStack.restart(Map.of("time.min", "1990-01-01T00:00:00Z"));
    // The job accepts it now, and the zone has it too: one of them is a duplicate.
    SharedStack.send(rejected.subList(0, 2));
    SharedStack.awaitAllAccounted();
    assertThat(lake("replay", Stream.concat(Stream.of(options), Stream.of("--dry-run"))).out())
        .contains("would be replayed: ", " accepted=12 ", " written=10 duplicate=2");
    assertThat(rows("old")).isEqualTo(2);

    LakeRun replayed = lake("replay", Stream.of(options));
    assertThat(replayed.err()).isEmpty();
    assertThat(replayed.out()).contains("replayed: ", " accepted=12 ", " written=10 duplicate=2");
    SharedStack.awaitAllAccounted();
    assertThat(rows("old")).isEqualTo(12);
    assertThat(rejectedRows()).isEqualTo(others);
    assertThat(SharedStack.client().query("SELECT sum(replayed) FROM ledger_by_hour").singleLong())
        .isEqualTo(12);
    assertThat(
            SharedStack.client()
                .query(
                    "SELECT count(*) FROM ledger_by_hour"
                        + " WHERE received <> written + rejected + duplicate")
                .singleLong())
        .isZero();
    assertThat(lake("replay", Stream.of(options)).out()).contains(" accepted=0 ");
    SharedStack.restart(Map.of());
  }

  private static long rejectedRows() {
    return SharedStack.client().query("SELECT count(*) FROM rejected_events").singleLong();
  }

  @Test
  void givenARangeThatCannotBeFilledWhenFillRunsThenTheMessageSaysWhy() {
    SharedStack.client();
    assertThat(lake("fill", Stream.empty()).exitCode()).isEqualTo(2);
    LakeRun noTime = lake("fill", Stream.of("--from", "yesterday"));
    assertThat(noTime.exitCode()).isEqualTo(2);
    assertThat(noTime.err()).contains("'yesterday' is no time such as 2026-11-20");
    LakeRun reversed = lake("fill", Stream.of("--from", "2026-11-20", "--to", "2026-11-20"));
    assertThat(reversed.exitCode()).isEqualTo(2);
    assertThat(reversed.err()).contains("The end is exclusive");
    LakeRun future = lake("fill", Stream.of("--from", "2124-01-01"));
    assertThat(future.exitCode()).isEqualTo(1);
    assertThat(future.err()).containsAnyOf("The job still writes rows", "It is not known which");
  }

  /** Stores records as the raw archive would have, if they had arrived then. */
  private static void archive(Instant arrival, List<String> records) throws IOException {
    String key =
        DateTimeFormatter.ofPattern(
                "'raw/year='uuuu/'month='MM/'day='dd/'hour='HH/'clickstream-archive-1-'"
                    + "uuuu-MM-dd-HH-mm-ss'-0c1e.gz'")
            .withZone(ZoneOffset.UTC)
            .format(arrival);
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(object)) {
      gzip.write(String.join("\n", records).getBytes(StandardCharsets.UTF_8));
    }
    try (S3Client s3 = LocalAws.s3(SharedStack.client().endpoint(Service.S3))) {
      s3.putObject(
          put -> put.bucket(Buckets.RAW).key(key), RequestBody.fromBytes(object.toByteArray()));
    }
  }

  private static long rows(String prefix) {
    return SharedStack.client()
        .query(
            "SELECT count(DISTINCT event_id) FROM click_events WHERE event_id LIKE 'load-"
                + prefix
                + "-%'")
        .singleLong();
  }

  private static List<String> events(String prefix, int count, Instant time) {
    return events(prefix, count).stream()
        .map(event -> event.replaceFirst("2024-06-..T10:00:00Z", time.toString()))
        .toList();
  }

  private static List<String> events(String prefix, int count) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"event_id\":\"load-%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"2024-06-%02dT10:00:00Z\"}"
              .formatted(prefix, i, 1 + i % 3));
    }
    return events;
  }

  private static LakeRun load(String... arguments) {
    return LakeRun.of("load", arguments);
  }

  private static LakeRun lake(String command, Stream<String> arguments) {
    return LakeRun.of(command, arguments.toArray(String[]::new));
  }
}
