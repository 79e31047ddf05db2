package io.clickstreamlake.sink;

import static java.util.Comparator.comparingLong;

import io.clickstreamlake.parquet.RowGroupBuffer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.SerializableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's writer. It writes rows to one open file per bucket, rolls files, and creates the state
 * of a checkpoint.
 *
 * <p>A checkpoint contains every row that arrived before its barrier exactly once: in a file that
 * rolled, which {@link #prepareCommit} passes to the committer, or in the state of an open file,
 * which {@link #snapshotState} stores. Flink calls the two one after the other, with no row and no
 * timer in between, so no row is missing and none is in both.
 *
 * @param <T> type of the rows
 */
final class RollingParquetWriter<T>
    implements StatefulSinkWriter<T, RollingWriterState>, CommittingSinkWriter<T, CommittableFile> {

  private static final Logger LOG = LoggerFactory.getLogger(RollingParquetWriter.class);

  /** A row group is large, and is ended early, above this fraction of the memory: 1/16. */
  private static final int LARGE_ROW_GROUP_DIVISOR = 16;

  private final RollingSettings settings;
  private final SerializableFunction<? super T, String> bucketer;
  private final Supplier<RowGroupBuffer<T>> buffers;
  private final UnaryOperator<T> copier;
  private final ProcessingTimeService clock;
  private final RollingSinkMetrics metrics;
  private final RecoverableFiles files;
  private final FileNames names;

  /** Open files by bucket. */
  private final Map<String, InProgressFile<T>> open = new LinkedHashMap<>();

  private final List<CommittableFile> rolled = new ArrayList<>();
  private long bufferedRows;
  private long heapBytes;

  private final Optional<SettledMark> mark;
  private final Optional<SettledRows> settled;

  private final SnapshotGuard guard;
  private final int subtask;
  private final int identityStates;

  /** Lineage of the current attempt. */
  private Lineage lineage;

  /** The last checkpoint that was stored or restored; {@link Lineage#NONE} before the first. */
  private long lastCheckpoint = Lineage.NONE;

  /**
   * @param buffers creates the buffer of a new file
   * @param copier returns a row that can be buffered: a copy if rows are reused, else the row
   *     itself
   * @param task index of this subtask and the maximum parallelism
   */
  RollingParquetWriter(
      RollingSettings settings,
      SerializableFunction<? super T, String> bucketer,
      Supplier<RowGroupBuffer<T>> buffers,
      UnaryOperator<T> copier,
      ProcessingTimeService clock,
      RollingSinkMetrics metrics,
      TaskInfo task)
      throws IOException {
    this.settings = settings;
    this.bucketer = bucketer;
    this.buffers = buffers;
    this.copier = copier;
    this.clock = clock;
    this.metrics = metrics;
    this.files = RecoverableFiles.of(settings.basePath);
    this.guard = new SnapshotGuard(settings);
    this.subtask = task.getIndexOfThisSubtask();
    int writers = task.getNumberOfParallelSubtasks();
    this.identityStates = (task.getMaxNumberOfParallelSubtasks() + writers - 1) / writers;
    this.names = new FileNames(subtask, UUID.randomUUID());
    this.mark =
        Optional.ofNullable(settings.settled)
            .map(folder -> new SettledMark(folder, settings.epoch, subtask, writers));
    this.settled = mark.map(each -> new SettledRows(each, guard.erased()));
  }

  /** Starts without a snapshot, after everything that is published; see {@link Lineage#fresh}. */
  void start() throws IOException {
    if (subtask == 0) {
      // Before the lineage is made, so that it contains every publication that is completed here.
      new AnnouncedFiles(guard.log(), guard.erased()).complete();
    }
    lineage = Lineage.fresh(settings.epoch, guard.published());
    if (subtask == 0) {
      // From now on, a job that is replaced by this one can no longer publish.
      long now = clock.getCurrentProcessingTime();
      guard.log().put(Publication.committed(now, settings.epoch, 0), List.of());
      deleteOldMarks();
    }
    scheduleRoll();
  }

  /**
   * Records the start of a table that was added to a job, or of the first job of a generation: the
   * newest epoch is that of this job, and not of a batch that wrote to the table before.
   */
  private void recordStart() throws IOException {
    if (guard.log().list().stream().noneMatch(entry -> entry.epoch().equals(settings.epoch))) {
      guard
          .log()
          .put(
              Publication.committed(clock.getCurrentProcessingTime(), settings.epoch, 0),
              List.of());
    }
  }

  /** Starts a batch, which publishes its files itself, at the end; see {@link BatchRun}. */
  void startBatch() {
    lineage = Lineage.fresh(settings.epoch, List.of());
  }

  /**
   * Restores a snapshot and finishes its files before any row arrives; see {@link
   * InProgressFileRecovery}.
   *
   * @throws SnapshotRefusedException if rows from after the snapshot are already visible and the
   *     table must not be rewound
   */
  void restore(long checkpoint, Collection<RollingWriterState> states) throws IOException {
    Lineage snapshot = null;
    List<InProgressFileState> interrupted = new ArrayList<>();
    for (RollingWriterState state : states) {
      SinkIdentity.check(settings.identity, state.identity(), "a writer's state, " + state);
      snapshot = state.lineage();
      state.file().ifPresent(interrupted::add);
    }
    List<Publication> published = guard.published();
    if (snapshot == null) {
      lineage = Lineage.added(settings.epoch, checkpoint, published);
      if (subtask == 0) {
        if (mark.isPresent()) {
          // If the log cannot record this start, they would count.
          mark.get().deleteOthers();
        }
        recordStart();
      }
    } else {
      restore(snapshot, interrupted, published);
      if (subtask == 0 && !snapshot.epoch().equals(settings.epoch)) {
        deleteOldMarks();
      }
      lineage = snapshot.compacted(published).branch(settings.epoch, snapshot.checkpoint());
    }
    lastCheckpoint = snapshot == null ? checkpoint : snapshot.checkpoint();
    scheduleRoll();
  }

  private void restore(
      Lineage snapshot, List<InProgressFileState> interrupted, List<Publication> published)
      throws IOException {
    boolean rewinds = guard.mustRewind(snapshot, published);
    TableRewind rewind = new TableRewind(guard.log(), settings.rewound);
    List<Publication> after =
        rewinds ? SnapshotGuard.publishedAfter(snapshot, published) : List.of();
    boolean startsEpoch = !snapshot.epoch().equals(settings.epoch);
    InProgressFileRecovery recovery =
        new InProgressFileRecovery(
            settings.retries,
            rewind,
            guard.erased(),
            // Files are never rewound within an epoch.
            startsEpoch,
            rewind.files(after),
            snapshot,
            settings.identity);
    try {
      List<InProgressFileState> unfinished = recovery.unfinished(interrupted);
      // Subtask 0 of a new epoch announces itself even if it has no files to finish: from now on, a
      // job that is replaced by this one can no longer publish.
      if (unfinished.isEmpty() && !(startsEpoch && subtask == 0)) {
        return;
      }
      guard.announce(
          Publication.restored(
              clock.getCurrentProcessingTime(),
              settings.epoch,
              snapshot.epoch(),
              snapshot.checkpoint()),
          recovery.targets(unfinished),
          snapshot,
          published);
      if (startsEpoch && subtask == 0) {
        guard.log().takeOver(snapshot.branch(settings.epoch, snapshot.checkpoint()));
      }
      if (rewinds && subtask == 0) {
        int moved = rewind.withdraw(after);
        LOG.warn(
            "Rewound {} to checkpoint {}: {} files were moved to {}.",
            settings.basePath,
            snapshot.checkpoint(),
            moved,
            settings.rewound);
      }
      for (InProgressFileState file : unfinished) {
        recovery.finish(file);
        metrics.fileFinishedOnRestore();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while finishing the files of a snapshot.");
    }
  }

  /** Only saves space, since this epoch has recorded its start. */
  private void deleteOldMarks() {
    if (mark.isPresent()) {
      try {
        mark.get().deleteOthers();
      } catch (IOException | RuntimeException e) {
        LOG.warn("The settled marks of the jobs before this one are not deleted.", e);
      }
    }
  }

  @Override
  public void writeWatermark(Watermark watermark) {
    settled.ifPresent(rows -> rows.watermark(watermark.getTimestamp()));
  }

  @Override
  public void write(T row, Context context) throws IOException {
    String bucket = bucketer.apply(row);
    InProgressFile<T> file = open.get(bucket);
    if (file == null) {
      file = openFile(bucket);
    }
    long before = file.heapBytes();
    file.add(copier.apply(row));
    bufferedRows++;
    heapBytes += file.heapBytes() - before;
    if (file.bufferedRows() >= settings.rowGroupRows
        || file.bufferedRowBytes() >= settings.rowGroupBytes) {
      endRowGroup(file);
    }
    if (heapBytes > settings.memoryBytes) {
      freeMemory();
    }
    metrics.bufferChanged(bufferedRows, heapBytes);
  }

  private InProgressFile<T> openFile(String bucket) throws IOException {
    long now = clock.getCurrentProcessingTime();
    Path folder = bucket.isEmpty() ? settings.basePath : new Path(settings.basePath, bucket);
    InProgressFile<T> file =
        new InProgressFile<>(
            bucket,
            new Path(folder, names.next(now)),
            now,
            files,
            buffers.get(),
            settings.partBytes,
            metrics);
    open.put(bucket, file);
    settled.ifPresent(rows -> rows.opened(file.path()));
    heapBytes += file.heapBytes();
    metrics.filesChanged(open.values());
    return file;
  }

  private void endRowGroup(InProgressFile<T> file) throws IOException {
    file.endRowGroup(clock.getCurrentProcessingTime());
    metrics.rowGroupEnded();
    if (file.encodedBytes() >= settings.rollBytes) {
      roll(file, RollReason.SIZE);
    } else {
      updateTotals();
    }
  }

  /**
   * Reduces the heap of the open files to the memory limit. First, large row groups end early:
   * encoded rows are a fraction of their size, and the file stays open. Then files are finished,
   * the file with the most heap first. So each of them has at least its share of the memory, and a
   * flood of event days creates at most one file per (memory / open files) bytes. The file with the
   * most rows, most likely today's, is never finished here, unless it is the only one.
   */
  private void freeMemory() throws IOException {
    for (InProgressFile<T> file : new ArrayList<>(open.values())) {
      if (file.bufferedRowBytes() > settings.memoryBytes / LARGE_ROW_GROUP_DIVISOR
          && isAboveMemoryLimit()) {
        endRowGroup(file);
      }
    }
    while (isAboveMemoryLimit() && !open.isEmpty()) {
      InProgressFile<T> busiest =
          Collections.max(open.values(), comparingLong(InProgressFile::rows));
      InProgressFile<T> largest =
          open.values().stream()
              .filter(file -> file != busiest)
              .max(comparingLong(InProgressFile::heapBytes))
              .orElse(busiest);
      roll(largest, RollReason.MEMORY);
    }
  }

  private boolean isAboveMemoryLimit() {
    return heapBytes > settings.memoryBytes;
  }

  private void roll(InProgressFile<T> file, RollReason reason) throws IOException {
    CommittableFile finished =
        file.finish(
            settings.identity, lineage, lastCheckpoint + 1, clock.getCurrentProcessingTime());
    open.remove(file.bucket());
    rolled.add(finished);
    settled.ifPresent(rows -> rows.rolled(finished));
    metrics.fileRolled(reason, finished);
    LOG.debug("Rolled {}, {}.", finished, reason);
    updateTotals();
  }

  private void updateTotals() {
    bufferedRows = 0;
    heapBytes = 0;
    for (InProgressFile<T> file : open.values()) {
      bufferedRows += file.bufferedRows();
      heapBytes += file.heapBytes();
    }
    metrics.bufferChanged(bufferedRows, heapBytes);
    metrics.filesChanged(open.values());
  }

  private void scheduleRoll() {
    clock.registerTimer(
        settings.intervalEndAfter(clock.getCurrentProcessingTime()), this::rollByAge);
  }

  private void rollByAge(long time) throws IOException {
    // Uses the clock, not the timer's time, since a timer may fire late.
    long now = clock.getCurrentProcessingTime();
    for (InProgressFile<T> file : new ArrayList<>(open.values())) {
      if (settings.intervalEndAfter(file.openedAt()) <= now) {
        roll(file, RollReason.AGE);
      }
    }
    scheduleRoll();
  }

  @Override
  public void flush(boolean endOfInput) throws IOException {
    // Files stay open across checkpoints, so a checkpoint flushes nothing.
    if (endOfInput) {
      for (InProgressFile<T> file : new ArrayList<>(open.values())) {
        roll(file, RollReason.END_OF_INPUT);
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
    Lineage snapshot = lineage.at(checkpointId);
    List<RollingWriterState> states = new ArrayList<>();
    for (InProgressFile<T> file : open.values()) {
      states.add(new RollingWriterState(settings.identity, snapshot, file.snapshot()));
    }
    RollingWriterState identity = new RollingWriterState(settings.identity, snapshot, null);
    while (states.size() < identityStates) {
      states.add(identity);
    }
    lastCheckpoint = checkpointId;
    updateTotals();
    settled.ifPresent(SettledRows::checkpoint);
    return states;
  }

  /** Neither aborts nor completes an upload, since the last checkpoint refers to all of them. */
  @Override
  public void close() throws Exception {
    List<AutoCloseable> files = new ArrayList<>(open.values());
    open.clear();
    IOUtils.closeAll(files);
  }
}
