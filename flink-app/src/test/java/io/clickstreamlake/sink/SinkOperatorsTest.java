package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.operators.sink.CommitterOperatorFactory;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.InstantiationUtil;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sink inside of Flink's operators: state, restore, rescaling. */
class SinkOperatorsTest {

  private static final long NOON = 1_763_640_000_000L;

  /** The harness passes this checkpoint ID with every restored state. */
  private static final long RESTORED_CHECKPOINT = 0;

  private final ModelStore store = new ModelStore();
  private final RollingParquetSink<Visit> sink =
      Visit.sink()
          .basePath(new Path(store.uri() + "/visits"))
          .identity("test/visits")
          .settledMark()
          .rowGroupRows(8)
          .partSize(new MemorySize(200))
          .compression(CompressionCodecName.UNCOMPRESSED)
          .commitAttempts(2, Duration.ZERO)
          .build();

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givenARolledFileWhenTheCheckpointCompletesThenItIsCommitted() throws Exception {
    try (Harness<Visit> writer = writer(0, 1);
        Harness<CommittableMessage<CommittableFile>> committer = committer()) {
      writer.open();
      committer.open();
      write(writer, 0, 20);
      writer.setProcessingTime(NOON + Duration.ofHours(1).toMillis());
      writer.prepareSnapshotPreBarrier(1);
      writer.snapshot(1, 1);
      forward(writer, committer);
      committer.snapshot(1, 1);
      assertThat(store.objects()).isEmpty();

      committer.notifyOfCompletedCheckpoint(1);

      assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
    }
  }

  @Test
  void givenAWatermarkWhenTheCheckpointAfterTheCommitIsTakenThenTheMarkAdvances() throws Exception {
    try (Harness<Visit> writer = writer(0, 1);
        Harness<CommittableMessage<CommittableFile>> committer = committer()) {
      writer.open();
      committer.open();
      writer.processWatermark(NOON);
      write(writer, 0, 20);
      writer.processWatermark(NOON + 120_000);
      writer.setProcessingTime(NOON + Duration.ofHours(1).toMillis());
      writer.prepareSnapshotPreBarrier(1);
      writer.snapshot(1, 1);
      assertThat(mark()).hasValue(Instant.ofEpochMilli(NOON));
      writer.getOutput().removeIf(Watermark.class::isInstance);
      forward(writer, committer);
      committer.snapshot(1, 1);
      committer.notifyOfCompletedCheckpoint(1);
      writer.prepareSnapshotPreBarrier(2);
      writer.snapshot(2, 2);

      assertThat(mark()).hasValue(Instant.ofEpochMilli(NOON + 120_000));
    }
  }

  private Optional<Instant> mark() throws IOException {
    return SettledMark.read(new Path(store.uri() + "/_sink/visits"));
  }

  @Test
  void givenACrashBeforeTheCommitWhenTheCommitterRestoresThenItCommits() throws Exception {
    OperatorSubtaskState state;
    try (Harness<Visit> writer = writer(0, 1);
        Harness<CommittableMessage<CommittableFile>> committer = committer()) {
      writer.open();
      committer.open();
      write(writer, 0, 20);
      writer.setProcessingTime(NOON + Duration.ofHours(1).toMillis());
      writer.prepareSnapshotPreBarrier(RESTORED_CHECKPOINT);
      forward(writer, committer);
      state = committer.snapshot(RESTORED_CHECKPOINT, 1);
    }
    assertThat(store.objects()).isEmpty();

    for (int restore = 0; restore < 2; restore++) {
      try (Harness<CommittableMessage<CommittableFile>> committer = committer()) {
        committer.initializeState(state);
        committer.open();
      }
    }

    assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
    assertThat(store.completions().values()).containsOnly(1);
  }

  @Test
  void givenOpenFilesWhenRescaledFromOneToThreeToTwoThenEveryRowIsVisibleOnce() throws Exception {
    OperatorSubtaskState one;
    try (Harness<Visit> writer = writer(0, 1)) {
      writer.open();
      write(writer, 0, 60);
      writer.prepareSnapshotPreBarrier(1);
      one = writer.snapshot(1, 1);
    }

    List<OperatorSubtaskState> three = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      try (Harness<Visit> writer = writer(subtask, 3)) {
        writer.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(one, 128, 1, 3, subtask));
        writer.open();
        write(writer, 60 + subtask * 20L, 80 + subtask * 20L);
        writer.prepareSnapshotPreBarrier(2);
        three.add(writer.snapshot(2, 2));
      }
    }
    assertThat(rows()).containsExactlyElementsOf(ids(0, 60));

    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            three.toArray(new OperatorSubtaskState[0]));
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness<Visit> writer = writer(subtask, 2)) {
        writer.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(all, 128, 3, 2, subtask));
        writer.open();
      }
    }

    assertThat(rows()).containsExactlyElementsOf(ids(0, 120));
  }

  @Test
  void givenAnOldSnapshotWhenTheWriterRestoresThenTheTaskFails() throws Exception {
    OperatorSubtaskState old;
    try (Harness<Visit> writer = writer(0, 1);
        Harness<CommittableMessage<CommittableFile>> committer = committer()) {
      writer.open();
      committer.open();
      old = writer.snapshot(1, 1);
      write(writer, 0, 20);
      writer.setProcessingTime(NOON + Duration.ofHours(1).toMillis());
      writer.prepareSnapshotPreBarrier(2);
      writer.snapshot(2, 2);
      forward(writer, committer);
      committer.snapshot(2, 2);
      committer.notifyOfCompletedCheckpoint(2);
    }

    try (Harness<Visit> writer = writer(0, 1)) {
      assertThatThrownBy(() -> writer.initializeState(old))
          .isInstanceOf(SnapshotRefusedException.class);
    }
  }

  @Test
  void givenABoundedInputWhenItEndsInBatchModeThenFilesAreCommittedWithoutACheckpoint()
      throws Exception {
    try (Harness<Visit> writer = writer(0, 1);
        Harness<CommittableMessage<CommittableFile>> committer =
            new Harness<>(new CommitterOperatorFactory<>(sink, true, false), 0, 1)) {
      writer.open();
      committer.open();
      write(writer, 0, 20);
      writer.endInput();
      forward(writer, committer);
      committer.endInput();

      assertThat(rows()).containsExactlyElementsOf(ids(0, 20));
    }
  }

  @Test
  void givenASinkWhenSerializedThenTheCopyWritesFiles() throws Exception {
    RollingParquetSink<Visit> copy = InstantiationUtil.clone(sink);

    SinkDriver<Visit> driver = SinkDriver.start(copy, new ManualClock(NOON));
    driver.write(List.of(Visit.of(1, "day=1")));
    driver.finish();

    assertThat(rows()).containsExactly(1L);
  }

  /** A test harness with a short name, whose processing time starts at noon. */
  private static final class Harness<T>
      extends OneInputStreamOperatorTestHarness<T, CommittableMessage<CommittableFile>> {

    Harness(
        org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory<
                T, CommittableMessage<CommittableFile>>
            factory,
        int subtask,
        int parallelism)
        throws Exception {
      super(factory, 128, parallelism, subtask);
      setProcessingTime(NOON);
    }
  }

  private Harness<Visit> writer(int subtask, int parallelism) throws Exception {
    return new Harness<>(new SinkWriterOperatorFactory<>(sink), subtask, parallelism);
  }

  private Harness<CommittableMessage<CommittableFile>> committer() throws Exception {
    return new Harness<>(new CommitterOperatorFactory<>(sink, false, true), 0, 1);
  }

  private static void write(Harness<Visit> writer, long from, long to) throws Exception {
    for (long id = from; id < to; id++) {
      writer.processElement(Visit.of(id, "day=" + id % 3), 0);
    }
  }

  private static void forward(
      Harness<Visit> writer, Harness<CommittableMessage<CommittableFile>> committer)
      throws Exception {
    Object element = writer.getOutput().poll();
    for (; element != null; element = writer.getOutput().poll()) {
      @SuppressWarnings("unchecked")
      CommittableMessage<CommittableFile> message =
          ((StreamRecord<CommittableMessage<CommittableFile>>) element).getValue();
      assertThat(
              message instanceof CommittableWithLineage<CommittableFile> file
                  ? file.getCommittable().identity()
                  : "test/visits")
          .isEqualTo("test/visits");
      committer.processElement(new StreamRecord<>(RollingParquetSink.withCheckpoint(message)));
    }
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
