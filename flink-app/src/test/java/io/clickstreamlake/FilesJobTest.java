package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.source.EventSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job with {@code source.type} FILES, over a folder to which files are added. */
class FilesJobTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path lake;
  @TempDir Path files;
  @TempDir Path elsewhere;

  private int nextId;

  /** The job of the test until it is stopped. */
  @Nullable private JobClient running;

  @Test
  void givenFilesOfAllFormsWhenTheyAreAddedThenEachEventIsWrittenOnce() throws Exception {
    add("year=2026/month=11/day=20/events_1.json", lines(100));
    JobClient job = start(null, 0);
    awaitEvents(100);

    add("year=2026/month=11/day=20/array.json", "[\n" + String.join(",\n", objects(50)) + "\n]");
    add("indented.json", String.join("\n", objects(30)).replace(",", ",\n  "));
    add("lines.json.gz", gzip(lines(200)));
    add("without-extension", Zstd.compress(lines(70).getBytes(UTF_8)));
    add("_temporary/part-0.json", lines(10));
    add("year=2026/.hidden.json", lines(10));
    add("empty.json", "");
    awaitEvents(450);

    String savepoint = stop(job);
    add("later.json", lines(40));
    job = start(savepoint, 0);
    awaitEvents(490);
    stop(job);

    assertThat(lakeFolder().events()).extracting(ClickEvent::getEventId).doesNotHaveDuplicates();
    assertThat(lakeFolder().rejected()).isEmpty();
    assertThat(lakeFolder().ledger())
        .containsEntry("received", 490L)
        .containsEntry("written", 490L);
    ClickEvent row =
        lakeFolder().events().stream().filter(e -> e.getEventId().equals("e2")).findAny().get();
    assertThat(row.getStream()).isEqualTo("file://");
    assertThat(row.getShardId())
        .isEqualTo(files.toString().substring(1) + "/year=2026/month=11/day=20/events_1.json");
    assertThat(row.getSequenceNumber()).isEqualTo("3");
    assertThat(row.getArrivalTime().toEpochMilli())
        .isEqualTo(Files.getLastModifiedTime(Path.of("/" + row.getShardId())).toMillis());
  }

  @Test
  void givenADamagedFileWhenItIsReadThenItsBadLinesAreRejectedWithTheirPlace() throws Exception {
    add("bad.json", object() + "\n{\"event_id\":\n" + object() + "\nno JSON\n" + object() + "\n");
    byte[] whole = gzip(lines(5000));
    add("truncated.json.gz", Arrays.copyOf(whole, whole.length / 2));
    add("good.json", lines(10));
    JobClient job = start(null, 0);
    await().atMost(TIMEOUT).until(() -> lakeFolder().rejected().size() == 3);
    stop(job);

    List<RejectedEvent> rejected = new ArrayList<>(lakeFolder().rejected());
    assertThat(rejected)
        .extracting(row -> name(row) + " " + row.getReason())
        .containsExactlyInAnyOrder(
            "bad.json malformed_json",
            "bad.json malformed_json",
            "truncated.json.gz invalid_compression");
    assertThat(rejected)
        .filteredOn(row -> name(row).equals("bad.json"))
        .extracting(row -> row.getSequenceNumber() + UTF_8.decode(row.getPayload()))
        .containsExactlyInAnyOrder("2{\"event_id\":", "4no JSON");
    long fromTruncated =
        lakeFolder().events().stream()
            .filter(row -> row.getShardId().endsWith("/truncated.json.gz"))
            .count();
    assertThat(fromTruncated).isBetween(1000L, 4999L);
    assertThat(lakeFolder().events()).hasSize((int) fromTruncated + 13);
    RejectedEvent rest =
        rejected.stream().filter(row -> name(row).startsWith("trunc")).findAny().get();
    assertThat(rest.getSequenceNumber()).isEqualTo(Long.toString(fromTruncated + 1));
  }

  @Test
  void givenAReplacedFileWhenItIsFoundThenItsNewEventsAreWritten() throws Exception {
    String first = lines(10);
    add("events.json", first);
    JobClient job = start(null, 0);
    awaitEvents(10);
    add("events.json", first + lines(5));
    awaitEvents(15);
    stop(job);
    assertThat(lakeFolder().events()).extracting(ClickEvent::getEventId).doesNotHaveDuplicates();
    assertThat(lakeFolder().ledger())
        .containsEntry("received", 25L)
        .containsEntry("duplicate", 10L)
        .containsEntry("written", 15L);
  }

  @Test
  void givenFailuresWhenFilesAreReadThenEachEventWithoutAnIdIsWrittenOnce() throws Exception {
    Random random = new Random(7);
    int events = 0;
    for (int i = 0; i < 30; i++) {
      int size = random.nextInt(2000);
      events += size;
      String text = "{\"event_type\":\"v\",\"event_time\":\"2026-11-20T10:15:30Z\"}\n".repeat(size);
      add("f" + i, i % 2 == 0 ? gzip(text) : text.getBytes(UTF_8));
    }
    Fails.left.set(5);
    JobClient job = start(null, 3000);
    awaitEvents(events);
    stop(job);
    assertThat(Fails.left.get()).isLessThan(0);
    assertThat(lakeFolder().events())
        .extracting(row -> row.getShardId() + ":" + row.getSequenceNumber())
        .doesNotHaveDuplicates()
        .hasSize(events);
    assertThat(lakeFolder().ledger()).containsEntry("received", (long) events);
  }

  /** A step that fails several times, each after a number of records. */
  private static final class Fails implements MapFunction<SourceRecord, SourceRecord> {

    private static final long serialVersionUID = 1L;
    private static final AtomicInteger left = new AtomicInteger();

    private final int after;
    private transient int records;

    Fails(int after) {
      this.after = after;
    }

    @Override
    public SourceRecord map(SourceRecord record) {
      if (after > 0 && ++records == after && left.getAndDecrement() > 0) {
        throw new IllegalStateException("fails on purpose");
      }
      return record;
    }
  }

  @AfterEach
  void cancel() throws Exception {
    if (running != null) {
      running.cancel().get(60, TimeUnit.SECONDS);
    }
  }

  private JobClient start(@Nullable String savepoint, int failAfter) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration()
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10)));
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    Map<String, String> texts = new HashMap<>();
    texts.put("source.type", "FILES");
    texts.put("source.files.path", files.toUri().toString());
    texts.put("source.files.interval", "100 ms");
    texts.put("sink.path", lake.toUri().toString());
    texts.put("roll.interval", "1 s");
    JobSettings settings = JobSettings.of(texts);
    EventSource.check(settings);
    ClickstreamJob.build(
        EventSource.addTo(environment, settings).map(new Fails(failAfter)).uid("fails"), settings);
    StreamGraph graph = environment.getStreamGraph();
    if (savepoint != null) {
      graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
    }
    running = environment.executeAsync(graph);
    return running;
  }

  private String stop(JobClient job) throws Exception {
    running = null;
    return job.stopWithSavepoint(false, elsewhere.toUri().toString(), SavepointFormatType.NATIVE)
        .get(60, TimeUnit.SECONDS);
  }

  private void awaitEvents(int events) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(lakeFolder().events().size()).isGreaterThanOrEqualTo(events));
    assertThat(lakeFolder().events().size()).isEqualTo(events);
    // A stop leaves the open file of the ledger to the next start.
    await()
        .atMost(TIMEOUT)
        .until(() -> lakeFolder().ledger().getOrDefault("written", 0L) == events);
  }

  private LakeFolder lakeFolder() {
    return new LakeFolder(lake);
  }

  private void add(String name, String text) throws IOException {
    add(name, text.getBytes(UTF_8));
  }

  /** Writes the file elsewhere and moves it, so that the job does not see a part of it. */
  private void add(String name, byte[] bytes) throws IOException {
    Path file = files.resolve(name);
    Files.createDirectories(file.getParent());
    Path next = Files.write(elsewhere.resolve("next"), bytes);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String name(RejectedEvent row) {
    return Path.of(row.getShardId()).getFileName().toString();
  }

  private String lines(int events) {
    return String.join("\n", objects(events)) + "\n";
  }

  private List<String> objects(int events) {
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      objects.add(object());
    }
    return objects;
  }

  private String object() {
    return "{\"event_id\":\"e"
        + nextId++
        + "\",\"event_type\":\"view\",\"event_time\":\"2026-11-20T10:15:30Z\"}";
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(text.getBytes(UTF_8));
    }
    return compressed.toByteArray();
  }
}
