package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.batch.ComparisonReport;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sink.BatchRefusedException;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.Generations;
import io.clickstreamlake.source.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new generation of the tables, made from the former one and the archive. The judge is a job with
 * the new settings that reads everything from the start into a lake of its own.
 */
class ReprocessTest {

  private static final Instant START = Instant.parse("2026-11-19T20:00:00Z");
  private static final Instant END = Instant.parse("2026-11-20T08:00:00Z");
  private static final Instant MARK = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration BUFFER = Duration.ofMinutes(15);
  private static final int RECORDS = 1200;

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  private final Map<String, String> before = new HashMap<>(Map.of("dedup.window", "1 h"));
  private final Map<String, String> after = new HashMap<>(before);
  private final Map<String, String> second = new HashMap<>();
  private int nextSequence;

  @BeforeEach
  void mapping() throws IOException {
    Path mapping = folder.resolve("kind.yaml");
    Files.writeString(
        mapping,
        "extends: default\ncolumns:\n  event_type: [$.event_type, $.kind]\n  product_id: [$.kind]\n");
    after.put("parse.mapping", mapping.toString());
    second.putAll(after);
    second.put("sink.generation", "2");
  }

  @Test
  void givenNewSettingsWhenTheWholeArchiveIsReadAgainThenTheTablesAreThoseOfAJobWithThem()
      throws Exception {
    List<SourceRecord> records = records(new Random(5));
    Path lake = formerLake(records);
    List<ClickEvent> former = new LakeFolder(lake).events();
    prepare(lake, START, null);

    assertSameAsJudge(lake, records, START);
    assertThat(new LakeFolder(lake).events()).hasSameElementsAs(former);
    JsonNode comparison = compare(lake, START, END);
    assertThat(comparison.path("same").asLong()).isEqualTo(count(records, "e"));
    assertThat(comparison.path("changed").asLong()).isEqualTo(count(records, "k"));
    assertThat(comparison.path("columns").toString()).isEqualTo("{\"product_id\":400}");
    assertThat(comparison.path("onlyOld").asLong()).isZero();
    assertThat(comparison.path("onlyNew").asLong()).isEqualTo(count(records, "n"));
    assertThat(comparison.path("samples").path("onlyNew")).hasSize(20);
    comparison
        .path("samples")
        .path("changed")
        .forEach(id -> assertThat(id.asText()).startsWith("k"));
    assertThat(days(comparison, "old")).isEqualTo(days(former));
    assertThat(days(comparison, "new"))
        .isEqualTo(days(new LakeFolder(lake.resolve("g2")).events()));
  }

  @Test
  void givenARangeWhenItIsReadAgainThenOtherRowsAreThoseOfTheFormerGeneration() throws Exception {
    List<SourceRecord> records = records(new Random(6));
    SourceRecord loaded = record(event("loaded", START.plusSeconds(20_000), "view"), START);
    records.add(
        new SourceRecord(
            loaded.data, new Origin("s3://b", "k", "1"), START.plusSeconds(20_000).toEpochMilli()));
    Instant from = Instant.parse("2026-11-19T23:00:00Z");
    Instant to = Instant.parse("2026-11-20T03:00:00Z");
    Path lake = formerLake(records);
    prepare(lake, from, to);
    // The end of a range has no later fill that would read the archive again.
    LakeFolder now = new LakeFolder(lake.resolve("g2"));
    Map<String, String> expected = new TreeMap<>();
    for (SourceRecord record : records) {
      String id = id(record);
      boolean isRead =
          !record.origin.source.startsWith("s3")
              && record.arrivalTime >= from.toEpochMilli()
              && record.arrivalTime < to.toEpochMilli();
      String type = id.startsWith("n") ? "kind" : "view";
      String product = isRead && id.matches("[kn].*") ? "kind" : "null";
      if (isRead || !id.startsWith("n")) {
        expected.putIfAbsent(id, type + " " + product);
      }
    }
    assertThat(types(now)).isEqualTo(expected);
    assertThat(FillTest.ownIds(now))
        .allSatisfy((id, rows) -> assertThat(rows).as(id).isEqualTo(1L));
    FillTest.assertBalanced(lake.resolve("g2"));
    JsonNode comparison = compare(lake, from, to);
    assertThat(comparison.path("onlyOld").asLong()).isZero();
    assertThat(comparison.path("onlyNew").asLong())
        .isEqualTo(expected.keySet().stream().filter(id -> id.startsWith("n")).count());
  }

  @Test
  void givenEventsAfterTheSettledMarkWhenTheyAreFilledLaterThenTheTablesAreThoseOfTheJudge()
      throws Exception {
    List<SourceRecord> records = records(new Random(8));
    Path lake = formerLake(records);
    FillTest.settle(lake, Instant.parse("2026-11-20T05:30:00Z"));
    Reprocessing.Plan plan = prepare(lake, START, null);
    assertThat(plan.until).isEqualTo("2026-11-20T04:00:00Z");
    Path root = lake.resolve("g2");
    assertThat(new LakeFolder(root).events())
        .isNotEmpty()
        .allMatch(event -> event.getArrivalTime().isBefore(plan.until));

    // The job goes on in the new generation; the log knows times to the second.
    long prepared = Instant.now().getEpochSecond();
    await().until(() -> Instant.now().getEpochSecond() > prepared);
    SourceRecord live = record(event("live", END, "view"), END.plusSeconds(5));
    JobRun.overRecords(lake, second, List.of(live));
    FillTest.settle(root, MARK);
    records.add(live);
    fill(lake, plan.until);
    assertSameAsJudge(lake, records, START);
  }

  @Test
  void givenAttemptsThatFailAtAnyFileOrRecordWhenTheyAreRepeatedThenTheTablesAreTheSame()
      throws Exception {
    List<SourceRecord> records = records(new Random(9));
    Instant from = Instant.parse("2026-11-19T23:00:00Z");
    Path lake = formerLake(records);
    Random random = new Random(10);
    for (int attempt = 0; attempt < 8; attempt++) {
      Fails.left.set(1 + random.nextInt(attempt % 2 == 0 ? 12 : RECORDS / 2));
      assertThatThrownBy(() -> prepare(lake, from, null)).isInstanceOf(Exception.class);
      assertThat(Generations.preparing(lake.toUri().toString())).containsExactly("2");
    }
    Fails.left.set(Integer.MAX_VALUE);
    prepare(lake, from, null);
    Map<String, String> types = types(new LakeFolder(lake.resolve("g2")));
    Map<String, Long> ledger = new LakeFolder(lake.resolve("g2")).ledger();
    Path other = folder.resolve("other");
    JobRun.overRecords(other, before, records);
    FillTest.settle(other, MARK);
    prepare(other, from, null);
    assertThat(types).isEqualTo(types(new LakeFolder(other.resolve("g2"))));
    assertThat(FillTest.ownIds(new LakeFolder(lake.resolve("g2"))))
        .allSatisfy((id, rows) -> assertThat(rows).as(id).isEqualTo(1L));
    assertThat(ledger).isEqualTo(new LakeFolder(other.resolve("g2")).ledger());
    assertThat(Generations.preparing(lake.toUri().toString())).isEmpty();

    prepare(lake, from, null);
    assertThat(types(new LakeFolder(lake.resolve("g2")))).isEqualTo(types);
    assertThat(new LakeFolder(lake.resolve("g2")).ledger()).isEqualTo(ledger);
  }

  @Test
  void givenWhatCannotBePreparedWhenItIsPlannedThenTheMessageSaysWhatToDo() throws Exception {
    Path lake = folder.resolve("lake");
    assertThatThrownBy(() -> prepare(lake, START, null))
        .hasMessageContainingAll("It is not known which rows of generation 1", "Start the job");
    assertThatThrownBy(() -> Reprocessing.of(steps(lake), 2))
        .hasMessageContainingAll("sink.generation is 2", "Choose a number that no generation has");
    JobRun.overRecords(lake, before, List.of(record(event("e1", START, "view"), START)));
    FillTest.settle(lake, MARK);
    Path erasure = lake.resolve("_erase/running/run");
    Files.createDirectories(erasure.getParent());
    Files.writeString(erasure, "{}");
    assertThatThrownBy(() -> prepare(lake, START, null))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("Rows of persons are being erased (run)");
    assertThat(Generations.preparing(lake.toUri().toString())).isEmpty();
    Files.createDirectories(lake.resolve("g2/_sink/settings"));
    Files.writeString(lake.resolve("g2/_sink/settings/x.json"), "{}");
    assertThatThrownBy(() -> prepare(lake, START, null))
        .hasMessageContaining("A job has written generation 2 already");
  }

  @Test
  void givenArgumentsThatAreWrongWhenTheyAreReadThenTheMessageSaysWhatToGive() {
    assertArguments(
        "--from 2026-11-20T13:05:00Z is not a whole hour", "2026-11-20T13:05:00Z", null);
    assertArguments("is not before --to", "2026-11-20T13", "2026-11-20T13");
    assertArguments("no time such as", "yesterday", null);
  }

  private static void assertArguments(String message, String from, @Nullable String to) {
    List<String> arguments =
        new ArrayList<>(
            List.of("reprocess", "--former", "1", "--archive", "s3://raw/", "--from", from));
    if (to != null) {
      arguments.addAll(List.of("--to", to));
    }
    assertThatThrownBy(() -> new BatchArguments(arguments.toArray(new String[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private Path formerLake(List<SourceRecord> records) throws Exception {
    Path lake = folder.resolve("lake");
    JobRun.overRecords(lake, before, records);
    new RawArchiveFolder(folder.resolve("raw"))
        .add(
            records.stream()
                .filter(record -> !record.origin.source.startsWith("s3"))
                .collect(Collectors.toList()));
    FillTest.settle(lake, MARK);
    return lake;
  }

  private void assertSameAsJudge(Path lake, List<SourceRecord> records, Instant from)
      throws Exception {
    Path judge = folder.resolve("judge");
    JobRun.overRecords(judge, after, records);
    LakeFolder expected = new LakeFolder(judge);
    LakeFolder now = new LakeFolder(lake.resolve("g2"));
    assertThat(FillTest.ownIds(now)).isEqualTo(FillTest.ownIds(expected));
    assertThat(types(now)).isEqualTo(types(expected));
    assertThat(FillTest.contents(now)).isEqualTo(FillTest.contents(expected));
    assertThat(FillTest.payloads(now)).isEqualTo(FillTest.payloads(expected));
    FillTest.assertBalanced(lake.resolve("g2"));
  }

  /**
   * Each event with an id: one whose type stays, changes, or is there with the new mapping only.
   */
  private List<SourceRecord> records(Random random) {
    List<SourceRecord> records = new ArrayList<>();
    long span = Duration.between(START, END).toMillis();
    for (int i = 0; i < RECORDS; i++) {
      Instant arrival = START.plusMillis(span * i / RECORDS);
      Instant time = arrival.minusMillis(random.nextInt(5000));
      if (i % 3 == 0) {
        records.add(record(event("e" + i, time, "view"), arrival));
        if (i % 12 == 0) { // sent twice
          records.add(record(event("e" + i, time, "view"), arrival.plusSeconds(100)));
        }
      } else if (i % 3 == 1) {
        String both = event("k" + i, time, "view").replace("}", ",\"kind\":\"kind\"}");
        records.add(record(both, arrival));
      } else {
        records.add(record(event("n" + i, time, "kind").replace("event_type", "kind"), arrival));
      }
    }
    return records;
  }

  private static String event(String id, Instant time, String type) {
    return String.format(
        "{\"event_id\":\"%s\",\"event_type\":\"%s\",\"event_time\":\"%s\"}", id, type, time);
  }

  private SourceRecord record(String text, Instant arrival) {
    int sequence = nextSequence++;
    return new SourceRecord(
        text.getBytes(UTF_8),
        new Origin("clicks", "shardId-00000000000" + sequence % 2, Integer.toString(sequence)),
        arrival.toEpochMilli());
  }

  private static String id(SourceRecord record) {
    return new String(record.data, UTF_8).replaceAll(".*\"event_id\":\"([^\"]*)\".*", "$1");
  }

  private static long count(List<SourceRecord> records, String prefix) {
    return records.stream()
        .map(ReprocessTest::id)
        .filter(id -> id.startsWith(prefix))
        .distinct()
        .count();
  }

  private static Map<String, String> types(LakeFolder lake) {
    return lake.events().stream()
        .collect(
            Collectors.toMap(
                ClickEvent::getEventId,
                event -> event.getEventType() + " " + event.getProductId(),
                (a, b) -> a + b,
                TreeMap::new));
  }

  private static Map<String, Long> days(List<ClickEvent> events) {
    return events.stream()
        .collect(
            Collectors.groupingBy(
                event -> event.getEventTime().toString().substring(0, 10) + event.getEventType(),
                TreeMap::new,
                Collectors.counting()));
  }

  private static Map<String, Long> days(JsonNode comparison, String generation) {
    Map<String, Long> days = new TreeMap<>();
    for (JsonNode day : comparison.path("days")) {
      if (day.path(generation).asLong() > 0) {
        days.put(
            day.path("day").asText() + day.path("type").asText(), day.path(generation).asLong());
      }
    }
    return days;
  }

  private FillSteps steps(Path lake) {
    return FillSteps.of(JobRun.texts(lake, second), new Configuration(), BUFFER);
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    environment.setParallelism(2);
    return environment;
  }

  private Reprocessing.Plan prepare(Path lake, Instant from, @Nullable Instant to)
      throws Exception {
    FillSteps steps = steps(lake);
    Reprocessing reprocessing = Reprocessing.of(steps, 1);
    Reprocessing.Plan plan = reprocessing.plan(folder.resolve("raw").toUri().toString(), from, to);
    reprocessing.announce();
    StreamExecutionEnvironment environment = environment();
    reprocessing.carry(environment, plan, Fails::path);
    environment.execute();
    if (plan.fill.isPresent()) {
      fill(steps, plan.fill.get());
    }
    reprocessing.end();
    return plan;
  }

  private void fill(Path lake, Instant from) throws Exception {
    FillSteps steps = steps(lake);
    fill(steps, FillRange.of(steps, folder.resolve("raw").toUri().toString(), from, null));
  }

  private static void fill(FillSteps steps, FillRange range) throws Exception {
    BatchRun run = steps.ofArchive.sinks.batchRun("reprocess");
    run.begin();
    StreamExecutionEnvironment environment = environment();
    BatchJob.fill(
        EventSource.ofArchive(environment, steps.settings, range.objects).map(new Fails()),
        steps,
        range,
        run);
    environment.execute();
  }

  private static JsonNode compare(FillSteps steps, Instant from, Instant to) throws Exception {
    StreamExecutionEnvironment environment = environment();
    Reprocessing.of(steps, 1).compare(environment, from, to);
    List<?> report =
        (List<?>) environment.execute().getAllAccumulatorResults().get(ComparisonReport.REPORT);
    return new ObjectMapper().readTree((String) report.get(0));
  }

  private JsonNode compare(Path lake, Instant from, Instant to) throws Exception {
    return compare(steps(lake), from, to);
  }

  /** A step that fails once, after a number of records or files. */
  private static final class Fails implements MapFunction<SourceRecord, SourceRecord> {

    private static final long serialVersionUID = 1L;
    private static final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    @Override
    public SourceRecord map(SourceRecord record) {
      count();
      return record;
    }

    static String path(String file) {
      count();
      return file;
    }

    private static void count() {
      if (left.get() != Integer.MAX_VALUE && left.getAndDecrement() == 0) {
        throw new IllegalStateException("fails on purpose");
      }
    }
  }
}
