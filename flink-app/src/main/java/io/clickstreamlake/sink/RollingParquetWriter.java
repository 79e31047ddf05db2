package io.clickstreamlake.sink;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.SerializableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts rows into one open file a bucket, rolls files, and says what a checkpoint holds.
 *
 * <p>A checkpoint holds every row that came before its barrier exactly once: in a file that rolled,
 * which {@link #prepareCommit} hands to the committer, or in the state of an open file, which
 * {@link #snapshotState} stores. Flink calls the two one after the other, with no row and no timer
 * between, so no row falls between them and none is in both.
 *
 * @param <T> the rows
 */
final class RollingParquetWriter<T>
    implements StatefulSinkWriter<T, RollingWriterState>, CommittingSinkWriter<T, CommittableFile> {

  private static final Logger LOG = LoggerFactory.getLogger(RollingParquetWriter.class);

  private final RollingSettings settings;
  private final SerializableFunction<? super T, String> bucketer;
  private final Supplier<RowGroupBuffer<T>> buffers;
  private final UnaryOperator<T> keep;
  private final ProcessingTimeService clock;
  private final RollingSinkMetrics metrics;
  private final RecoverableFiles files;
  private final FileNames names;

  /** By bucket, oldest first. */
  private final Map<String, OpenFile<T>> open = new LinkedHashMap<>();

  private final List<CommittableFile> rolled = new ArrayList<>();
  private long bufferedRows;
  private long heldBytes;

  /** The last checkpoint that was stored or restored; -1 before the first. */
  private long lastCheckpoint = -1;

  /**
   * @param buffers makes the buffer of a new file
   * @param keep makes a row safe to keep: a copy where rows are reused, otherwise the row itself
   */
  RollingParquetWriter(
      RollingSettings settings,
      SerializableFunction<? super T, String> bucketer,
      Supplier<RowGroupBuffer<T>> buffers,
      UnaryOperator<T> keep,
      ProcessingTimeService clock,
      RollingSinkMetrics metrics,
      int subtask)
      throws IOException {
    this.settings = settings;
    this.bucketer = bucketer;
    this.buffers = buffers;
    this.keep = keep;
    this.clock = clock;
    this.metrics = metrics;
    this.files = RecoverableFiles.of(settings.basePath);
    this.names = new FileNames(subtask, UUID.randomUUID());
  }

  /** Begins without a snapshot, and so a new count of checkpoints. */
  void begin() throws IOException {
    if (settings.markers != null) {
      new CommitMarkers(settings.markers).removeAll();
    }
    scheduleRoll();
  }

  /**
   * Takes over a snapshot and finishes its files, before any row comes; see {@link
   * InterruptedFileFinisher}.
   *
   * @throws SnapshotRefusedException if rows from after the snapshot are visible already
   */
  void restore(long checkpoint, Collection<RollingWriterState> states) throws IOException {
    List<OpenFileState> interrupted = new ArrayList<>();
    for (RollingWriterState state : states) {
      SinkIdentity.check(settings.identity, state.identity(), "a writer's state, " + state);
      state.file().ifPresent(interrupted::add);
    }
    refuseIfOlderThanMarkers(checkpoint);
    try {
      int finished =
          new InterruptedFileFinisher(RecoverableFiles::of, settings.retries)
              .finishAll(
                  interrupted,
                  String.format(
                      "The snapshot of checkpoint %d of %s", checkpoint, settings.identity));
      for (int i = 0; i < finished; i++) {
        metrics.fileFinishedOnRestore();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while files of a snapshot were finished.");
    }
    lastCheckpoint = checkpoint;
    scheduleRoll();
  }

  private void refuseIfOlderThanMarkers(long checkpoint) throws IOException {
    if (settings.markers == null) {
      return;
    }
    OptionalLong committed = new CommitMarkers(settings.markers).last();
    if (committed.isPresent() && checkpoint <= committed.getAsLong()) {
      throw new SnapshotRefusedException(
          String.format(
              "The snapshot of checkpoint %d of %s is older than the last commit and is not restored,"
                  + " since its rows would be written twice: files with rows from after checkpoint %d"
                  + " are visible already (%s says so). Ways out: restore the newest snapshot; or, to"
                  + " go back on purpose, move all that the sink wrote after the snapshot out of %s"
                  + " (names begin with the time of opening), delete that folder, and restore again;"
                  + " or start without a snapshot from a later position of the stream.",
              checkpoint,
              settings.identity,
              committed.getAsLong(),
              settings.markers,
              settings.basePath));
    }
  }

  @Override
  public void write(T row, Context context) throws IOException {
    String bucket = bucketer.apply(row);
    OpenFile<T> file = open.get(bucket);
    if (file == null) {
      file = openFile(bucket);
    }
    long before = file.bufferedRowBytes();
    file.add(keep.apply(row));
    bufferedRows++;
    heldBytes += file.bufferedRowBytes() - before;
    if (file.bufferedRows() >= settings.rowGroupRows
        || file.bufferedRowBytes() >= settings.rowGroupBytes) {
      endRowGroup(file);
    }
    if (heldBytes > settings.memoryBytes) {
      rollForMemory();
    }
    metrics.rowBuffered(bufferedRows, heldBytes);
  }

  private OpenFile<T> openFile(String bucket) throws IOException {
    if (open.size() >= settings.maxOpenFiles) {
      roll(oldest(), RollReason.OPEN_FILES);
    }
    long now = clock.getCurrentProcessingTime();
    Path folder = bucket.isEmpty() ? settings.basePath : new Path(settings.basePath, bucket);
    OpenFile<T> file =
        new OpenFile<>(
            bucket,
            new Path(folder, names.next(now)),
            now,
            files,
            buffers.get(),
            settings.partBytes,
            metrics);
    open.put(bucket, file);
    metrics.files(open.values());
    return file;
  }

  private void endRowGroup(OpenFile<T> file) throws IOException {
    file.endRowGroup(clock.getCurrentProcessingTime());
    metrics.rowGroupEnded();
    if (file.encodedBytes() >= settings.rollBytes) {
      roll(file, RollReason.SIZE);
    } else {
      recount();
    }
  }

  private void rollForMemory() throws IOException {
    // What is only kept to make the next checkpoint cheaper goes first.
    open.values().forEach(OpenFile::forgetSnapshot);
    recount();
    while (heldBytes > settings.memoryBytes && !open.isEmpty()) {
      roll(oldest(), RollReason.MEMORY);
    }
  }

  private OpenFile<T> oldest() {
    return open.values().iterator().next();
  }

  private void roll(OpenFile<T> file, RollReason reason) throws IOException {
    CommittableFile finished =
        file.finish(settings.identity, lastCheckpoint, clock.getCurrentProcessingTime());
    open.remove(file.bucket());
    rolled.add(finished);
    metrics.fileRolled(reason, finished);
    LOG.debug("Rolled {}, {}.", finished, reason);
    recount();
  }

  private void recount() {
    bufferedRows = 0;
    heldBytes = 0;
    for (OpenFile<T> file : open.values()) {
      bufferedRows += file.bufferedRows();
      heldBytes += file.heldBytes();
    }
    metrics.rowBuffered(bufferedRows, heldBytes);
    metrics.files(open.values());
  }

  private void scheduleRoll() {
    clock.registerTimer(
        settings.intervalEndAfter(clock.getCurrentProcessingTime()), this::rollByAge);
  }

  private void rollByAge(long time) throws IOException {
    // The clock, not the timer's time: a timer may fire late.
    long now = clock.getCurrentProcessingTime();
    for (OpenFile<T> file : new ArrayList<>(open.values())) {
      if (settings.intervalEndAfter(file.openedAt()) <= now) {
        roll(file, RollReason.AGE);
      }
    }
    scheduleRoll();
  }

  @Override
  public void flush(boolean endOfInput) throws IOException {
    // A checkpoint flushes nothing: that is what this sink is for.
    if (endOfInput) {
      while (!open.isEmpty()) {
        roll(oldest(), RollReason.END_OF_INPUT);
      }
    }
  }

  @Override
  public Collection<CommittableFile> prepareCommit() {
    List<CommittableFile> committables = List.copyOf(rolled);
    rolled.clear();
    return committables;
  }

  @Override
  public List<RollingWriterState> snapshotState(long checkpointId) throws IOException {
    List<RollingWriterState> states = new ArrayList<>();
    for (OpenFile<T> file : open.values()) {
      states.add(state(checkpointId, file.snapshot()));
    }
    if (states.isEmpty()) {
      states.add(state(checkpointId, null));
    }
    lastCheckpoint = checkpointId;
    recount();
    return states;
  }

  private RollingWriterState state(long checkpointId, @Nullable OpenFileState file) {
    return new RollingWriterState(settings.identity, checkpointId, file);
  }

  /** Neither aborts an upload nor completes it: the last checkpoint refers to all of them. */
  @Override
  public void close() throws Exception {
    Iterator<OpenFile<T>> all = List.copyOf(open.values()).iterator();
    open.clear();
    List<AutoCloseable> closeables = new ArrayList<>();
    all.forEachRemaining(closeables::add);
    IOUtils.closeAll(closeables);
  }
}
