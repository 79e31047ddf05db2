package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
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

/** Every order in which a snapshot can meet the store when it is restored. */
class SnapshotRestoreTest {

  private static final long NOON = 1_763_640_000_000L;

  private final ModelStore store = new ModelStore();
  private final ManualClock clock = new ManualClock(NOON);

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givenAnOpenFile_whenRestored_thenItIsFinishedAtOnceAndNewRowsStartANewFile()
      throws Exception {
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
  void givenAFileWithoutAWholePart_whenRestored_thenItIsWrittenFromTheSnapshotAlone()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 2, "day=1"));
    List<byte[]> snapshot = first.checkpoint(1);
    assertThat(store.calls()).as("calls for a file that is small").isZero();

    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(rows()).containsExactly(0L, 1L);
  }

  @Test
  void givenASnapshot_whenRestoredTwice_thenTheSecondTimeChangesNothing() throws Exception {
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
  void givenFilesOfThreeWriters_whenOneWriterRestoresThemAll_thenAllAreFinished() throws Exception {
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
  void givenTheAnswerOfACompletionIsLost_whenRestored_thenTheObjectSaysThatItIsDone()
      throws Exception {
    SinkDriver<Visit> first = SinkDriver.start(sink().build(), clock);
    first.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = first.checkpoint(1);
    long calls = store.calls();
    // look, upload the last part, complete
    store.faults(Faults.once(calls + 3, Fault.FAIL_AFTER));

    SinkDriver.restore(sink().build(), clock, 1, snapshot);

    assertThat(store.call((int) calls + 3)).startsWith("CompleteMultipartUpload");
    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenAPausedWriterThatGoesOn_whenItsFileIsFinished_thenItsPartsChangeNothing()
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
  void givenAPausedWriterUploadsAPartWhileItsFileIsFinished_whenRestored_thenItIsTriedAgain()
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
  void givenTheFileWasCommittedWithMoreRows_whenRestored_thenRefusedAndNothingChanges()
      throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    driver.write(visits(50, 55, "day=2"));
    List<byte[]> old = driver.checkpoint(41);
    driver.write(visits(55, 90, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> rolled = driver.prepareCommit();
    driver.snapshot(42);
    // One of the two is committed, the other is not there yet.
    driver.commit(rolled.subList(0, 1));
    Map<String, byte[]> before = Map.copyOf(store.objects());
    String committed = before.keySet().iterator().next();

    assertThatThrownBy(() -> SinkDriver.restore(sink().build(), clock, 41, old))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("checkpoint 41")
        .hasMessageContaining("test/visits")
        .hasMessageContaining(committed)
        .hasMessageContaining("restore the newest snapshot");
    assertThat(store.objects()).isEqualTo(before);
  }

  @Test
  void givenASnapshotWithNoOpenFile_whenRestoredAfterALaterCommit_thenMarkersRefuseIt()
      throws Exception {
    Path markers = new Path(store.uri() + "/markers");
    RollingParquetSink<Visit> sink = sink().commitMarkers(markers).build();
    SinkDriver<Visit> driver = SinkDriver.start(sink, clock);
    List<byte[]> idle = driver.checkpoint(5);
    driver.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> newest = driver.checkpoint(6);

    assertThatThrownBy(() -> SinkDriver.restore(sink, clock, 5, idle))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining("checkpoint 5")
        .hasMessageContaining(markers.toString());
    SinkDriver.restore(sink, clock, 6, newest);
  }

  @Test
  void givenASnapshotThatWasRestoredBefore_whenRestoredAfterALaterCommit_thenMarkersRefuseIt()
      throws Exception {
    RollingParquetSink<Visit> sink =
        sink().commitMarkers(new Path(store.uri() + "/markers")).build();
    SinkDriver<Visit> first = SinkDriver.start(sink, clock);
    first.write(visits(0, 10, "day=1"));
    List<byte[]> snapshot = first.checkpoint(5);
    ManualClock later = new ManualClock(NOON);
    SinkDriver<Visit> second = SinkDriver.restore(sink, later, 5, snapshot);
    second.write(visits(10, 20, "day=1"));
    later.advanceTo(NOON + Duration.ofHours(1).toMillis());
    second.checkpoint(6);

    // Its file is there with exactly the snapshot's bytes, so the object alone does not tell.
    assertThatThrownBy(() -> SinkDriver.restore(sink, clock, 5, snapshot))
        .isInstanceOf(SnapshotRefusedException.class);
  }

  @Test
  void givenMarkersOfAnEarlierRun_whenStartedWithoutASnapshot_thenTheNewRunCanRestore()
      throws Exception {
    RollingParquetSink<Visit> sink =
        sink().commitMarkers(new Path(store.uri() + "/markers")).build();
    SinkDriver<Visit> earlier = SinkDriver.start(sink, clock);
    earlier.checkpoint(90);
    earlier.write(visits(0, 10, "day=1"));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    earlier.checkpoint(91);

    SinkDriver<Visit> fresh = SinkDriver.start(sink, clock);
    fresh.write(visits(10, 20, "day=1"));
    List<byte[]> snapshot = fresh.checkpoint(1);
    SinkDriver.restore(sink, clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
  }

  @Test
  void givenTheUploadWasAborted_whenRestored_thenItFailsAndSaysTheWaysOut() throws Exception {
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
  void givenAnotherTablesSnapshot_whenRestored_thenRefusedByIdentity() throws Exception {
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
  void givenAnotherTablesCommittable_whenCommitted_thenRefusedByIdentity() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 5, "day=1"));
    driver.writer().flush(true);
    List<byte[]> files = driver.prepareCommit();
    RollingParquetSink<Visit> other = sink().identity("test/other").build();

    assertThatThrownBy(() -> SinkDriver.commit(other, files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'test/visits'");
    assertThat(store.objects()).isEmpty();
  }

  @Test
  void givenANewTableLocation_whenRestored_thenOldFilesAreFinishedWhereTheyWere() throws Exception {
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
  void givenAnEncoderThatFails_whenRestored_thenItIsNotNeeded() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 50, "day=1"));
    List<byte[]> snapshot = driver.checkpoint(1);
    RollingParquetSink<Visit> broken =
        configured(
                RollingParquetSink.<Visit>builder(
                        () -> {
                          throw new IllegalStateException("the new release cannot encode");
                        })
                    .rowSize(row -> 1))
            .build();

    SinkDriver.restore(broken, clock, 1, snapshot);

    assertThat(rows()).containsExactlyElementsOf(ids(0, 50));
  }

  @Test
  void givenACommittedFile_whenCommittedAgain_thenNothingChanges() throws Exception {
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
  void givenTheUploadOfARolledFileWasAborted_whenCommitted_thenItFails() throws Exception {
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

  private RollingParquetSink.Builder<Visit> sink() {
    return configured(Visit.sink());
  }

  private RollingParquetSink.Builder<Visit> configured(RollingParquetSink.Builder<Visit> builder) {
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
