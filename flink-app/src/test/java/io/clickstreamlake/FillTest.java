package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.StoredMarks;
import io.clickstreamlake.source.EventSource;
import io.clickstreamlake.tables.LakeTable;
import java.io.ByteArrayOutputStream;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The batch that writes what the raw archive has and the tables lack. The judge is the job itself,
 * over all records.
 */
class FillTest {

  private static final Instant START = Instant.parse("2026-11-19T20:00:00Z");
  private static final Instant END = Instant.parse("2026-11-20T08:00:00Z");
  private static final Instant MARK = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration BUFFER = Duration.ofMinutes(15);

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  private final Map<String, String> settings = new HashMap<>();
  private int nextSequence;

  @Test
  void givenHolesInTheTablesWhenTheyAreFilledThenTheTablesEqualThoseOfAJobThatReadEverything()
      throws Exception {
    settings.put("parse.mapping", mapping());
    List<SourceRecord> records = records(new Random(7), 3000);
    // One is more than an hour and across midnight, one is shorter; and single records are missing.
    Predicate<SourceRecord> isLost =
        record ->
            isIn(record, "2026-11-19T22:35:00Z", "2026-11-20T01:10:00Z")
                || isIn(record, "2026-11-20T04:12:00Z", "2026-11-20T04:20:00Z")
                || record.origin.position.endsWith("77");
    Path all = folder.resolve("all");
    JobRun.overRecords(all, settings, records);
    Path lake = folder.resolve("lake");
    JobRun.overRecords(lake, settings, kept(records, isLost));
    long before = new LakeFolder(lake).events().size();
    archive().add(records);
    // Firehose delivers at least once.
    archive().add(records.subList(800, 1100));
    settle(lake, MARK);

    Map<String, Object> dry = fill(lake, START, END, true);
    assertThat(new LakeFolder(lake).events()).hasSize((int) before);
    Map<String, Object> counts = fill(lake, START, END, false);
    assertThat(counts).containsAllEntriesOf(dry).containsEntry("rejected", dry.get("rejected"));

    LakeFolder filled = new LakeFolder(lake);
    assertThat(filled.events()).hasSize((int) (before + (Long) counts.get("written")));
    assertThat(ownIds(filled)).containsExactlyInAnyOrderEntriesOf(ownIds(new LakeFolder(all)));
    assertThat(contents(filled)).isEqualTo(contents(new LakeFolder(all)));
    assertThat(payloads(filled)).isEqualTo(payloads(new LakeFolder(all)));
    assertBalanced(lake);
    Map<String, Long> ledger = filled.ledger();
    assertThat(ledger.get("filled"))
        .isEqualTo(
            (Long) counts.get("written")
                + (Long) counts.get("rejected")
                + (Long) counts.get("duplicate"))
        .isGreaterThan(500);

    assertThat(fill(lake, START, END, false))
        .containsEntry("written", 0L)
        .containsEntry("rejected", 0L)
        .containsEntry("duplicate", 0L)
        .containsEntry("present", counts.get("read"));
    assertThat(filled.ledger()).isEqualTo(ledger);
    assertThat(filled.events()).hasSize((int) (before + (Long) counts.get("written")));
  }

  @Test
  void givenAttemptsThatFailAtAnyRecordWhenTheCommandIsRepeatedThenEachEventIsWrittenOnce()
      throws Exception {
    List<SourceRecord> records = records(new Random(3), 400);
    Path lake = folder.resolve("lake");
    JobRun.overRecords(
        lake, settings, kept(records, record -> Integer.parseInt(record.origin.position) % 3 > 0));
    archive().add(records);
    settle(lake, MARK);
    Map<String, Object> missing = fill(lake, START, END, true);
    Random random = new Random(11);
    for (int attempt = 0; attempt < 6; attempt++) {
      Fails.left.set(1 + random.nextInt(records.size() / 2));
      assertThatThrownBy(() -> fill(lake, START, END, false)).isInstanceOf(Exception.class);
      assertThat(new LakeFolder(lake).ledger()).doesNotContainKey("filled");
    }
    Fails.left.set(Integer.MAX_VALUE);
    assertThat(fill(lake, START, END, false)).isEqualTo(missing);
    assertThat(fill(lake, START, END, true)).containsEntry("written", 0L);
    assertBalanced(lake);
  }

  @Test
  void givenEventsThatAreInTheTablesInAnotherWayWhenTheArchiveIsReadThenTheyAreNotMissing()
      throws Exception {
    SourceRecord rejected =
        record("{\"event_id\":\"x1\",\"kind\":\"view\",\"event_time\":\"" + START + "\"}", START);
    SourceRecord loaded = record(event("x2", START.toString(), 1), START);
    SourceRecord beforeTheRange = record(event("x3", START.toString(), 1), START);
    Path lake = folder.resolve("lake");
    JobRun.overRecords(
        lake,
        settings,
        List.of(
            rejected,
            // Loaded from a file, whose time is its arrival.
            new SourceRecord(loaded.data, new Origin("s3://b", "k", "1"), MARK.toEpochMilli()),
            beforeTheRange));
    archive().add(List.of(rejected, loaded));
    archive().add(List.of(record(beforeTheRange.data, START.plusSeconds(3000))));
    settle(lake, MARK);

    Path mapping = folder.resolve("kind.yaml");
    Files.writeString(
        mapping, "extends: default\ncolumns:\n  event_type: [$.event_type, $.kind]\n");
    settings.put("parse.mapping", mapping.toString());
    assertThat(fill(lake, START, START.plusSeconds(600), true))
        .containsEntry("present", 2L)
        .containsEntry("written", 0L)
        .containsEntry("rejected", 0L);
    assertThat(fill(lake, START.plusSeconds(2000), END, true))
        .containsEntry("present", 1L)
        .containsEntry("written", 0L);
  }

  @Test
  void givenARangeThatCannotBeFilledWhenItIsCheckedThenTheMessageSaysWhyAndUpToWhenItCan()
      throws Exception {
    Path lake = folder.resolve("lake");
    assertRefused(lake, START, null, "It is not known which rows the job still writes");
    SourceRecord early = record(event("y1", START.toString(), 1), START);
    SourceRecord late = record(event("y2", END.toString(), 1), END.minusSeconds(600));
    JobRun.overRecords(lake, settings, List.of(early));
    assertRefused(lake, START, null, "has just been started");
    settle(lake, END.minusSeconds(300));
    archive().add(List.of(early, late));

    assertRefused(lake, START, START, "--from " + START + " is not before --to " + START);
    assertRefused(lake, START, END, "events that arrived since 2026-11-20T07:54:55Z");
    assertRefused(lake, END, null, "since 2026-11-20T07:54:55Z", "Give an earlier range");
    assertRefused(
        lake, START.minusSeconds(90_000), START.minusSeconds(80_000), "hour=18", "expired");

    // An object that begins before the end, and was stored after the mark.
    settle(lake, END.minusMillis(594_500));
    assertRefused(lake, START, END.minusMillis(599_800), "1 objects of the archive");
    assertThat(fill(lake, START, null, true)).containsEntry("read", 1L);
  }

  private void assertRefused(Path lake, Instant from, @Nullable Instant to, String... message) {
    assertThatThrownBy(() -> fill(lake, from, to, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(message);
  }

  /** A step that fails once, after a number of records. */
  private static final class Fails implements MapFunction<SourceRecord, SourceRecord> {

    private static final long serialVersionUID = 1L;
    private static final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    @Override
    public SourceRecord map(SourceRecord record) {
      if (left.get() != Integer.MAX_VALUE && left.getAndDecrement() == 0) {
        throw new IllegalStateException("fails on purpose");
      }
      return record;
    }
  }

  /** A mapping with all that depends on the arrival: clocks are corrected, and times replaced. */
  private String mapping() throws IOException {
    Path mapping = folder.resolve("mapping.yaml");
    Files.writeString(
        mapping, "extends: default\ntime: {absent: arrival, sent_at: [$.sent], correct: ahead}\n");
    return mapping.toString();
  }

  private static boolean isIn(SourceRecord record, String from, String to) {
    return record.arrivalTime >= Instant.parse(from).toEpochMilli()
        && record.arrivalTime < Instant.parse(to).toEpochMilli();
  }

  private static List<SourceRecord> kept(
      List<SourceRecord> records, Predicate<SourceRecord> isLost) {
    return records.stream().filter(isLost.negate()).collect(Collectors.toList());
  }

  /** Records of two shards, over the hours from {@link #START} to {@link #END}. */
  private List<SourceRecord> records(Random random, int count) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    long span = Duration.between(START, END).toMillis();
    for (int i = 0; i < count; i++) {
      Instant arrival = START.plusMillis(span * i / count);
      String time = arrival.minusMillis(random.nextInt(5000)).toString();
      switch (i % 20) {
        case 0: // sent again soon, with another time of sending
          String twice = event("d" + i, time, i);
          records.add(record(twice, arrival));
          records.add(
              record(twice.replace("}", ",\"sent_at\":\"later\"}"), arrival.plusSeconds(90)));
          break;
        case 1: // without an id, everything else of the contract
          records.add(record(rich(i, time), arrival));
          break;
        case 2: // without an id, the same again
          records.add(record(rich(i, time), arrival));
          records.add(record(rich(i, time), arrival.plusSeconds(200)));
          break;
        case 3: // several events in a record
          records.add(
              record("[" + event("a" + i, time, i) + "," + event("b" + i, time, i) + "]", arrival));
          break;
        case 4: // days late
          records.add(record(event("l" + i, "2026-11-0" + (1 + i % 9) + "T10:00:00Z", i), arrival));
          break;
        case 5: // not JSON
          records.add(record("{\"event_id\":\"broken" + i, arrival));
          break;
        case 6: // no type
          records.add(record("{\"event_id\":\"no-type" + i + "\"}", arrival));
          break;
        case 7: // compressed
          records.add(record(gzip(event("z" + i, time, i)), arrival));
          break;
        case 8: // a clock that is nearly an hour ahead, or more than time.max-future
          records.add(
              record(
                  event(
                      "c" + i,
                      arrival
                          .plusSeconds((i % 40 < 20 ? 3000 : 4600) + random.nextInt(599))
                          .toString(),
                      i),
                  arrival));
          break;
        case 9: // one id, other content
          records.add(record(event("r" + i, time, i), arrival));
          records.add(record(event("r" + i, time, i + 1), arrival.plusSeconds(1)));
          break;
        case 10: // a clock that is some minutes ahead
          Instant sent = arrival.plusSeconds(random.nextInt(800));
          records.add(
              record(
                  event("s" + i, sent.minusSeconds(2).toString(), i)
                      .replace("}", ",\"sent\":\"" + sent + "\"}"),
                  arrival));
          break;
        case 11: // no time
          records.add(record("{\"event_id\":\"t" + i + "\",\"event_type\":\"view\"}", arrival));
          break;
        default:
          records.add(record(event("e" + i, time, i), arrival));
      }
    }
    return records;
  }

  private static String event(String id, String time, int number) {
    return String.format(
        "{\"event_id\":\"%s\",\"event_type\":\"view\",\"event_time\":\"%s\",\"n\":\"%d\"}",
        id, time, number);
  }

  private static String rich(int number, String time) {
    return String.format(
        "{\"event_type\":\"purchase\",\"event_time\":\"%s\",\"user_id\":\"u%d\",\"price\":19.9,"
            + "\"currency\":\"EUR\",\"quantity\":2,\"revenue\":\"39.80\",\"order_id\":\"o%d\","
            + "\"page_url\":\"https://shop.example/p/%d?utm_source=news&q=1\","
            + "\"items\":[{\"product_id\":\"p1\",\"price\":19.9,\"quantity\":2}],"
            + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0\","
            + "\"extra\":{\"b\":1,\"a\":[1,2]}}",
        time, number % 50, number, number);
  }

  private SourceRecord record(String text, Instant arrival) {
    return record(text.getBytes(UTF_8), arrival);
  }

  private SourceRecord record(byte[] data, Instant arrival) {
    int sequence = nextSequence++;
    return new SourceRecord(
        data,
        new Origin("clicks", "shardId-00000000000" + sequence % 2, Integer.toString(sequence)),
        arrival.toEpochMilli());
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(text.getBytes(UTF_8));
    }
    return compressed.toByteArray();
  }

  /** How often each id of a producer occurs. */
  static Map<String, Long> ownIds(LakeFolder lake) {
    return lake.events().stream()
        .filter(event -> !DerivedId.is(event.getEventId()))
        .collect(
            Collectors.groupingBy(ClickEvent::getEventId, TreeMap::new, Collectors.counting()));
  }

  /** The events without an id, but for what depends on where and when they were read. */
  static Set<String> contents(LakeFolder lake) {
    return lake.events().stream()
        .filter(event -> DerivedId.is(event.getEventId()))
        .map(FillTest::content)
        .collect(Collectors.toSet());
  }

  private static String content(ClickEvent event) {
    Map<String, Object> content = new TreeMap<>();
    for (Schema.Field column : event.getSchema().getFields()) {
      if (!Set.of(
              "event_id", "stream", "shard_id", "sequence_number", "arrival_time", "processed_time")
          .contains(column.name())) {
        Object value = event.get(column.pos());
        content.put(column.name(), value instanceof Map ? new TreeMap<>((Map<?, ?>) value) : value);
      }
    }
    return content.toString();
  }

  static Set<String> payloads(LakeFolder lake) {
    return lake.rejected().stream()
        .map(row -> row.getReason() + " " + UTF_8.decode(row.getPayload().duplicate()))
        .collect(Collectors.toSet());
  }

  static void assertBalanced(Path lake) throws Exception {
    String sum = "sum(if(outcome = '%s', events, 0))";
    assertThat(
            JobRun.query(
                lake,
                "ledger",
                "SELECT arrival_hour FROM $table GROUP BY arrival_hour HAVING "
                    + sum.formatted("received")
                    + " <> sum(if(outcome IN ('written', 'rejected', 'duplicate'), events, 0))"))
        .isEmpty();
  }

  private RawArchiveFolder archive() {
    return new RawArchiveFolder(folder.resolve("raw"));
  }

  static void settle(Path lake, Instant mark) throws IOException {
    for (LakeTable<?> table : List.of(LakeTable.CLICK_EVENTS, LakeTable.REJECTED_EVENTS)) {
      StoredMarks.put(table.metadata(lake.toUri().toString()), mark);
    }
  }

  private Map<String, Object> fill(Path lake, Instant from, @Nullable Instant to, boolean dryRun)
      throws Exception {
    FillSteps steps = FillSteps.of(JobRun.texts(lake, settings), new Configuration(), BUFFER);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    environment.setParallelism(2);
    BatchRun run = null;
    if (!dryRun) {
      run = steps.ofArchive.sinks.batchRun("fill");
      run.begin();
    }
    FillRange range = FillRange.of(steps, archive().uri(), from, to);
    BatchJob.fill(
        EventSource.ofArchive(environment, steps.settings, range.objects).map(new Fails()),
        steps,
        range,
        run);
    JobExecutionResult result = environment.execute();
    return result.getAllAccumulatorResults();
  }
}
