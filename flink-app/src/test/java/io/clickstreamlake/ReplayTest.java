package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.batch.NewEvents;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.replay.RejectedFile;
import io.clickstreamlake.replay.RejectedRows;
import io.clickstreamlake.replay.RetryOperator;
import io.clickstreamlake.sink.BatchRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rejected events that are tried again after the mapping was corrected. The judge is a job that had
 * the correct mapping from the start, over the same records.
 */
class ReplayTest {

  /** The producer calls the time "at", which this mapping does not know. */
  private static final String WRONG = mapping("$.time");

  private static final String CORRECT = mapping("$.at");

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  private static String mapping(String time) {
    return String.join(
        "\n",
        "columns:",
        "  event_id: [$.id]",
        "  event_type: [$.type]",
        "  event_time: [" + time + "]",
        "  user_id: [$.user]",
        "");
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private Path judge() {
    return folder.resolve("judge");
  }

  @Test
  void givenACorrectedMappingWhenReplayedThenTheTablesAreThoseOfAJobThatHadItFromTheStart()
      throws Exception {
    List<String> records = records();
    job(lake(), WRONG, records);
    job(judge(), CORRECT, records);
    assertThat(new LakeFolder(lake()).events()).isEmpty();

    Map<String, Object> dry = replay(CORRECT, RejectedRows.all(), false);
    assertThat(new LakeFolder(lake()).events()).isEmpty();
    Map<String, Object> counts = replay(CORRECT, RejectedRows.all(), true);

    LakeFolder expected = new LakeFolder(judge());
    LakeFolder replayed = new LakeFolder(lake());
    assertThat(rows(replayed)).isEqualTo(rows(expected));
    assertThat(replayed.events())
        .extracting(ClickEvent::getEventId)
        .doesNotHaveDuplicates()
        .hasSize(500 + 200);
    assertThat(rejected(replayed)).isEqualTo(rejected(expected)).hasSize(3);
    Map<String, Long> ledger = ledger();
    assertThat(ledger.remove("replayed")).isEqualTo(500 + 20 + 200);
    assertThat(ledger).isEqualTo(expected.ledger());
    assertThat(counts).isEqualTo(dry);
    assertThat(counts)
        .containsEntry(RetryOperator.ACCEPTED, 720L)
        .containsEntry(RetryOperator.STAYED, 2L)
        .containsEntry(RetryOperator.WITHOUT_BYTES, 1L)
        .containsEntry(NewEvents.WRITTEN, 700L)
        .containsEntry(NewEvents.DUPLICATE, 20L);

    assertThat(replay(CORRECT, RejectedRows.all(), true))
        .containsEntry(RetryOperator.ACCEPTED, 0L)
        .containsEntry(RetryOperator.READ, 3L);
    assertThat(rows(new LakeFolder(lake()))).isEqualTo(rows(expected));
    assertThat(rejected(new LakeFolder(lake()))).isEqualTo(rejected(expected));
  }

  /** 500 events with an id, 20 of them twice; records of several events without ids; damage. */
  private static List<String> records() {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 520; i++) {
      records.add(event("'id':'e" + i % 500 + "',", i % 500));
    }
    for (int i = 0; i < 50; i++) {
      // Four events per record, the third and fourth with the same bytes.
      records.add(
          "["
              + event("", 4 * i)
              + ","
              + event("", 4 * i + 1)
              + ","
              + event("", 4 * i + 2)
              + ",\n"
              + event("", 4 * i + 2)
              + "]");
    }
    records.add("{\"id\":\"x1\",\"type\":\"view\"}");
    records.add("{ oops");
    records.add("");
    return records;
  }

  private static String event(String id, int number) {
    return ("{"
            + id
            + "'type':'view','user':'u"
            + number % 7
            + "','at':'2026-11-"
            + (18 + number % 3)
            + "T10:15:30Z'}")
        .replace('\'', '"');
  }

  @Test
  void givenAReasonOrATimeWhenReplayedThenOnlyTheseRowsAreTried() throws Exception {
    job(lake(), WRONG, List.of(event("\"id\":\"a\",", 1), "{ oops"));
    assertThat(
            replay(
                CORRECT,
                new RejectedRows(List.of("malformed_json"), Instant.MIN, Instant.MAX),
                true))
        .containsEntry(RetryOperator.READ, 1L)
        .containsEntry(RetryOperator.ACCEPTED, 0L);
    assertThat(
            replay(
                CORRECT,
                new RejectedRows(List.of(), JobRun.ARRIVAL.plusMillis(1), Instant.MAX),
                true))
        .containsEntry(RetryOperator.READ, 0L);
    assertThat(replay(CORRECT, new RejectedRows(List.of(), Instant.MIN, JobRun.ARRIVAL), true))
        .doesNotContainEntry(RetryOperator.ACCEPTED, 1L);
    assertThat(new LakeFolder(lake()).events()).isEmpty();
    assertThat(
            replay(
                CORRECT,
                new RejectedRows(
                    List.of("missing_value"), JobRun.ARRIVAL, JobRun.ARRIVAL.plusMillis(1)),
                true))
        .containsEntry(NewEvents.WRITTEN, 1L);
    assertThat(new LakeFolder(lake()).rejected()).hasSize(1);
  }

  @Test
  void givenARecordThatBecomesSeveralEventsWhenReplayedThenEachIsAccountedFor() throws Exception {
    String record =
        event("\"id\":\"a\",", 1) + "\n" + event("\"id\":\"b\",", 2) + "\n{\"id\":\"c\"}";
    Map<String, String> limits = Map.of("parse.max-events", "1");
    job(lake(), CORRECT, List.of(record), limits);
    job(judge(), CORRECT, List.of(record), Map.of());
    assertThat(new LakeFolder(lake()).rejected()).hasSize(1);

    replay(CORRECT, RejectedRows.all(), true);

    assertThat(rows(new LakeFolder(lake()))).isEqualTo(rows(new LakeFolder(judge())));
    assertThat(rejected(new LakeFolder(lake()))).isEqualTo(rejected(new LakeFolder(judge())));
    Map<String, Long> ledger = ledger();
    assertThat(ledger.remove("replayed")).isEqualTo(1);
    assertThat(ledger).isEqualTo(new LakeFolder(judge()).ledger());
  }

  @Test
  void givenAnEventThatWasSentAgainWhenReplayedThenItIsADuplicate() throws Exception {
    String event = event("\"id\":\"a\",", 1);
    job(lake(), WRONG, List.of(event, event.replace("\"at\"", "\"time\"")));
    assertThat(new LakeFolder(lake()).events()).hasSize(1);

    assertThat(replay(mapping("$.at, $.time"), RejectedRows.all(), true))
        .containsEntry(NewEvents.DUPLICATE, 1L);

    assertThat(new LakeFolder(lake()).events()).hasSize(1);
    assertThat(new LakeFolder(lake()).rejected()).isEmpty();
    assertThat(ledger())
        .isEqualTo(
            Map.of("received", 2L, "written", 1L, "duplicate", 1L, "replayed", 1L, "late", 1L));
  }

  /** The sums of the ledger. Of a rejection that was taken back nothing remains. */
  private Map<String, Long> ledger() {
    Map<String, Long> ledger = new LakeFolder(lake()).ledger();
    ledger.values().removeIf(events -> events == 0);
    return ledger;
  }

  private static List<String> rows(LakeFolder lake) {
    return lake.eventsByFolder().entrySet().stream()
        .flatMap(
            folder ->
                folder.getValue().stream()
                    .map(
                        row -> {
                          row.setProcessedTime(Instant.EPOCH);
                          if (row.getEventId().startsWith("e")) {
                            // Either of two equal events may be the one that is written.
                            row.setSequenceNumber("any");
                          }
                          return folder.getKey() + " " + row;
                        }))
        .sorted()
        .collect(Collectors.toList());
  }

  private static List<String> rejected(LakeFolder lake) {
    return lake.rejected().stream()
        .map(
            (RejectedEvent row) ->
                row.getSequenceNumber()
                    + " "
                    + row.getPosition()
                    + " "
                    + UTF_8.decode(row.getPayload().duplicate()))
        .sorted()
        .collect(Collectors.toList());
  }

  private void job(Path lake, String mapping, List<String> records) throws Exception {
    job(lake, mapping, records, Map.of());
  }

  private void job(Path lake, String mapping, List<String> records, Map<String, String> settings)
      throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("parse.mapping", file(mapping));
    JobRun.over(lake, all, records);
  }

  private String file(String mapping) throws IOException {
    Path file = folder.resolve("mapping" + mapping.hashCode() + ".yaml");
    Files.writeString(file, mapping);
    return file.toUri().toString();
  }

  private Map<String, Object> replay(String mapping, RejectedRows selected, boolean publishes)
      throws Exception {
    Map<String, String> texts = new HashMap<>();
    texts.put("parse.mapping", file(mapping));
    texts.put("source.stream", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", lake().toUri().toString());
    JobSettings settings = JobSettings.of(texts);
    JobSteps steps = JobSteps.of(settings);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setParallelism(2);
    BatchRun run = null;
    if (publishes) {
      run = steps.sinks.batchRun("replay");
      run.begin();
    }
    List<RejectedFile> files = RejectedFile.list(lake().toUri().toString(), selected);
    if (files.isEmpty()) {
      return Map.of();
    }
    BatchJob.replay(environment, files, selected, settings, steps, run);
    return environment.execute().getAllAccumulatorResults();
  }
}
