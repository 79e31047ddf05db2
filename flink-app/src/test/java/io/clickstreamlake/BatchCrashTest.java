package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sink.StoredMarks;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole commands load, fill and replay on a model of S3, where the process crashes at a random
 * call and the same command follows. The judge is a run without a crash, whose counts are known.
 */
class BatchCrashTest {

  private static final int CRASHES = Integer.getInteger("batch.crashes", 50);

  private static final Instant HOUR = Instant.parse("2026-11-20T10:00:00Z");

  /** Every crash is logged with its stack traces, all expected. */
  @RegisterExtension static final SilencedLogger FLINK = new SilencedLogger("org.apache.flink");

  @RegisterExtension
  static final SilencedLogger SILENCED = new SilencedLogger("io.clickstreamlake");

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  /** Without the enrichments that read large tables when they are opened. */
  private static final Map<String, String> SETTINGS = Map.of("enrich.chain", "page");

  @TempDir Path folder;

  @Test
  void givenALoadThatCrashesAnywhereWhenItIsRepeatedThenTheLakeIsThatOfOneRun() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      events.add(event("e" + i % 50, i % 50));
    }
    events.add("{\"broken");
    Path files = Files.createDirectories(folder.resolve("files"));
    Files.write(files.resolve("one.json"), events.subList(0, 30));
    Files.write(files.resolve("two.json"), events.subList(30, 61));
    Path before = folder.resolve("before");
    JobRun.over(before, SETTINGS, events.subList(0, 5));

    Lake once = assertSameAfterCrashes(before, "load", files.toUri().toString());

    assertThat(once.events).hasSize(50);
    assertThat(once.rejected).hasSize(1);
    // The tables had e0 to e4, which the files have twice, like e5 to e9.
    assertThat(once.ledger)
        .containsEntry("received", 5L + 61 - 10)
        .containsEntry("loaded", 61L - 10)
        .containsEntry("written", 50L)
        .containsEntry("duplicate", 5L)
        .containsEntry("rejected:malformed_json", 1L);
  }

  @Test
  void givenAFillThatCrashesAnywhereWhenItIsRepeatedThenTheLakeIsThatOfOneRun() throws Exception {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String event = i % 20 == 7 ? "{\"broken" + i : event("e" + i % 50, i % 50);
      records.add(
          new SourceRecord(
              event.getBytes(UTF_8),
              new Origin("clicks", "shardId-000000000000", Integer.toString(i)),
              HOUR.plusSeconds(30L * i).toEpochMilli()));
    }
    new RawArchiveFolder(folder.resolve("raw")).add(records);
    Path before = folder.resolve("before");
    JobRun.overRecords(before, SETTINGS, records.subList(0, 20));
    for (LakeTable<?> table : List.of(LakeTable.CLICK_EVENTS, LakeTable.REJECTED_EVENTS)) {
      StoredMarks.put(table.metadata(before.toUri().toString()), HOUR.plusSeconds(10_000));
    }

    Lake once =
        assertSameAfterCrashes(
            before,
            "fill",
            "--archive",
            folder.resolve("raw").toUri().toString(),
            "--from",
            HOUR.toString(),
            "--to",
            HOUR.plusSeconds(3600).toString());

    // 7, 27 and 47 are broken. 50 to 59 repeat 0 to 9, so that e7 has an event, and e27 and e47
    // none.
    assertThat(once.events).hasSize(48);
    assertThat(once.rejected).hasSize(3);
    assertThat(once.ledger)
        .containsEntry("received", once.ledger.get("filled") + 20)
        .containsEntry("written", 48L)
        .containsEntry("rejected:malformed_json", 3L);
  }

  @Test
  void givenAReplayThatCrashesAnywhereWhenItIsRepeatedThenTheLakeIsThatOfOneRun() throws Exception {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      records.add(event("e" + i % 30, i % 30).replace("event_time", i % 2 == 0 ? "at" : "time"));
    }
    records.add("{ oops");
    Path before = folder.resolve("before");
    JobRun.over(before, Map.of("parse.mapping", mapping("$.time")), records);

    Lake once =
        assertSameAfterCrashes(before, Map.of("parse.mapping", mapping("$.at, $.time")), "replay");

    assertThat(once.events).hasSize(30);
    assertThat(once.rejected).hasSize(1);
    assertThat(once.ledger)
        .containsEntry("received", 41L)
        .containsEntry("written", 30L)
        .containsEntry("duplicate", 10L)
        .containsEntry("replayed", 20L)
        .containsEntry("rejected:malformed_json", 1L);
  }

  /** The content of the tables, but for what depends on when a command ran. */
  private record Lake(List<String> events, List<String> rejected, Map<String, Long> ledger) {}

  private Lake assertSameAfterCrashes(Path before, String... command) throws Exception {
    return assertSameAfterCrashes(before, Map.of(), command);
  }

  /**
   * @param before the lake before the command
   * @return the lake after it
   */
  private Lake assertSameAfterCrashes(Path before, Map<String, String> settings, String... command)
      throws Exception {
    Lake once;
    long calls;
    try (ModelStore store = store(before)) {
      run(store, settings, command);
      calls = store.calls();
      once = lake(store);
    }
    Random random = new Random(command[0].hashCode());
    for (int crash = 0; crash < CRASHES; crash++) {
      try (ModelStore store = store(before)) {
        // The call at which it crashes; a second crash follows half of the first ones.
        List<String> crashes = new ArrayList<>();
        for (int attempt = 0; attempt <= crash % 2; attempt++) {
          long call = store.calls() + random.nextLong(calls);
          store.faults(Faults.crash(call, random.nextBoolean()));
          if (!isCompleted(store, settings, command)) {
            crashes.add(store.call((int) call));
          }
        }
        store.faults(Faults.none());
        run(store, settings, command);
        assertThat(lake(store)).as("crashes at %s", crashes).isEqualTo(once);
        if (crash % 10 == 0) {
          run(store, settings, command);
          assertThat(lake(store)).as("repeated after crashes at %s", crashes).isEqualTo(once);
        }
      }
    }
    return once;
  }

  private boolean isCompleted(ModelStore store, Map<String, String> settings, String... command) {
    try {
      run(store, settings, command);
      return true;
    } catch (Throwable e) {
      return false;
    }
  }

  private void run(ModelStore store, Map<String, String> settings, String... command)
      throws Exception {
    Map<String, String> texts = new TreeMap<>(SETTINGS);
    texts.putAll(settings);
    texts.put("source.stream", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", store.uri() + "/");
    Path config = folder.resolve("application_properties.json");
    new ObjectMapper()
        .writeValue(
            config.toFile(),
            List.of(Map.of("PropertyGroupId", "clickstream-lake", "PropertyMap", texts)));
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(1, List.of("--config", config.toString()));
    new BatchCommand(
            new BatchArguments(arguments.toArray(String[]::new)),
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8))
        .run(
            StreamExecutionEnvironment.getExecutionEnvironment(
                new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none")));
  }

  private static ModelStore store(Path lake) throws IOException {
    ModelStore store = new ModelStore();
    try (Stream<Path> files = Files.walk(lake)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        store.allObjects().put(lake.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return store;
  }

  private Lake lake(ModelStore store) throws IOException {
    Path copy = Files.createTempDirectory(folder, "lake");
    for (Map.Entry<String, byte[]> object : store.objects().entrySet()) {
      Path file = copy.resolve(object.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, object.getValue());
    }
    LakeFolder lake = new LakeFolder(copy);
    Map<String, Long> ledger = lake.ledger();
    // Of a rejection that was taken back nothing remains.
    ledger.values().removeIf(events -> events == 0);
    return new Lake(
        lake.events().stream().map(BatchCrashTest::text).sorted().toList(),
        lake.rejected().stream().map(BatchCrashTest::text).sorted().toList(),
        ledger);
  }

  private static String text(ClickEvent event) {
    event.setProcessedTime(Instant.EPOCH);
    // Either of two equal events may be the one that is written.
    event.setShardId("any");
    event.setSequenceNumber("any");
    event.setArrivalTime(Instant.EPOCH);
    return event.toString();
  }

  private static String text(RejectedEvent row) {
    return row.getSequenceNumber() + " " + row.getReason() + " " + UTF_8.decode(row.getPayload());
  }

  private String mapping(String time) throws IOException {
    Path file = folder.resolve("mapping" + time.hashCode() + ".yaml");
    Files.writeString(
        file,
        "columns:\n  event_id: [$.event_id]\n  event_type: [$.event_type]\n  event_time: ["
            + time
            + "]\n");
    return file.toUri().toString();
  }

  private static String event(String id, int number) {
    return "{\"event_id\":\"%s\",\"event_type\":\"view\",\"event_time\":\"2026-11-%dT10:15:30Z\"}"
        .formatted(id, 18 + number % 3);
  }
}
