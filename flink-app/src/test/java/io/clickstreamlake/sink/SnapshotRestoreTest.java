package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.parquet.RecordRowGroupBuffer;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Restores snapshots in every state that the store can be in. */
class SnapshotRestoreTest {

  private static final long NOON = 1_763_640_000_000L;

  private final ModelStore store = new ModelStore();
  private final ManualClock clock = new ManualClock(NOON);

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givenAnOpenFileWhenRestoredThenItIsFinishedAndNewRowsStartANewFile() throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = first.checkpoint(1);
    first.write(visits(50, 60, "day=1"));
    assertThat(store.objects()).isEmpty();

    SinkDriver<Visit> second = SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
    second.write(visits(50, 80, "day=1"));
    second.finish();
    assertThat(store.objects()).hasSize(2);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 80));
  }

  @Test
  void givenAFileWithoutACompletePartWhenRestoredThenItIsWrittenFromTheSnapshotAlone()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    long calls = store.calls();
    first.write(visits(0, 2, "day=1"));
    List<byte[]> snapshot = first.checkpoint(1);
    assertThat(store.calls()).as("calls after writing a small file").isEqualTo(calls);

    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(rows()).containsExactly(0L, 1L);
  }

  @Test
  void givenASnapshotWhenRestoredTwiceThenTheSecondTimeChangesNothing() throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    first.write(visits(50, 55, "day=2"));
    List<byte[]> snapshot = first.checkpoint(1);

    SinkDriver.restore(sink().build(), clock, 1, snapshot);
    Map<String, Integer> completions = Map.copyOf(store.completions());
    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(store.completions()).isEqualTo(completions).hasSize(2);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 55));
  }

  @Test
  void givenFilesOfThreeWritersWhenOneWriterRestoresThemAllThenAllAreFinished() throws Exception {
    List<byte[]> snapshots = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      SinkDriver<Visit> writer = SinkDriver.start(sink().build(), clock);
      writer.write(visits(subtask * 20L, subtask * 20L + 20, "day=1"));
      snapshots.addAll(writer.checkpoint(7));
    }

    SinkDriver.restore(sink().build(), clock, 7, snapshots);

    assertThat(store.objects()).hasSize(3);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 60));
  }

  @Test
  void givenALostResponseOfACompletionWhenRestoredThenTheObjectShowsThatItIsComplete()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = first.checkpoint(1);
    boolean[] failed = new boolean[1];
    store.faults(
        index -> {
          boolean fails = !failed[0] && store.call((int) index).startsWith("Complete");
          failed[0] |= fails;
          return fails ? Fault.FAIL_AFTER : null;
        });

    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(failed[0]).isTrue();
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenAPausedWriterWhenItResumesAfterItsFileIsFinishedThenItsPartsChangeNothing()
      throws Exception {
    SinkDriver<Visit> zombie = SinkDriver.start(sink().build(), clock);
    zombie.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = zombie.checkpoint(1);

    SinkDriver.restore(sink().build(), clock, 1, snapshot);
    zombie.write(visits(1_000, 1_050, "day=1"));

    assertThatThrownBy(() -> zombie.snapshot(2)).hasRootCauseMessage("NoSuchUpload: upload0");
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenAPausedWriterUploadsAPartWhileItsFileIsFinishedWhenRestoredThenItIsRetried()
      throws Exception {
    SinkDriver<Visit> zombie = SinkDriver.start(sink().build(), clock);
    zombie.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = zombie.checkpoint(1);
    boolean[] acted = new boolean[1];
    store.faults(
        index -> {
          boolean zombiePart = !acted[0];
          acted[0] |= zombiePart && store.call((int) index).startsWith("Complete");
          return zombiePart ? Fault.ZOMBIE_PART : null;
        });

    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(acted[0]).isTrue();
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenAFileCommittedWithMoreRowsWhenRestoredThenRefusedAndNothingChanges() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    driver.write(visits(50, 55, "day=2"));
    List<byte[]> old = driver.checkpoint(41);
    driver.write(visits(55, 90, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> rolled = driver.prepareCommit();
    driver.snapshot(42);
    // One of the two is committed, the other is not yet visible.
    driver.commit(rolled.subList(0, 1));
    Map<String, byte[]> before = Map.copyOf(store.objects());

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 41, old))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("checkpoint 41")
        .hasMessageContaining("test/visits")
        .hasMessageContaining("-committed-")
        .hasMessageContaining(store.uri() + "/_sink/visits/published")
        .hasMessageContaining("sink.on-older-snapshot")
        .hasMessageContaining("restore the newest snapshot");
    assertThat(store.objects()).isEqualTo(before);
  }

  @Test
  void givenASnapshotWithoutOpenFilesWhenRestoredAfterALaterCommitThenRefusedByTheLog()
      throws Exception {
    RollingParquetSink<Visit> sink = sink().build();
    SinkDriver<Visit> driver = SinkDriver.start(sink, clock);
    List<byte[]> idle = driver.checkpoint(5);
    driver.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> newest = driver.checkpoint(6);

    assertThatThrownBy(() -> SinkDriver.restore(sink, clock, 5, idle))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("checkpoint 5")
        .hasMessageContaining(store.uri() + "/_sink/visits");
    SinkDriver.restore(sink, clock, 6, newest);
  }

  @Test
  void givenASnapshotThatWasRestoredBeforeWhenRestoredAfterALaterCommitThenRefusedByTheLog()
      throws Exception {
    RollingParquetSink<Visit> sink = sink().build();
    SinkDriver<Visit> first = SinkDriver.start(sink, clock);
    first.write(visits(0, 10, "day=1"));
    List<byte[]> snapshot = first.checkpoint(5);
    ManualClock later = new ManualClock(NOON);
    SinkDriver<Visit> second = SinkDriver.restore(sink, later, 5, snapshot);
    second.write(visits(10, 20, "day=1"));
    later.advanceTo(NOON + Duration.ofHours(1).toMillis());
    second.checkpoint(6);

    // The object has exactly the bytes of the snapshot, so it does not show the later commit.
    assertThatThrownBy(() -> SinkDriver.restore(sink, clock, 5, snapshot))
        .isInstanceOf(SnapshotRefusedException.class);
  }

  @Test
  void givenPublicationsOfAnEarlierRunWhenStartedWithoutASnapshotThenTheNewRunCanRestore()
      throws Exception {
    RollingParquetSink<Visit> sink = sink().build();
    SinkDriver<Visit> earlier = SinkDriver.start(sink, clock);
    earlier.checkpoint(90);
    earlier.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    earlier.checkpoint(91);

    RollingParquetSink<Visit> newSink = sink().build();
    SinkDriver<Visit> fresh = SinkDriver.start(newSink, clock);
    fresh.write(visits(10, 20, "day=1"));
    List<byte[]> snapshot = fresh.checkpoint(1);
    SinkDriver.restore(newSink, clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
  }

  @Test
  void givenAnAbortedUploadWhenRestoredThenItFailsWithTheWaysOut() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(3);
    store.abortAllUploads();

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 3, snapshot))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checkpoint 3")
        .hasMessageContaining(store.uri() + "/visits/day=1/20251120T120000Z-w000-")
        .hasMessageContaining("lifecycle rule")
        .hasStackTraceContaining("NoSuchUpload");
    assertThat(store.objects()).isEmpty();
  }

  @Test
  void givenAnotherTablesSnapshotWhenRestoredThenRefusedByIdentity() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 5, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(1);
    RollingParquetSink<Visit> other = sink().identity("test/other").build();

    assertThatThrownBy(() -> SinkDriver.restore(other, clock, 1, snapshot))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'test/visits'")
        .hasMessageContaining("'test/other'");
  }

  @Test
  void givenAnotherTablesCommittableWhenCommittedThenRefusedByIdentity() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 5, "day=1"));
    driver.writer().flush(true);
    List<byte[]> files = driver.prepareCommit();
    RollingParquetSink<Visit> other = sink().identity("test/other").build();

    assertThatThrownBy(() -> SinkDriver.commit(other, CommitterContext.fresh(), files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'test/visits'");
    assertThat(store.objects()).isEmpty();
  }

  @Test
  void givenANewTableLocationWhenRestoredThenOldFilesAreFinishedInTheOldLocation()
      throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(1);

    SinkDriver<Visit> moved =
        SinkDriver.restore(
            sink().basePath(new Path(store.uri() + "/moved")).build(), clock, 1, snapshot);
    moved.write(visits(50, 60, "day=1"));
    moved.finish();

    assertThat(store.objects().keySet())
        .satisfiesExactlyInAnyOrder(
            key -> assertThat(key).startsWith("visits/day=1/"),
            key -> assertThat(key).startsWith("moved/day=1/"));
  }

  @Test
  void givenAnEncoderThatFailsWhenRestoredThenItIsNotNeeded() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(1);
    RollingParquetSink<Visit> broken =
        configured(
                RollingParquetSink.builder(
                        RecordRowGroupBuffer.<Visit>factory(
                            () -> {
                              throw new IllegalStateException("encoding fails in the new release");
                            }))
                    .rowSize(row -> 1))
            .build();

    SinkDriver.restore(broken, clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenACommittedFileWhenCommittedAgainThenNothingChanges() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    driver.writer().flush(true);
    List<byte[]> files = driver.prepareCommit();

    driver.commit(files);
    driver.commit(files);

    assertThat(store.completions().values()).containsExactly(1);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenARolledFileWithAnAbortedUploadWhenCommittedThenItFails() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    driver.writer().flush(true);
    List<byte[]> files = driver.prepareCommit();
    store.abortAllUploads();

    assertThatThrownBy(() -> driver.commit(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Could not commit")
        .hasMessageContaining("lifecycle rule");
  }

  /** Finding 1 of the review: an update, a failure before the first roll, a rollback. */
  @Test
  void givenARestoreThatPublishedWhenAnEarlierSnapshotIsRestoredThenRefused() throws Exception {
    SinkDriver<Visit> version1 = SinkDriver.start(sink().build(), clock);
    version1.write(visits(0, 10, "day=1"));
    List<byte[]> savepoint5 = version1.checkpoint(5);
    RollingParquetSink<Visit> update = sink().build();
    SinkDriver<Visit> version2 = SinkDriver.restore(update, clock, 5, savepoint5);
    version2.write(visits(10, 20, "day=1"));
    List<byte[]> checkpoint6 = version2.checkpoint(6);
    SinkDriver.restore(update, clock, 6, checkpoint6);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 20));

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 5, savepoint5))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("sink.on-older-snapshot");

    SinkDriver<Visit> rollback =
        SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 5, savepoint5);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 10));
    rollback.write(visits(10, 20, "day=1"));
    rollback.finish();
    assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
  }

  @Test
  void givenAFileThatWasAnnouncedOnlyWhenStartedWithoutASnapshotThenItBecomesVisible()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    first.writer().flush(true);
    List<byte[]> rolled = first.prepareCommit(1);
    first.snapshot(1);
    failCompletions();
    assertThatThrownBy(() -> first.commit(rolled)).hasMessageContaining("Could not commit");
    store.faults(index -> null);
    assertThat(rows()).isEmpty();

    SinkDriver<Visit> second = SinkDriver.start(sink().epoch("other").build(), clock);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
    second.write(visits(50, 60, "day=1"));
    second.finish();
    assertThat(rows()).containsExactlyElementsOf(ids(0, 60));
  }

  @Test
  void givenARestoreThatOnlyAnnouncedItsFilesWhenStartedWithoutASnapshotThenTheyBecomeVisible()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    first.writer().flush(true);
    List<byte[]> rolled = first.prepareCommit(1);
    List<byte[]> checkpoint = first.snapshot(1);
    RollingParquetSink<Visit> second = sink().epoch("second").build();
    SinkDriver.restore(second, clock, 1, checkpoint);
    failCompletions();
    assertThatThrownBy(() -> SinkDriver.commit(second, CommitterContext.restoredFrom(1), rolled))
        .hasMessageContaining("Could not commit");
    store.faults(index -> null);
    assertThat(rows()).isEmpty();

    SinkDriver.start(sink().epoch("third").build(), clock);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenFilesOfAnEarlierJobThatRetentionDeletedWhenStartedWithoutASnapshotThenTheyStayDeleted()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 10, "day=1"));
    first.finish();
    SinkDriver<Visit> second = SinkDriver.start(sink().epoch("second").build(), clock);
    second.write(visits(10, 20, "day=2"));
    second.finish();
    List<String> expired =
        store.objects().keySet().stream().filter(key -> key.contains("day=1")).toList();
    assertThat(expired).isNotEmpty();
    for (String key : expired) {
      Path file = new Path(store.uri() + "/" + key);
      file.getFileSystem().delete(file, false);
    }
    long before = store.calls();

    SinkDriver.start(sink().epoch("third").build(), clock);

    assertThat(rows()).containsExactlyElementsOf(ids(10, 20));
    assertThat(LongStream.range(before, store.calls()).mapToObj(call -> store.call((int) call)))
        .as("requests for files of an earlier job")
        .noneMatch(call -> call.contains("day=1"));
  }

  /** Finding 2 of the review: a savepoint, and a failure after which Flink restores another one. */
  @Test
  void givenASavepointThatAFailureAbandonedWhenRestoredAfterACommitThenRefused() throws Exception {
    RollingParquetSink<Visit> sink = sink().build();
    SinkDriver<Visit> first = SinkDriver.start(sink, clock);
    List<byte[]> checkpoint42 = first.checkpoint(42);
    first.write(visits(0, 10, "day=1"));
    List<byte[]> savepoint43 = first.snapshot(43);
    SinkDriver<Visit> second = SinkDriver.restore(sink, clock, 42, checkpoint42);
    second.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    second.checkpoint(44);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 10));

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 43, savepoint43))
        .isInstanceOf(SnapshotRefusedException.class);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 10));
  }

  @Test
  void givenAStartWithoutASnapshotWhenAnyEarlierSnapshotIsRestoredThenRefused() throws Exception {
    SinkDriver<Visit> earlier = SinkDriver.start(sink().build(), clock);
    List<byte[]> checkpoint90 = earlier.checkpoint(90);
    SinkDriver<Visit> fresh = SinkDriver.start(sink().build(), clock);
    fresh.write(visits(0, 10, "day=1"));
    fresh.finish();

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 90, checkpoint90))
        .isInstanceOf(SnapshotRefusedException.class);
  }

  @Test
  void givenTwoJobsFromOneSnapshotWhenBothPublishThenOnlyTheLastRestoredOneSucceeds()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    List<byte[]> snapshot = first.checkpoint(1);
    SinkDriver<Visit> one = SinkDriver.restore(sink().build(), clock, 1, snapshot);
    SinkDriver<Visit> other = SinkDriver.restore(sink().build(), clock, 1, snapshot);
    one.write(visits(0, 10, "day=1"));
    other.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());

    assertThatThrownBy(() -> one.checkpoint(2))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("another job publishes to the same tables");
    assertThat(rows()).isEmpty();
    other.checkpoint(2);
    assertThat(rows()).containsExactlyElementsOf(ids(0, 10));
  }

  @Test
  void givenAnotherTableThatPublishedWhenAnOlderSnapshotIsRestoredThenAllTablesRefuse()
      throws Exception {
    Path visits = new Path(store.uri() + "/_sink/visits");
    Path clicks = new Path(store.uri() + "/_sink/clicks");
    RollingParquetSink<Visit> quiet =
        sink().metadata(visits).metadataOfOtherTables(List.of(clicks)).epoch("a").build();
    RollingParquetSink<Visit> busy =
        sink()
            .basePath(new Path(store.uri() + "/clicks"))
            .identity("test/clicks")
            .metadata(clicks)
            .metadataOfOtherTables(List.of(visits))
            .epoch("a")
            .build();
    SinkDriver<Visit> quietDriver = SinkDriver.start(quiet, clock);
    SinkDriver<Visit> busyDriver = SinkDriver.start(busy, clock);
    quietDriver.write(visits(0, 10, "day=1"));
    List<byte[]> older = quietDriver.checkpoint(1);
    busyDriver.checkpoint(1);
    busyDriver.write(visits(0, 10, "day=1"));
    busyDriver.writer().flush(true);
    busyDriver.checkpoint(2);
    Map<String, byte[]> before = Map.copyOf(store.allObjects());

    RollingParquetSink<Visit> again =
        sink().metadata(visits).metadataOfOtherTables(List.of(clicks)).epoch("b").build();
    assertThatThrownBy(() -> SinkDriver.restore(again, clock, 1, older))
        .isInstanceOf(SnapshotRefusedException.class);
    assertThat(store.allObjects()).isEqualTo(before);
  }

  @Test
  void givenARewindWhenFilesAreMovedThenNoneIsLostAndTheLogRecordsIt() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(1);
    driver.write(visits(50, 90, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    driver.checkpoint(2);
    Map.Entry<String, byte[]> published = Map.copyOf(store.objects()).entrySet().iterator().next();

    SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
    assertThat(store.allObjects().get("_sink/visits/rewound/" + published.getKey().substring(7)))
        .isEqualTo(published.getValue());
    assertThat(store.allObjects().keySet())
        .anySatisfy(
            key -> assertThat(key).startsWith("_sink/visits/published/").contains("-rewound-"));
  }

  @Test
  void givenASnapshotOfABranchThatARewindCutOffWhenRestoredThenRefusedEvenWithRewind()
      throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> older = driver.checkpoint(1);
    driver.write(visits(50, 90, "day=1"));
    List<byte[]> newer = driver.checkpoint(2);
    SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 1, older);

    assertThatThrownBy(
            () -> SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 2, newer))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("a later restore went back to a checkpoint");
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenMorePublicationsThanTheLogKeepsWhenRewoundToAVeryOldSnapshotThenRefused()
      throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().epoch("a").build(), clock);
    List<byte[]> oldest = driver.checkpoint(1);
    PublicationLog log = new PublicationLog(new Path(store.uri() + "/_sink/visits/published"));
    for (int checkpoint = 2; checkpoint <= 1_100; checkpoint++) {
      log.put(Publication.committed(NOON + checkpoint * 1_000L, "a", checkpoint), List.of());
    }
    List<byte[]> recent = driver.checkpoint(1_101);
    driver.write(visits(0, 10, "day=1"));
    driver.writer().flush(true);
    driver.checkpoint(1_102);

    assertThat(log.list()).hasSize(PublicationLog.MAX_ENTRIES + 1);
    assertThatThrownBy(
            () -> SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 1, oldest))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("too old to be rewound");
    assertThat(rows()).containsExactlyElementsOf(ids(0, 10));
    SinkDriver.restore(sink().rewindToOlderSnapshots().build(), clock, 1_101, recent);
    assertThat(rows()).isEmpty();
  }

  /** A file is then announced in the publication log, and invisible. */
  private void failCompletions() {
    store.faults(
        index -> store.call((int) index).startsWith("Complete") ? Fault.FAIL_BEFORE : null);
  }

  private RollingParquetSinkBuilder<Visit> sink() {
    return configured(Visit.sink());
  }

  private RollingParquetSinkBuilder<Visit> configured(RollingParquetSinkBuilder<Visit> builder) {
    return builder
        .bucketBy(Visit::bucket)
        .basePath(new Path(store.uri() + "/visits"))
        .identity("test/visits")
        .rowGroupRows(8)
        .partSize(new MemorySize(200))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(3, Duration.ZERO);
  }

  private static List<Visit> visits(long from, long to, String bucket) {
    return LongStream.range(from, to).mapToObj(id -> Visit.of(id, bucket)).toList();
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private List<Long> rows() throws IOException {
    List<Long> ids = new ArrayList<>();
    for (byte[] object : store.objects().values()) {
      new ParquetBytes(object).rows().forEach(row -> ids.add(row.getLong("id", 0)));
    }
    return ids.stream().sorted().toList();
  }
}
