package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The settled mark step by step; {@link SettledMarkModelTest} tests random schedules. */
class SettledMarkTest {

  private static final Instant NOON = Instant.parse("2025-11-20T12:00:00Z");

  private final ModelStore store = new ModelStore();
  private final Path metadata = new Path(store.uri() + "/_sink/visits");

  @AfterEach
  void closeStore() {
    store.close();
  }

  /** One writer of a job; its checkpoints are complete when their files are committed. */
  private final class Writer {

    private final RollingParquetSink<Visit> sink;
    private final ManualClock clock;
    private final RollingParquetWriter<Visit> writer;
    private final List<CommittableFile> rolled = new ArrayList<>();
    private long checkpoint;

    Writer(String epoch, int writer, int writers, int minute) throws IOException {
      this(epoch, writer, writers, minute, null, 0);
    }

    /**
     * @param restored null to start without a snapshot
     */
    Writer(
        String epoch,
        int writer,
        int writers,
        int minute,
        List<RollingWriterState> restored,
        long checkpoint)
        throws IOException {
      this.sink = sink().epoch(epoch).build();
      this.clock = new ManualClock(minute(minute).toEpochMilli());
      this.checkpoint = checkpoint;
      WriterContext context = new WriterContext(clock, writer, writers);
      this.writer =
          (RollingParquetWriter<Visit>)
              (restored == null
                  ? sink.createWriter(context)
                  : sink.restoreWriter(context.restoredFrom(checkpoint), restored));
    }

    void watermark(int minute) {
      writer.writeWatermark(new Watermark(minute(minute).toEpochMilli()));
    }

    void write(String bucket) throws IOException {
      writer.write(Visit.of(1, bucket), null);
    }

    void clock(int minute) throws Exception {
      clock.advanceTo(minute(minute).toEpochMilli());
    }

    List<RollingWriterState> checkpoint() throws Exception {
      checkpoint++;
      writer.flush(false);
      writer.prepareCommit().forEach(file -> rolled.add(file.withCheckpoint(checkpoint)));
      return writer.snapshotState(checkpoint);
    }

    void commit() throws Exception {
      for (CommittableFile file : rolled) {
        RecoverableFiles.of(file.path()).commit(file.commit());
      }
      rolled.clear();
    }
  }

  private RollingParquetSinkBuilder<Visit> sink() {
    return Visit.sink()
        .settledMark()
        .rewindToOlderSnapshots()
        .basePath(new Path(store.uri() + "/visits"))
        .identity("test/visits")
        .rollInterval(Duration.ofHours(1))
        .partSize(new MemorySize(600))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(2, Duration.ZERO);
  }

  private static Instant minute(int minute) {
    return NOON.plus(Duration.ofMinutes(minute));
  }

  private Optional<Instant> mark() throws IOException {
    return SettledMark.read(metadata);
  }

  @Test
  void givenNoRowsWhenTheWatermarkAdvancesThenTheMarkFollowsInStepsOfTenSeconds() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.checkpoint();
    assertThat(mark()).as("without a watermark").isEmpty();

    writer.watermark(5);
    writer.checkpoint();
    assertThat(mark()).hasValue(minute(5));

    long changes = store.changes();
    Instant step = minute(5).plusSeconds(10);
    writer.writer.writeWatermark(new Watermark(step.toEpochMilli() - 1));
    writer.checkpoint();
    assertThat(mark()).hasValue(minute(5));
    assertThat(store.changes()).isEqualTo(changes);

    writer.writer.writeWatermark(new Watermark(step.toEpochMilli()));
    writer.checkpoint();
    assertThat(mark()).hasValue(step);
  }

  @Test
  void givenOpenFilesThenTheMarkIsTheWatermarkAtWhichTheOldestWasOpened() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.watermark(5);
    writer.write("day=1");
    writer.watermark(7);
    writer.write("day=2");
    writer.watermark(20);
    writer.write("day=1");

    writer.checkpoint();
    writer.commit();
    writer.checkpoint();

    assertThat(mark()).hasValue(minute(5));
  }

  @Test
  void givenAFileThatRolledThenTheMarkWaitsUntilItIsVisible() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.watermark(5);
    writer.write("day=1");
    writer.watermark(59);
    writer.clock(60);
    writer.write("day=1");
    writer.watermark(70);

    writer.checkpoint();
    writer.checkpoint();
    assertThat(mark()).as("the commit is late").hasValue(minute(5));

    writer.commit();
    assertThat(mark()).hasValue(minute(5));
    writer.checkpoint();
    assertThat(mark()).as("the next file was opened").hasValue(minute(59));

    writer.watermark(119);
    writer.clock(120);
    writer.checkpoint();
    writer.commit();
    writer.checkpoint();
    assertThat(mark()).as("no file is open").hasValue(minute(119));
  }

  /** The restore finished the file with the rows of the checkpoint; the old writer had more. */
  @Test
  void givenAnObjectOfAnotherLengthThenItIsNotTheFileThatRolled() throws Exception {
    Writer old = new Writer("a", 0, 1, 0);
    old.watermark(5);
    old.write("day=1");
    List<RollingWriterState> snapshot = old.checkpoint();
    old.write("day=1");
    old.watermark(50);

    new Writer("a", 0, 1, 1, snapshot, 1);
    assertThat(store.objects()).hasSize(1);
    old.clock(60);
    old.checkpoint();
    old.checkpoint();

    assertThat(mark()).hasValue(minute(5));
  }

  @Test
  void givenAFileWithoutAWatermarkThenThereIsNoMarkUntilItIsVisible() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.write("day=1");
    writer.watermark(5);
    writer.checkpoint();
    assertThat(mark()).isEmpty();

    writer.clock(60);
    writer.checkpoint();
    writer.commit();
    writer.checkpoint();

    assertThat(mark()).hasValue(minute(5));
  }

  @Test
  void givenTheEndOfInputThenItsWatermarkIsNoMark() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.watermark(5);
    writer.writer.writeWatermark(new Watermark(Long.MAX_VALUE));
    writer.checkpoint();

    assertThat(mark()).hasValue(minute(5));
  }

  @Test
  void givenSeveralWritersThenTheMarkIsTheLeastAfterAllHaveStoredOne() throws Exception {
    Writer first = new Writer("a", 0, 2, 0);
    Writer second = new Writer("a", 1, 2, 0);
    first.watermark(9);
    first.checkpoint();
    second.checkpoint();
    assertThat(mark()).isEmpty();

    second.watermark(7);
    second.checkpoint();

    assertThat(mark()).hasValue(minute(7));
  }

  @Test
  void givenAJobThatIsRescaledWithinItsEpochThenTheLatestCompleteSetCounts() throws Exception {
    Writer first = new Writer("a", 0, 1, 0);
    first.watermark(9);
    List<RollingWriterState> snapshot = first.checkpoint();

    Writer left = new Writer("a", 0, 2, 1, snapshot.subList(0, 1), 1);
    Writer right = new Writer("a", 1, 2, 1, snapshot.subList(1, 2), 1);
    left.watermark(20);
    left.checkpoint();
    assertThat(mark()).hasValue(minute(9));
    right.watermark(15);
    right.checkpoint();

    assertThat(mark()).hasValue(minute(15));
  }

  @Test
  void givenAnErrorWhenTheMarkIsStoredThenTheCheckpointSucceedsAndTheNextTriesAgain()
      throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.watermark(5);
    store.faults(Faults.once(store.calls(), Fault.FAIL_BEFORE));
    writer.checkpoint();
    assertThat(store.call((int) store.calls() - 1)).startsWith("PutObject");
    assertThat(mark()).isEmpty();

    writer.checkpoint();
    assertThat(mark()).hasValue(minute(5));

    writer.write("day=1");
    writer.watermark(59);
    writer.clock(60);
    writer.checkpoint();
    writer.commit();
    store.faults(Faults.once(store.calls(), Fault.FAIL_BEFORE));
    writer.checkpoint();
    assertThat(store.call((int) store.calls() - 1)).startsWith("HeadObject visits/day=1");
    assertThat(mark()).hasValue(minute(5));

    writer.checkpoint();
    assertThat(mark()).hasValue(minute(59));
  }

  @Test
  void givenANewSubmissionThenTheMarksOfTheOldOneNoLongerCountAndAreDeleted() throws Exception {
    Writer old = new Writer("a", 0, 1, 0);
    old.watermark(5);
    List<RollingWriterState> snapshot = old.checkpoint();
    assertThat(mark()).as("while the job is stopped").hasValue(minute(5));

    Writer update = new Writer("b", 0, 1, 1, snapshot, 1);
    assertThat(mark()).isEmpty();
    assertThat(marks()).isEmpty();

    old.watermark(30);
    old.checkpoint();
    assertThat(marks()).containsExactly("a-w000-of-001");
    assertThat(mark()).as("of the job that was replaced and still runs").isEmpty();

    update.watermark(6);
    update.checkpoint();
    assertThat(mark()).hasValue(minute(6));
  }

  @Test
  void givenAStartWithoutASnapshotThenTheMarksOfEarlierJobsNoLongerCount() throws Exception {
    Writer old = new Writer("b", 0, 1, 0);
    old.watermark(5);
    old.checkpoint();

    Writer fresh = new Writer("a", 0, 1, 1);
    old.watermark(30);
    old.checkpoint();
    assertThat(mark()).isEmpty();

    fresh.watermark(2);
    fresh.checkpoint();
    assertThat(mark()).hasValue(minute(2));
  }

  /** What the abandoned job recorded is younger than the start of its successor seems to be. */
  @Test
  void givenARewindToTheSnapshotThatAnotherJobRestoredThenOnlyTheNewJobCounts() throws Exception {
    Writer first = new Writer("a", 0, 1, 0);
    List<RollingWriterState> snapshot = first.checkpoint();
    Writer abandoned = new Writer("b", 0, 1, 1, snapshot, 1);
    abandoned.watermark(40);
    abandoned.checkpoint();
    PublicationLog log = new PublicationLog(RollingParquetSinkBuilder.log(metadata));
    log.put(Publication.committed(minute(2).toEpochMilli(), "b", 2), List.of());
    assertThat(mark()).hasValue(minute(40));

    Writer last = new Writer("c", 0, 1, 3, snapshot, 1);
    abandoned.watermark(50);
    abandoned.checkpoint();
    assertThat(mark()).isEmpty();

    last.watermark(4);
    last.checkpoint();
    assertThat(mark()).hasValue(minute(4));
  }

  @Test
  void givenAJobThatWasReplacedWhenItRecordsAPublicationThenItStillDoesNotCount() throws Exception {
    Writer old = new Writer("a", 0, 1, 0);
    Writer fresh = new Writer("b", 0, 1, 1);
    fresh.watermark(7);
    fresh.checkpoint();
    old.watermark(30);
    old.checkpoint();

    // For a moment, until it finds that it was replaced, or for ever, if it ends before.
    new PublicationLog(RollingParquetSinkBuilder.log(metadata))
        .put(Publication.committed(minute(2).toEpochMilli(), "a", 5), List.of());

    assertThat(mark()).hasValue(minute(7));
  }

  @Test
  void givenTwoStartsInOneSecondThenThereIsNoMark() throws Exception {
    Writer one = new Writer("a", 0, 1, 0);
    Writer other = new Writer("b", 0, 1, 0);
    one.watermark(1);
    other.watermark(1);
    one.checkpoint();
    other.checkpoint();

    assertThat(mark()).isEmpty();
  }

  @Test
  void givenALogWithoutTheStartOfALongJobThenItsMarkCounts() throws Exception {
    Writer writer = new Writer("a", 0, 1, 0);
    writer.watermark(5);
    writer.checkpoint();
    PublicationLog log = new PublicationLog(RollingParquetSinkBuilder.log(metadata));
    log.remove(log.list().get(0));
    log.put(Publication.committed(minute(2).toEpochMilli(), "a", 700).pruned(), List.of());
    log.put(Publication.committed(minute(3).toEpochMilli(), "a", 701), List.of());

    assertThat(mark()).hasValue(minute(5));
  }

  /** They would count if the log did not record this start. */
  @Test
  void givenATableThatIsAddedToAJobThenItStartsOnlyIfOldMarksAreDeleted() throws Exception {
    Writer old = new Writer("a", 0, 1, 0);
    old.watermark(5);
    old.checkpoint();
    store.faults(
        index -> store.call((int) index).startsWith("DeleteObject") ? Fault.FAIL_BEFORE : null);
    assertThatThrownBy(() -> new Writer("b", 0, 1, 1, List.of(), 3))
        .hasMessageContaining("503 SlowDown");

    store.faults(Faults.none());
    new Writer("b", 0, 1, 1, List.of(), 3);

    assertThat(mark()).isEmpty();
  }

  @Test
  void givenATableThatABatchWroteBeforeItsFirstJobThenTheMarkOfTheJobCounts() throws Exception {
    new PublicationLog(RollingParquetSinkBuilder.log(metadata))
        .put(Publication.committed(NOON.minusSeconds(10).toEpochMilli(), "f", 0), List.of());
    Writer job = new Writer("b", 0, 1, 1, List.of(), 3);
    job.watermark(5);
    job.checkpoint();

    assertThat(mark()).isEqualTo(mark(true));
  }

  @Test
  void givenAMarkThatIsPartlyWrittenThenItDoesNotCount() throws Exception {
    Writer first = new Writer("a", 0, 2, 0);
    first.watermark(5);
    first.checkpoint();
    String text = minute(7).toString();
    for (int length = 0; length <= text.length(); length++) {
      Path file = new Path(metadata, "settled/a-w001-of-002");
      try (FSDataOutputStream out = file.getFileSystem().create(file, WriteMode.OVERWRITE)) {
        out.write(text.substring(0, length).getBytes(StandardCharsets.US_ASCII));
      }

      assertThat(mark()).isEqualTo(mark(length == text.length()));
    }
  }

  private static Optional<Instant> mark(boolean isComplete) {
    return isComplete ? Optional.of(minute(5)) : Optional.empty();
  }

  @Test
  void givenASinkWithoutAMarkThenNoneIsStored() throws Exception {
    RollingParquetSink<Visit> sink =
        Visit.sink().basePath(new Path(store.uri() + "/visits")).identity("test/visits").build();
    SinkDriver<Visit> driver = SinkDriver.start(sink, new ManualClock(NOON.toEpochMilli()));
    driver.writer().writeWatermark(new Watermark(minute(5).toEpochMilli()));
    driver.checkpoint(1);

    assertThat(marks()).isEmpty();
    assertThat(mark()).isEmpty();
  }

  private List<String> marks() {
    return store.allObjects().keySet().stream()
        .filter(key -> key.startsWith("_sink/visits/settled/"))
        .map(key -> key.substring(key.lastIndexOf('/') + 1))
        .toList();
  }
}
