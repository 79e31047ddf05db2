package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.sink.model.SimulatedCrash;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of a batch that adds the rows 0 to 59 to two tables, unless they have them. */
class BatchRunTest {

  private static final int ROWS = 60;
  private static final List<String> TABLES = List.of("visits", "counts");

  private ModelStore store = new ModelStore();
  private final ManualClock clock = new ManualClock(1_795_000_000_000L);

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givenARunWhenItIsRepeatedThenItAddsNothing() throws Exception {
    run();
    assertEachRowOnce(ROWS);
    List<String> files = files();
    run();
    assertThat(files()).isEqualTo(files);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ZOMBIE_PART"},
      mode = EnumSource.Mode.EXCLUDE)
  void givenAFaultAtAnyCallWhenTheCommandIsRepeatedThenEachRowIsVisibleOnce(Fault fault)
      throws Exception {
    run();
    long calls = store.calls();
    assertThat(calls).as("calls of a run without a fault").isGreaterThan(50);
    for (long call = 0; call < calls; call++) {
      closeStore();
      store = new ModelStore();
      store.faults(Faults.once(call, fault));
      runUntilItSucceeds();
      assertEachRowOnce(ROWS);
    }
  }

  @Test
  void givenFaultsInSeveralAttemptsWhenTheCommandIsRepeatedThenEachRowIsVisibleOnce()
      throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      closeStore();
      store = new ModelStore();
      store.faults(Faults.random(new java.util.Random(seed), 0.05, 6));
      runUntilItSucceeds();
      assertEachRowOnce(ROWS);
    }
  }

  @Test
  void givenANewerRunWhenTheOlderOnePublishesThenItIsRefused() throws Exception {
    BatchRun older = begin();
    List<StagedFile> staged = write(missing());
    BatchRun newer = begin();
    List<StagedFile> other = write(missing());
    assertThatThrownBy(() -> older.publish(staged))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("Another run was started in the meantime")
        .hasMessageContaining("Nothing was published");
    newer.publish(other);
    assertEachRowOnce(ROWS);
  }

  @Test
  void givenARunThatPublishedWhenAnAttemptRepeatsItThenItsOwnFilesAreDropped() throws Exception {
    BatchRun run = begin();
    Map<String, List<Long>> missing = missing();
    run.publish(write(missing));
    run.publish(write(missing));
    assertEachRowOnce(ROWS);
  }

  @Test
  void givenAJobThatWentBackWhenARunPublishesThenItIsRefused() throws Exception {
    SinkDriver<Visit> job = SinkDriver.start(sink("visits", "a"), clock);
    job.write(visits(0, 10));
    List<byte[]> old = job.snapshot(1);
    roll(job, 2);
    BatchRun run = begin();
    List<StagedFile> staged = write(missing());
    SinkDriver.restore(rewinding("b"), clock, 1, old);
    assertThatThrownBy(() -> run.publish(staged))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("went back to an older snapshot");
    assertThat(visible("visits")).as("rows of the snapshot").hasSize(10);
  }

  @Test
  void givenAJobThatStartsWithoutASnapshotWhenARunPublishesThenItIsRefused() throws Exception {
    SinkDriver<Visit> job = SinkDriver.start(sink("visits", "a"), clock);
    job.write(visits(0, 10));
    roll(job, 1);
    BatchRun run = begin();
    List<StagedFile> staged = write(missing());
    // It may read the stream again from an earlier position.
    SinkDriver.start(sink("visits", "b"), clock);
    assertThatThrownBy(() -> run.publish(staged))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("started without a snapshot");
    assertThat(visible("visits")).hasSize(10);
    run();
    assertEachRowOnce(ROWS);
  }

  @Test
  void givenAPublishedRunWhenTheJobGoesBackThenTheFilesOfTheRunAreMovedAwayToo() throws Exception {
    SinkDriver<Visit> job = SinkDriver.start(sink("visits", "a"), clock);
    job.write(visits(0, 10));
    List<byte[]> old = job.snapshot(1);
    roll(job, 2);
    run();
    assertEachRowOnce(ROWS);
    SinkDriver.restore(rewinding("b"), clock, 1, old);
    assertThat(visible("visits")).as("rows of the snapshot").hasSize(10);
  }

  @Test
  void givenAPublishedRunWhenTheJobContinuesThenItsSnapshotsAreRestored() throws Exception {
    SinkDriver<Visit> job = SinkDriver.start(sink("visits", "a"), clock);
    job.write(visits(0, 10));
    roll(job, 2);
    run();
    job.write(visits(100, 110));
    List<byte[]> snapshot = job.snapshot(3);
    SinkDriver.restore(sink("visits", "b"), clock, 3, snapshot);
    assertThat(visible("visits")).hasSize(ROWS + 10).doesNotHaveDuplicates();
  }

  @Test
  void givenAnAnnouncedRunWhenTheJobWentBackThenTheNextRunDoesNotPublishIt() throws Exception {
    SinkDriver<Visit> job = SinkDriver.start(sink("visits", "a"), clock);
    job.write(visits(0, 10));
    List<byte[]> old = job.snapshot(1);
    roll(job, 2);
    // Crashes right after the manifest.
    BatchRun run = begin();
    List<StagedFile> staged = write(missing());
    long manifest = store.calls();
    for (long call = manifest; ; call++) {
      ModelStore attempt = store.fork();
      attempt.faults(Faults.once(call, Fault.CRASH_AFTER));
      try {
        run.publish(staged);
      } catch (SimulatedCrash e) {
        boolean isAnnounced =
            attempt.allObjects().keySet().stream().anyMatch(key -> key.endsWith(".manifest"));
        if (isAnnounced) {
          SinkDriver.restore(rewinding("b"), clock, 1, old);
          begin();
          assertThat(visible("visits")).hasSize(10);
          attempt.close();
          return;
        }
      }
      attempt.close();
    }
  }

  private void runUntilItSucceeds() throws Exception {
    for (int attempt = 0; attempt < 20; attempt++) {
      try {
        run();
        return;
      } catch (IOException | SimulatedCrash e) {
        // The same command again.
      }
    }
    throw new AssertionError("no attempt succeeded");
  }

  private void run() throws Exception {
    BatchRun run = begin();
    run.publish(write(missing()));
  }

  private BatchRun begin() throws Exception {
    Map<String, Path> logs = new LinkedHashMap<>();
    for (String table : TABLES) {
      logs.put(table, new RollingSettings(builder(table, "x")).log);
    }
    BatchRun run =
        new BatchRun(new Path(store.uri() + "/_runs"), "load", logs, new Retries(4, Duration.ZERO));
    run.begin();
    return run;
  }

  /** The rows that each table lacks. */
  private Map<String, List<Long>> missing() throws IOException {
    Map<String, List<Long>> missing = new HashMap<>();
    for (String table : TABLES) {
      List<Long> rows = LongStream.range(0, ROWS).boxed().collect(Collectors.toList());
      rows.removeAll(visible(table));
      missing.put(table, rows);
    }
    return missing;
  }

  private List<StagedFile> write(Map<String, List<Long>> rows) throws IOException {
    List<StagedFile> staged = new ArrayList<>();
    for (String table : TABLES) {
      RollingParquetWriter<Visit> writer =
          sink(table, "x")
              .writer(
                  UnregisteredMetricsGroup.createSinkWriterMetricGroup(),
                  clock,
                  new TaskInfoImpl("writer", 4, 0, 1, 0));
      writer.startBatch();
      for (long row : rows.get(table)) {
        writer.write(Visit.of(row, "day" + row % 3), null);
      }
      writer.flush(true);
      for (CommittableFile file : writer.prepareCommit()) {
        staged.add(
            new StagedFile(
                table,
                SimpleVersionedSerialization.writeVersionAndSerialize(
                    new CommittableFileSerializer(), file)));
      }
    }
    return staged;
  }

  private List<String> files() {
    return store.objects().keySet().stream()
        .filter(key -> key.endsWith(".parquet"))
        .collect(Collectors.toList());
  }

  private void assertEachRowOnce(int rows) throws IOException {
    for (String table : TABLES) {
      assertThat(visible(table))
          .as(table)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.range(0, rows).boxed().collect(Collectors.toList()));
    }
  }

  private List<Long> visible(String table) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (Map.Entry<String, byte[]> object : store.objects().entrySet()) {
      if (object.getKey().startsWith(table + "/")) {
        for (Group row : new ParquetBytes(object.getValue()).rows()) {
          rows.add(row.getLong("id", 0));
        }
      }
    }
    return rows;
  }

  private static List<Visit> visits(long from, long to) {
    return LongStream.range(from, to).mapToObj(row -> Visit.of(row, "day" + row % 3)).toList();
  }

  /** Publishes the rows of the job so far with a checkpoint. */
  private void roll(SinkDriver<Visit> job, long checkpoint) throws Exception {
    job.writer().flush(true);
    job.checkpoint(checkpoint);
  }

  private RollingParquetSink<Visit> sink(String table, String epoch) {
    return builder(table, epoch).build();
  }

  private RollingParquetSink<Visit> rewinding(String epoch) {
    return builder("visits", epoch).rewindToOlderSnapshots().build();
  }

  private RollingParquetSinkBuilder<Visit> builder(String table, String epoch) {
    return Visit.sink()
        .epoch(epoch)
        .basePath(new Path(store.uri() + "/" + table))
        .identity("test/" + table)
        .metadata(new Path(store.uri() + "/_sink/" + table))
        .rollInterval(Duration.ofHours(1))
        .rollSize(new MemorySize(1_500))
        .rowGroupRows(6)
        .rowGroupMemory(new MemorySize(1_000))
        .memory(new MemorySize(5_000))
        .partSize(new MemorySize(600))
        .pageSize(new MemorySize(1_024))
        .dictionarySize(new MemorySize(1_024))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(4, Duration.ZERO);
  }
}
