package io.clickstreamlake.sink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;

/** Runs one writer and one committer of a sink, as Flink does, step by step under test control. */
final class SinkDriver<T> {

  private static final RollingWriterStateSerializer STATES = new RollingWriterStateSerializer();
  private static final CommittableFileSerializer FILES = new CommittableFileSerializer();

  private final RollingParquetSink<T> sink;
  private final ManualClock clock;
  private RollingParquetWriter<T> writer;

  private SinkDriver(RollingParquetSink<T> sink, ManualClock clock) {
    this.sink = sink;
    this.clock = clock;
  }

  static <T> SinkDriver<T> start(RollingParquetSink<T> sink, ManualClock clock) throws Exception {
    SinkDriver<T> driver = new SinkDriver<>(sink, clock);
    driver.writer = (RollingParquetWriter<T>) sink.createWriter(new WriterContext(clock, 0, 1));
    return driver;
  }

  static <T> SinkDriver<T> restore(
      RollingParquetSink<T> sink, ManualClock clock, long checkpoint, List<byte[]> states)
      throws Exception {
    SinkDriver<T> driver = new SinkDriver<>(sink, clock);
    List<RollingWriterState> restored = new ArrayList<>();
    for (byte[] state : states) {
      restored.add(STATES.deserialize(STATES.getVersion(), state));
    }
    driver.writer =
        (RollingParquetWriter<T>)
            sink.restoreWriter(new WriterContext(clock, 0, 1).restoredFrom(checkpoint), restored);
    return driver;
  }

  RollingParquetWriter<T> writer() {
    return writer;
  }

  void write(Iterable<T> rows) throws Exception {
    for (T row : rows) {
      writer.write(row, null);
    }
  }

  /** The writer's state in a checkpoint, without the files that rolled. */
  List<byte[]> snapshot(long checkpoint) throws Exception {
    List<byte[]> states = new ArrayList<>();
    for (RollingWriterState state : writer.snapshotState(checkpoint)) {
      states.add(STATES.serialize(state));
    }
    return states;
  }

  /**
   * Files that rolled since the last checkpoint, as at the end of input: without a checkpoint ID.
   */
  List<byte[]> prepareCommit() throws Exception {
    List<byte[]> files = new ArrayList<>();
    for (CommittableFile file : writer.prepareCommit()) {
      files.add(FILES.serialize(file));
    }
    return files;
  }

  /** Files that rolled since the last checkpoint, handed over in this one. */
  List<byte[]> prepareCommit(long checkpoint) throws Exception {
    List<byte[]> files = new ArrayList<>();
    for (CommittableFile file : writer.prepareCommit()) {
      files.add(FILES.serialize(file.withCheckpoint(checkpoint)));
    }
    return files;
  }

  void commit(List<byte[]> files) throws Exception {
    commit(sink, CommitterContext.fresh(), files);
  }

  static void commit(RollingParquetSink<?> sink, CommitterContext context, List<byte[]> files)
      throws Exception {
    List<Committer.CommitRequest<CommittableFile>> requests = new ArrayList<>();
    for (byte[] file : files) {
      requests.add(new MockCommitRequest<>(FILES.deserialize(FILES.getVersion(), file)));
    }
    try (Committer<CommittableFile> committer = sink.createCommitter(context)) {
      committer.commit(requests);
    }
  }

  /** Takes a checkpoint that completes, and commits its files. */
  List<byte[]> checkpoint(long checkpoint) throws Exception {
    writer.flush(false);
    List<byte[]> files = prepareCommit(checkpoint);
    List<byte[]> states = snapshot(checkpoint);
    commit(files);
    return states;
  }

  void finish() throws Exception {
    writer.flush(true);
    commit(prepareCommit());
    writer.close();
  }

  ManualClock clock() {
    return clock;
  }
}
