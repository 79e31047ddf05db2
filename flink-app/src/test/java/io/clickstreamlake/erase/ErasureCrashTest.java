package io.clickstreamlake.erase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.SilencedLogger;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.parquet.AvroRows;
import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.sink.Events;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.sink.model.SimulatedCrash;
import io.clickstreamlake.tables.LakeTable;
import io.clickstreamlake.tables.StoredTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Erases on an object store where any call can fail or crash the process, and repeats the command
 * until it succeeds: tables and ledger are as without the crashes.
 *
 * <p>Set {@code -Derase.seed} to repeat the random crashes of an earlier run.
 */
class ErasureCrashTest {

  private static final int RANDOM_RUNS = 100;

  private static PersonRows persons;

  /** The tables before, by key. */
  private static final Map<String, byte[]> LAKE = new TreeMap<>();

  private static Map<String, List<String>> expectedRows;
  private static Map<String, Long> expectedLedger;
  private static long calls;

  @RegisterExtension
  static final SilencedLogger SILENCED = new SilencedLogger("io.clickstreamlake.erase");

  @BeforeAll
  static void writeTables() throws Exception {
    persons = TestErasure.persons("file:///lake", "u3", "u4");
    Events source = new Events(5);
    for (int file = 0; file < 5; file++) {
      List<ClickEvent> rows = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        ClickEvent event = source.next();
        // The last file has no row of the persons, and the one before it no other rows.
        event.setUserId("u" + (file == 3 ? 3 : file == 4 ? 9 : i % 8));
        event.setArrivalTime(Instant.parse("2025-11-20T22:30:00Z").plusSeconds(i * 300L));
        event.setStream("s" + i % 2);
        event.setIsLate(file == 1 && i < 20);
        rows.add(event);
      }
      put(
          "click_events/year=2025/month=11/day=2" + file + "/f.parquet",
          LakeTable.CLICK_EVENTS,
          rows);
    }
    List<RejectedEvent> rejected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rejected.add(
          RejectedEvent.newBuilder()
              .setReason(i % 2 == 0 ? "malformed_json" : "missing_value")
              .setMessage("m")
              .setStream("s0")
              .setShardId("shard")
              .setSequenceNumber("" + i)
              .setPosition(0)
              .setArrivalTime(Instant.parse("2025-11-21T01:10:00Z"))
              .setJobVersion("1")
              .setPayload(
                  ByteBuffer.wrap(
                      (i % 2 == 0
                              ? "{'user_id':'u%d', oops"
                              : "{'event_id':'e','event_type':'t','user_id':'u%d'}")
                          .formatted(i % 5)
                          .replace('\'', '"')
                          .getBytes(StandardCharsets.UTF_8)))
              .build());
    }
    put("rejected_events/year=2025/month=11/day=21/f.parquet", LakeTable.REJECTED_EVENTS, rejected);
    try (ModelStore store = lake()) {
      ObjectNode report = erasure(store).erase();
      calls = store.calls();
      expectedRows = rows(store);
      expectedLedger = ledger(store);
      assertThat(report.at("/secondScan/rowsFound").asLong()).isZero();
      assertThat(report.at("/tables/click_events/filesWithRows").asLong()).isEqualTo(4);
      assertThat(report.at("/tables/rejected_events/rows").asLong()).isEqualTo(8);
    }
  }

  @Test
  void givenNoCrashWhenErasedThenExactlyTheRowsOfThePersonsAreGoneAndCounted() throws Exception {
    try (ModelStore store = lake()) {
      Map<String, List<String>> before = rows(store);
      before.replaceAll(
          (key, rows) ->
              rows.stream().filter(row -> !row.matches("(?s).*user_id\\W+u[34]\\W.*")).toList());
      before.values().removeIf(List::isEmpty);
      assertThat(expectedRows).isEqualTo(before).hasSize(5);
    }
    // In three files 5 rows of each of two users, and 40 rows in another.
    assertThat(
            expectedLedger.entrySet().stream()
                .filter(entry -> entry.getKey().contains("click"))
                .mapToLong(Map.Entry::getValue)
                .sum())
        .isEqualTo(3 * 10 + 40);
    // The first 20 rows of one file are late; those of the two users are 3, 4, 11, 12 and 19.
    assertThat(
            expectedLedger.entrySet().stream()
                .filter(entry -> entry.getKey().contains("late"))
                .mapToLong(Map.Entry::getValue)
                .sum())
        .isEqualTo(5);
    assertThat(expectedLedger)
        .containsEntry("2025-11-21T01:00:00Z s0 malformed_json", 4L)
        .containsEntry("2025-11-21T01:00:00Z s0 missing_value", 4L);
  }

  @Test
  void givenACrashAfterAnyCallWhenTheCommandIsRepeatedThenTablesAndLedgerAreTheSame()
      throws Exception {
    assertThat(calls).isGreaterThan(50);
    for (long call = 0; call < calls; call++) {
      // A crash before a call is one after the call before.
      eraseUntilDone(Faults.once(call, Fault.CRASH_AFTER), "crash after call " + call);
    }
  }

  @Test
  void givenRandomCrashesAndErrorsWhenTheCommandIsRepeatedThenTablesAndLedgerAreTheSame()
      throws Exception {
    long first = Long.getLong("erase.seed", System.nanoTime());
    System.out.printf("Random crashes of erasures: -Derase.seed=%d%n", first);
    int attempts = 0;
    for (long seed = first; seed < first + RANDOM_RUNS; seed++) {
      attempts += eraseUntilDone(Faults.random(new Random(seed), 0.05, 6), "-Derase.seed=" + seed);
    }
    assertThat(attempts).as("attempts: crashes occur").isGreaterThan(2 * RANDOM_RUNS);
  }

  @Test
  void givenAnErasureThatRunsWhenAnotherStartsThenItGivesUpAndChangesNothing() throws Exception {
    try (ModelStore store = lake()) {
      ErasureFolder folder = new ErasureFolder(store.uri());
      folder.beat("20251120T120000Z-other");
      Map<String, byte[]> before = new TreeMap<>(store.objects());
      long callsBefore = store.calls();
      Thread alive =
          new Thread(
              () -> {
                try {
                  // The other run gives its sign of life while the erasure waits for it.
                  long calls;
                  do {
                    calls = store.calls();
                    Thread.sleep(200);
                  } while (calls == callsBefore || calls != store.calls());
                  folder.beat("20251120T120000Z-other");
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      alive.start();

      assertThatThrownBy(() -> erasure(store, Duration.ofMillis(3_000)).erase())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("20251120T120000Z-other");

      alive.join();
      assertThat(store.objects().keySet()).isEqualTo(before.keySet());
      assertThat(rows(store)).isEqualTo(rows(LAKE));
    }
  }

  @Test
  void givenARunThatWasTakenOverWhenItGoesOnThenItChangesNothingMore() throws Exception {
    try (ModelStore store = lake()) {
      ErasureFolder folder = new ErasureFolder(store.uri());
      folder.beat("20251120T120000Z-paused");
      FileErasure paused =
          new FileErasure(
              store.uri(), "20251120T120000Z-paused", persons, 3, false, false, 1 << 20);
      TableFile file = TableFile.list(LakeTable.CLICK_EVENTS, store.uri()).get(0);

      erasure(store).erase();
      Map<String, List<String>> after = rows(store);
      // The job has replaced nothing; suppose that rows of the person are there again.
      put(store, "click_events/year=2025/month=11/day=20/f.parquet");
      assertThatThrownBy(() -> paused.apply(file)).hasStackTraceContaining("has finished it");

      assertThat(rows(store).get("click_events/year=2025/month=11/day=21/f.parquet"))
          .isEqualTo(after.get("click_events/year=2025/month=11/day=21/f.parquet"));
      assertThat(ledger(store)).isEqualTo(expectedLedger);
    }
  }

  private static int eraseUntilDone(Faults faults, String what) throws Exception {
    try (ModelStore store = lake()) {
      store.faults(faults);
      for (int attempt = 1; attempt <= 20; attempt++) {
        try {
          erasure(store).erase();
          store.faults(Faults.none());
          assertThat(rows(store)).as(what).isEqualTo(expectedRows);
          assertThat(ledger(store)).as(what).isEqualTo(expectedLedger);
          assertThat(new ErasureFolder(store.uri()).unfinished()).as(what).isEmpty();
          return attempt;
        } catch (IOException | SimulatedCrash e) {
          // The operator repeats the command.
        }
      }
      throw new AssertionError(what + ": the erasure never succeeded");
    }
  }

  private static Erasure erasure(ModelStore store) {
    return erasure(store, Duration.ZERO);
  }

  private static Erasure erasure(ModelStore store, Duration silence) {
    return TestErasure.of(store.uri(), persons, silence);
  }

  private static <T extends SpecificRecordBase & SpecificRecord> void put(
      String key, LakeTable<T> table, List<T> rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StoredTable.write(table, rows, "test version 1 (build 1)", 3, out);
    LAKE.put(key, out.toByteArray());
  }

  private static ModelStore lake() throws IOException {
    ModelStore store = new ModelStore();
    for (String key : LAKE.keySet()) {
      put(store, key);
    }
    return store;
  }

  private static void put(ModelStore store, String key) throws IOException {
    Path path = new Path(store.uri() + "/" + key);
    try (FSDataOutputStream out =
        path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE)) {
      out.write(LAKE.get(key));
    }
  }

  private static Map<String, List<String>> rows(ModelStore store) throws IOException {
    return rows(store.objects());
  }

  /** The rows of the two tables by file, read by another reader. */
  private static Map<String, List<String>> rows(Map<String, byte[]> objects) throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      Class<? extends SpecificRecord> type =
          object.getKey().startsWith("click_events")
              ? ClickEvent.class
              : object.getKey().startsWith("rejected_events") ? RejectedEvent.class : null;
      if (type != null) {
        rows.put(
            object.getKey(),
            AvroRows.read(new ParquetBytes(object.getValue()), type).stream()
                .map(ErasureCrashTest::text)
                .toList());
      }
    }
    return rows;
  }

  private static String text(SpecificRecord row) {
    return row instanceof RejectedEvent rejected
        ? rejected + StandardCharsets.UTF_8.decode(rejected.getPayload().duplicate()).toString()
        : row.toString();
  }

  private static Map<String, Long> ledger(ModelStore store) throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    for (Map.Entry<String, byte[]> object : store.objects().entrySet()) {
      if (object.getKey().startsWith("ledger/")) {
        List<LedgerEntry> entries =
            AvroRows.read(new ParquetBytes(object.getValue()), LedgerEntry.class);
        for (LedgerEntry entry : entries) {
          assertThat(entry.getOutcome()).isIn("erased", "erased_late");
          assertThat(object.getKey())
              .contains("/day=" + entry.getArrivalHour().toString().substring(8, 10));
          sums.merge(
              entry.getArrivalHour()
                  + " "
                  + entry.getStream()
                  + " "
                  + (entry.getOutcome().equals("erased_late")
                      ? "late"
                      : entry.getReason() == null ? "click" : entry.getReason()),
              entry.getEvents(),
              Long::sum);
        }
      }
    }
    return Collections.unmodifiableMap(sums);
  }
}
