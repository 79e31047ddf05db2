package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sink.SettledMark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the whole job on a MiniCluster, from records to files. */
class ClickstreamJobTest {

  private static final Instant ARRIVAL = Instant.parse("2026-11-20T10:20:00Z");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(
                  new Configuration().set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1000))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path lake;

  @Test
  void givenValidInvalidAndDuplicateEventsWhenTheJobRunsThenEachIsInItsTable() throws Exception {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String day = i % 2 == 0 ? "19" : "20";
      records.add(record(view("e" + i, "\"2026-11-" + day + "T10:15:30.123Z\"")));
    }
    // The time is another text, but the same time.
    records.add(record(view("e7", "1795169730123")));
    records.add(record("{\"event_type\":\"page_view\""));
    records.add(record("{\"event_time\":\"2026-11-20T10:15:30Z\"}"));

    run(records);

    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.eventsByFolder().keySet())
        .containsExactly("year=2026/month=11/day=19", "year=2026/month=11/day=20");
    assertThat(folder.eventsByFolder().get("year=2026/month=11/day=19").size()).isEqualTo(50);
    assertThat(folder.events())
        .extracting(ClickEvent::getEventId)
        .doesNotHaveDuplicates()
        .hasSize(100);
    ClickEvent event = folder.events().get(0);
    assertThat(event.getPrice()).isEqualTo(new BigDecimal("19.9000"));
    assertThat(event.getEventTime().toString()).endsWith("T10:15:30.123Z");
    assertThat(folder.rejectedByFolder().keySet()).containsExactly("year=2026/month=11/day=20");
    assertThat(folder.rejected())
        .extracting(RejectedEvent::getReason)
        .containsExactlyInAnyOrder("malformed_json", "missing_value");
    assertThat(folder.ledger())
        .isEqualTo(
            Map.of(
                "received", 103L,
                "written", 100L,
                "duplicate", 1L,
                "late", 50L,
                "rejected:malformed_json", 1L,
                "rejected:missing_value", 1L));
  }

  private static String view(String id, String time) {
    return "{\"event_id\":\""
        + id
        + "\",\"event_type\":\"page_view\",\"event_time\":"
        + time
        + ",\"user_id\":\"u1\",\"page\":{\"url\":\"https://shop.example/a\"},"
        + "\"price\":19.90,\"quantity\":2}";
  }

  @ParameterizedTest
  @EnumSource(JobOptions.SinkType.class)
  void givenAFailureMidwayWhenTheJobRestartsThenEachEventIsWrittenOnceAndTheLedgerAgrees(
      JobOptions.SinkType sink) throws Exception {
    int events = 6000;
    StreamExecutionEnvironment environment = environment();
    environment.configure(
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10)));
    FailsOnce.failed.set(false);
    DataStream<SourceRecord> records =
        environment
            .fromSource(
                new DataGeneratorSource<>(
                    ClickstreamJobTest::generated,
                    events,
                    RateLimiterStrategy.perCheckpoint(events / 6),
                    TypeInformation.of(SourceRecord.class)),
                WatermarkStrategy.noWatermarks(),
                "generated")
            .map(new FailsOnce(2));

    ClickstreamJob.build(
        records, settings(Map.of("sink.type", sink.name(), "roll.interval", "1 s")));
    environment.execute();

    assertThat(FailsOnce.failed).isTrue();
    // All events take six checkpoints, and the failure is after two: it is midway.
    // Of ten events, one is malformed and one is a duplicate of the previous event.
    assertEachEventOnce(events);
  }

  @Test
  void givenAnOldCheckpointWhenRestoredAfterLaterCommitsThenItIsRefusedAndTheNewestResumes(
      @TempDir Path checkpoints) throws Exception {
    int events = 3000;
    Map<String, String> settings = Map.of("roll.interval", "1 s");
    FailsOnce.failed.set(false);

    assertThatThrownBy(() -> runFrom(null, checkpoints, events, 15, settings))
        .hasRootCauseMessage("fails on purpose");

    List<Path> retained = retained(checkpoints);
    assertThat(retained).hasSizeGreaterThanOrEqualTo(15);
    List<ClickEvent> committed = new LakeFolder(lake).events();
    assertThat(committed).isNotEmpty();
    assertThatThrownBy(() -> runFrom(retained.get(0), checkpoints, events, 0, settings))
        .rootCause()
        .hasMessageContaining("is older than the last publication")
        .hasMessageContaining("/_sink/")
        .hasMessageContaining("restore the newest snapshot");
    assertThat(new LakeFolder(lake).events()).containsExactlyInAnyOrderElementsOf(committed);

    runFrom(retained.get(retained.size() - 1), checkpoints, events, 0, settings);

    assertEachEventOnce(events);
  }

  @Test
  void givenAnOldCheckpointWhenTheTablesAreRewoundThenEachEventIsWrittenOnce(
      @TempDir Path checkpoints) throws Exception {
    int events = 3000;
    Map<String, String> settings = Map.of("roll.interval", "1 s");
    Map<String, String> rewind = Map.of("roll.interval", "1 s", "sink.on-older-snapshot", "REWIND");
    FailsOnce.failed.set(false);
    assertThatThrownBy(() -> runFrom(null, checkpoints, events, 15, settings))
        .hasRootCauseMessage("fails on purpose");
    List<Path> retained = retained(checkpoints);
    List<ClickEvent> before = new LakeFolder(lake).events();
    assertThat(before).isNotEmpty();

    // The job fails again midway: by then the rewind is done and the moved files exist.
    FailsOnce.failed.set(false);
    assertThatThrownBy(() -> runFrom(retained.get(2), checkpoints, events, 1, rewind))
        .hasRootCauseMessage("fails on purpose");
    assertThat(LakeFolder.files(lake.resolve("_sink/click_events/rewound"))).isNotEmpty();

    runFrom(retained.get(2), checkpoints, events, 0, rewind);

    assertEachEventOnce(events);
    assertThatThrownBy(
            () -> runFrom(retained.get(retained.size() - 1), checkpoints, events, 0, rewind))
        .rootCause()
        .hasMessageContaining("is refused, and nothing was changed");
    assertEachEventOnce(events);
  }

  /** A reader that polls while the job runs, fails and restarts. */
  @Test
  void givenAJobThatFailsWhenTheSettledMarkIsReadThenAllEventsThatArrivedBeforeItAreVisible()
      throws Exception {
    int events = 12_000;
    FailsOnce.failed.set(false);
    StreamExecutionEnvironment environment = environment();
    environment.configure(
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10)));
    ClickstreamJob.build(
        environment
            .fromSource(
                new DataGeneratorSource<>(
                    n -> arrivingAt(generated(n), arrival(n, events)),
                    events,
                    RateLimiterStrategy.perCheckpoint(events / 20),
                    TypeInformation.of(SourceRecord.class)),
                WatermarkStrategy.<SourceRecord>forMonotonousTimestamps()
                    .withTimestampAssigner((record, none) -> record.arrivalTime),
                "generated")
            .map(new FailsOnce(8)),
        settings(Map.of("roll.interval", "1 s")));
    JobClient job = environment.executeAsync();
    Set<Instant> marks = new TreeSet<>();
    while (!job.getJobExecutionResult().isDone()) {
      assertSettled("click_events", Set.of(0L, 1L, 2L, 4L, 5L, 6L, 8L, 9L), events)
          .ifPresent(marks::add);
      assertSettled("rejected_events", Set.of(7L), events).ifPresent(marks::add);
      Thread.sleep(20);
    }
    job.getJobExecutionResult().get();

    assertThat(FailsOnce.failed).isTrue();
    assertThat(marks).as("marks while the job ran").hasSizeGreaterThan(2);
    assertThat(SettledMark.read(metadata("ledger"))).isEmpty();
    assertThat(new LakeFolder(lake).events()).hasSize(events * 8 / 10);
  }

  /**
   * Checks the mark of a table.
   *
   * @param rows last digits of the numbers of the records whose rows are in the table
   */
  private Optional<Instant> assertSettled(String table, Set<Long> rows, int events)
      throws Exception {
    Optional<Instant> mark = SettledMark.read(metadata(table));
    if (mark.isPresent()) {
      long before =
          LongStream.range(0, events)
              .filter(n -> rows.contains(n % 10))
              .filter(n -> arrival(n, events) < mark.get().toEpochMilli())
              .count();
      assertThat(
              before == 0
                  ? List.of(List.of(0L))
                  : JobRun.query(
                      lake,
                      table,
                      "select count(*) from $table where arrival_time < timestamp '"
                          + mark.get().toString().replace('T', ' ').replace("Z", "")
                          + "'"))
          .as("rows of %s before %s", table, mark.get())
          .isEqualTo(List.of(List.of(before)));
    }
    return mark;
  }

  private org.apache.flink.core.fs.Path metadata(String table) {
    return new org.apache.flink.core.fs.Path(lake.resolve("_sink").resolve(table).toUri());
  }

  /** Each of the two readers of the source gets half of the records, in order. */
  private static long arrival(long n, int events) {
    return ARRIVAL.toEpochMilli() + n % (events / 2) * 5_000;
  }

  private static SourceRecord arrivingAt(SourceRecord record, long arrivalTime) {
    return new SourceRecord(record.data, record.origin, arrivalTime);
  }

  private void assertEachEventOnce(int events) {
    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.events()).hasSize(events * 8 / 10);
    assertThat(folder.events()).extracting(ClickEvent::getEventId).doesNotHaveDuplicates();
    assertThat(folder.rejected()).hasSize(events / 10);
    assertThat(folder.ledger())
        .isEqualTo(
            Map.of(
                "received", (long) events,
                "written", events * 8L / 10,
                "duplicate", events / 10L,
                "rejected:malformed_json", events / 10L));
  }

  private void runFrom(
      @Nullable Path snapshot,
      Path checkpoints,
      int events,
      int failAfter,
      Map<String, String> settings)
      throws Exception {
    Configuration configuration =
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, "disable")
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    StreamExecutionEnvironment environment = environment();
    environment.configure(configuration);
    ClickstreamJob.build(
        environment
            .fromSource(
                new DataGeneratorSource<>(
                    ClickstreamJobTest::generated,
                    events,
                    RateLimiterStrategy.perCheckpoint(events / 30),
                    TypeInformation.of(SourceRecord.class)),
                WatermarkStrategy.noWatermarks(),
                "generated")
            .uid("generated")
            .map(new FailsOnce(failAfter))
            .uid("fails once"),
        settings(settings));
    StreamGraph graph = environment.getStreamGraph();
    if (snapshot != null) {
      graph.setSavepointRestoreSettings(
          SavepointRestoreSettings.forPath(snapshot.toUri().toString()));
    }
    environment.execute(graph);
  }

  /** The retained checkpoints, oldest first. */
  private static List<Path> retained(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(Path::getParent)
          .sorted(
              Comparator.comparingInt(
                  folder ->
                      Integer.parseInt(folder.getFileName().toString().substring("chk-".length()))))
          .collect(Collectors.toList());
    }
  }

  private static SourceRecord generated(long n) {
    long id = n % 10 == 3 ? n - 1 : n;
    String json =
        "{\"event_id\":\"e"
            + id
            + "\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-20T10:15:30Z\"";
    return record(n % 10 == 7 ? json : json + "}");
  }

  /** A step that fails once, after a checkpoint and with events after it. */
  private static final class FailsOnce
      implements MapFunction<SourceRecord, SourceRecord>, CheckpointListener {

    private static final long serialVersionUID = 1L;
    private static final AtomicBoolean failed = new AtomicBoolean();

    private final int failAfter;
    private transient int checkpoints;
    private transient int since;

    /** Fails once after this number of checkpoints; never if it is 0. */
    FailsOnce(int failAfter) {
      this.failAfter = failAfter;
    }

    @Override
    public SourceRecord map(SourceRecord record) {
      if (failAfter > 0
          && checkpoints >= failAfter
          && since++ == 50
          && failed.compareAndSet(false, true)) {
        throw new IllegalStateException("fails on purpose");
      }
      return record;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      checkpoints++;
    }
  }

  private void run(List<SourceRecord> records) throws Exception {
    StreamExecutionEnvironment environment = environment();
    ClickstreamJob.build(
        environment.fromData(records, TypeInformation.of(SourceRecord.class)), settings(Map.of()));
    environment.execute();
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    return environment;
  }

  private JobSettings settings(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.put("source.stream", "clicks");
    settings.put("source.region", "us-east-1");
    settings.put("sink.path", lake.toUri().toString());
    return JobSettings.of(settings);
  }

  private static SourceRecord record(String json) {
    return new SourceRecord(
        json.getBytes(StandardCharsets.UTF_8),
        new Origin("clicks", "shardId-000000000000", "1"),
        ARRIVAL.toEpochMilli());
  }
}
