package io.clickstreamlake.sink;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.parquet.ParquetRewriter;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.sink.model.SimulatedCrash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.example.data.Group;

/**
 * A single-threaded simulation of a job with this sink, operated by Flink and a human operator: a
 * replayable source of numbered rows, writers, committer, checkpoints, savepoints, failures,
 * restores, submissions. State is always serialized.
 *
 * <p>Any crash, and any exception of the sink, ends the attempt, and the job restores its last
 * completed checkpoint. After each step all visible objects are read. They must be readable and may
 * contain only rows from before the last completed checkpoint; after each restore they must contain
 * exactly those rows.
 */
final class SimulatedJob {

  private static final long START = 1_763_640_000_000L; // 2025-11-20T12:00:00Z
  private static final int MAX_RESTARTS = 200;

  /** Creates the sink of a submission. */
  interface Sinks {
    RollingParquetSink<Visit> submit(String epoch, boolean rewind);
  }

  /**
   * The data that Flink stores in a checkpoint or savepoint.
   *
   * @param before the previous snapshot of this history
   * @param skipped rows before {@code nextRow} that a start without a snapshot skipped
   */
  private record Snapshot(
      long id,
      Snapshot before,
      long nextRow,
      BitSet skipped,
      List<byte[]> writerStates,
      List<byte[]> committables,
      SimulatedStream stream) {

    List<Long> rows() {
      List<Long> rows = new ArrayList<>();
      for (int row = 0; row < nextRow; row++) {
        if (!skipped.get(row) && stream.original(row) == row) {
          rows.add((long) row);
        }
      }
      return rows;
    }
  }

  /** One execution of the job's tasks. */
  private final class Attempt {
    final RollingParquetSink<Visit> sink;
    final ManualClock clock = new ManualClock(time);
    final List<RollingParquetWriter<Visit>> writers = new ArrayList<>();
    final TreeMap<Long, List<CommittableFile>> pending = new TreeMap<>();
    final Committer<CommittableFile> committer;

    /** Rows that were read, here or before the restored snapshot; their duplicates are dropped. */
    final BitSet seen = new BitSet();

    long watermark = Long.MIN_VALUE;
    long completed;

    Attempt(RollingParquetSink<Visit> sink, Snapshot from) {
      this.sink = sink;
      this.completed = from.id();
      this.seen.set(0, (int) from.nextRow());
      this.committer =
          sink.createCommitter(
              from.id() == 0 ? CommitterContext.fresh() : CommitterContext.restoredFrom(from.id()),
              Clock.fixed(Instant.ofEpochMilli(time), ZoneOffset.UTC));
    }
  }

  /** An action that may fail. */
  interface Step {
    void run() throws Exception;
  }

  private final ModelStore store;
  private final Sinks sinks;
  private final RollingWriterStateSerializer states = new RollingWriterStateSerializer();
  private final CommittableFileSerializer committables = new CommittableFileSerializer();
  private final Random random;
  private final boolean zombies;
  private final SimulatedStream stream;

  private RollingParquetSink<Visit> sink;
  private int submissions;
  private int parallelism;
  private long time = START;
  private long nextRow;
  private long nextCheckpoint = 1;
  private Snapshot completed;
  private Attempt attempt;

  /** All snapshots so far, including those of attempts that failed. */
  private final List<Snapshot> snapshots = new ArrayList<>();

  private final List<Attempt> paused = new ArrayList<>();
  private final Map<byte[], List<Long>> rowsOfObjects = new IdentityHashMap<>();
  private final List<String> history = new ArrayList<>();
  private int restarts;

  private long triedAt = -1;
  private final Set<Snapshot> tried = Collections.newSetFromMap(new IdentityHashMap<>());
  private int accepted;
  private int refused;
  private int rewound;

  private boolean isNewEpoch = true;
  private Optional<Instant> mark = Optional.empty();
  private int marksRead;

  /** Rows that were visible and then erased. */
  private final BitSet erased = new BitSet();

  private boolean erasureRecorded;
  private int erasures;

  /**
   * @param random decides everything that is nondeterministic: orders, which tasks become zombies
   * @param zombies whether tasks of failed attempts may resume later
   */
  SimulatedJob(
      ModelStore store,
      Sinks sinks,
      int parallelism,
      Random random,
      boolean zombies,
      SimulatedStream stream) {
    this.store = store;
    this.sinks = sinks;
    this.parallelism = parallelism;
    this.random = random;
    this.zombies = zombies;
    this.stream = stream;
    this.completed = new Snapshot(0, null, 0, new BitSet(), List.of(), List.of(), stream);
    this.sink = submit(false);
  }

  private RollingParquetSink<Visit> submit(boolean rewind) {
    isNewEpoch = true;
    // Sometimes two submissions start in one second.
    time += random.nextInt(4) == 0 ? 0 : 1_000;
    return sinks.submit("e" + submissions++, rewind);
  }

  static String bucketOf(long id) {
    if (id % 13 == 5) {
      return "day=" + (id % 4 + 3);
    }
    return id % 4 == 1 ? "day=2" : "day=1";
  }

  long nextRow() {
    return nextRow;
  }

  int restarts() {
    return restarts;
  }

  /** Number of snapshots that {@link #tryEverySnapshot} restored without a rewind. */
  int accepted() {
    return accepted;
  }

  /** Number of snapshots that were refused in {@link #tryEverySnapshot}. */
  int refused() {
    return refused;
  }

  /** Number of snapshots that {@link #tryEverySnapshot} restored with a rewind. */
  int rewound() {
    return rewound;
  }

  /** Number of visible files from which {@link #erase} removed rows. */
  int erasures() {
    return erasures;
  }

  /** All events so far, for the message of a failed test. */
  String history() {
    return String.join("\n", history);
  }

  void start() throws IOException {
    restore();
  }

  void write(int rows) throws IOException {
    step(
        "write " + rows + " from " + nextRow,
        () -> {
          List<Long> unread =
              new LinkedList<>(LongStream.range(nextRow, nextRow + rows).boxed().toList());
          long end = nextRow + rows;
          if (!stream.isPlain()) {
            Collections.shuffle(unread, random);
          }
          while (!unread.isEmpty()) {
            read(unread.remove(0));
            nextRow++;
            if (!stream.isPlain()) {
              attempt.watermark = stream.watermark(unread, end);
              sendWatermark(attempt);
            }
          }
        });
  }

  /** Waits until the watermark has reached all writers. */
  void idle() throws IOException {
    step(
        "idle",
        () -> {
          attempt.watermark = stream.watermark(List.of(), nextRow);
          for (RollingParquetWriter<Visit> writer : attempt.writers) {
            writer.writeWatermark(new Watermark(attempt.watermark));
          }
        });
  }

  private void read(long record) throws IOException {
    long id = stream.original(record);
    if (!attempt.seen.get((int) id)) {
      attempt.seen.set((int) id);
      attempt
          .writers
          .get((int) (id % attempt.writers.size()))
          .write(Visit.of(id, bucketOf(id)), null);
    }
  }

  /** The watermark reaches each writer at another time. */
  private void sendWatermark(Attempt to) {
    for (RollingParquetWriter<Visit> writer : to.writers) {
      if (random.nextInt(3) == 0) {
        writer.writeWatermark(new Watermark(to.watermark));
      }
    }
  }

  void advance(Duration duration) throws IOException {
    time += duration.toMillis();
    step("advance " + duration, () -> attempt.clock.advanceTo(time));
  }

  /**
   * @param completes whether all tasks acknowledge it
   * @param notified whether the tasks are notified that it is complete
   */
  void checkpoint(boolean completes, boolean notified) throws IOException {
    step(
        "checkpoint "
            + nextCheckpoint
            + (completes ? "" : ", aborted")
            + (notified ? "" : ", not notified"),
        () -> {
          long id = nextCheckpoint++;
          Snapshot snapshot = snapshot(id, false);
          if (completes) {
            complete(snapshot);
            if (notified) {
              commitUpTo(attempt, id);
            }
          }
        });
  }

  /** A savepoint of the running job: no task is notified, and no failure restores it. */
  void savepoint() throws IOException {
    step("savepoint " + nextCheckpoint, () -> snapshots.add(snapshot(nextCheckpoint++, false)));
  }

  /** Fails outside of the sink. */
  void fail() throws IOException {
    step(
        "fail",
        () -> {
          throw new IOException("the job failed");
        });
  }

  /** Stops with a savepoint and starts with another parallelism. */
  void rescale(int newParallelism) throws IOException {
    stopWithSavepoint("rescale to " + newParallelism, newParallelism, false);
  }

  /** Stops with a savepoint and starts as a new submission. */
  void update() throws IOException {
    stopWithSavepoint("update", parallelism, true);
  }

  private void stopWithSavepoint(String name, int newParallelism, boolean newSubmission)
      throws IOException {
    step(
        name,
        () -> {
          long id = nextCheckpoint++;
          complete(snapshot(id, false));
          if (random.nextBoolean()) {
            commitUpTo(attempt, id);
          }
          parallelism = newParallelism;
          sink = newSubmission ? submit(false) : sink;
          throw new IOException("stopped with savepoint");
        });
    parallelism = newParallelism;
    if (attempt.writers.size() != newParallelism) {
      endAttempt();
      restore();
    }
  }

  /**
   * Restores an earlier snapshot on purpose, with a rewind.
   *
   * @param age number of snapshots before the last one
   * @return false if there is no such snapshot, or it is refused, and the job continues unchanged
   */
  boolean rollBack(int age) throws IOException {
    if (age >= snapshots.size()) {
      return false;
    }
    Snapshot target = snapshots.get(snapshots.size() - 1 - age);
    if (tryRestore(target, true) == Outcome.REFUSED) {
      return false;
    }
    history.add("roll back to " + target.id());
    endAttempt();
    sink = submit(true);
    completed = target;
    nextCheckpoint = target.id() + 1;
    restore();
    return true;
  }

  /** Starts without a snapshot, from the row after the last visible one. */
  void startFresh() throws IOException {
    endAttempt();
    List<Long> visible = visibleRows();
    erased.stream().forEach(row -> visible.add((long) row));
    Collections.sort(visible);
    long next = visible.isEmpty() ? 0 : visible.get(visible.size() - 1) + 1;
    BitSet skipped = new BitSet();
    skipped.set(0, (int) next);
    visible.forEach(row -> skipped.clear(row.intValue()));
    history.add("start without a snapshot, from row " + next);
    sink = submit(false);
    completed = new Snapshot(0, null, next, skipped, List.of(), List.of(), stream);
    nextCheckpoint = 1;
    restore();
  }

  /**
   * Ends the input and finishes the job. The last attempt takes a checkpoint before the end of
   * input; see the limits of {@link RollingParquetSink}.
   *
   * @param rows total number of rows of the input
   */
  void finish(long rows) throws IOException {
    for (int i = 0; i < MAX_RESTARTS; i++) {
      int before = restarts;
      while (nextRow < rows) {
        write((int) Math.min(20, rows - nextRow));
      }
      checkpoint(true, true);
      if (restarts > before) {
        continue;
      }
      step(
          "finish",
          () -> {
            for (RollingParquetWriter<Visit> writer : attempt.writers) {
              writer.writeWatermark(new Watermark(Long.MAX_VALUE));
              writer.flush(true);
            }
            long id = nextCheckpoint++;
            complete(snapshot(id, true));
            commitUpTo(attempt, id);
          });
      if (restarts == before) {
        return;
      }
    }
    throw new AssertionError("The job never finished.");
  }

  /**
   * Erases some or all rows of a visible file, as another process does while the job runs. It may
   * crash before it replaces the file, and is repeated after any other fault.
   */
  void erase() throws IOException {
    List<String> keys = new ArrayList<>(store.objects().keySet());
    if (keys.isEmpty()) {
      return;
    }
    String key = keys.get(random.nextInt(keys.size()));
    byte[] object = store.objects().get(key);
    Set<Long> dropped = new HashSet<>();
    boolean all = random.nextInt(3) == 0;
    for (Group row : new ParquetBytes(object).rows()) {
      if (all || random.nextBoolean()) {
        dropped.add(row.getLong("id", 0));
      }
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    ParquetRewriter.Result result =
        new ParquetRewriter(new ParquetBytes(object), 3)
            .write(row -> dropped.contains((Long) row.get(0)), kept);
    boolean crashes = random.nextInt(4) == 0;
    history.add("erase %s of %s%s".formatted(dropped, key, crashes ? ", crashed" : ""));
    Path path = new Path(store.uri() + "/" + key);
    repeat(
        () ->
            new ErasedFiles(new Path(store.uri() + "/_sink/visits"))
                .record(path.getParent().getName(), path, object.length));
    erasureRecorded = true;
    if (crashes) {
      return;
    }
    dropped.forEach(row -> erased.set(row.intValue()));
    repeat(
        () -> {
          if (result.kept == 0) {
            path.getFileSystem().delete(path, false);
          } else {
            try (FSDataOutputStream out =
                path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE)) {
              out.write(kept.toByteArray());
            }
          }
        });
    erasures++;
    checkVisibleRows();
  }

  private void repeat(Step step) {
    while (true) {
      try {
        step.run();
        return;
      } catch (Exception | SimulatedCrash e) {
        history.add("  erase: " + e);
      }
    }
  }

  private List<Long> withoutErased(List<Long> rows) {
    return rows.stream().filter(row -> !erased.get(row.intValue())).collect(Collectors.toList());
  }

  /** Resumes a paused task for one action; it does not know that it was replaced. */
  void letZombieAct() throws IOException {
    if (paused.isEmpty()) {
      return;
    }
    Attempt zombie = paused.get(random.nextInt(paused.size()));
    history.add("zombie acts");
    try {
      if (random.nextInt(3) == 0) {
        commitUpTo(zombie, zombie.completed);
      }
      sendWatermark(zombie);
      for (RollingParquetWriter<Visit> writer : zombie.writers) {
        switch (random.nextInt(3)) {
          case 0 -> {
            for (int i = 0; i < 10; i++) {
              writer.write(Visit.of(1_000_000 + i, bucketOf(i)), null);
            }
          }
          case 1 -> zombie.clock.advanceTo(time + Duration.ofHours(1).toMillis());
          default -> {
            writer.prepareCommit();
            writer.snapshotState(nextCheckpoint);
          }
        }
      }
    } catch (Exception | SimulatedCrash e) {
      history.add("  zombie: " + e);
      paused.remove(zombie);
    }
    checkVisibleRows();
    checkMark();
  }

  private void step(String name, Step step) throws IOException {
    history.add(name);
    try {
      step.run();
    } catch (SnapshotRefusedException e) {
      throw new AssertionError("refused to publish, although it is the only job", e);
    } catch (Exception | SimulatedCrash e) {
      history.add("  " + e);
      endAttempt();
      restore();
    }
    checkVisibleRows();
    checkMark();
  }

  private void endAttempt() {
    if (attempt == null) {
      return;
    }
    if (zombies && random.nextInt(3) == 0) {
      paused.add(attempt);
    } else if (random.nextBoolean()) {
      for (RollingParquetWriter<Visit> writer : attempt.writers) {
        try {
          writer.close();
        } catch (Exception | SimulatedCrash e) {
          history.add("  close: " + e);
        }
      }
    }
    attempt = null;
  }

  private Snapshot snapshot(long id, boolean endOfInput) throws Exception {
    List<CommittableFile> files = new ArrayList<>();
    for (RollingParquetWriter<Visit> writer : attempt.writers) {
      writer.flush(endOfInput);
      for (CommittableFile file : writer.prepareCommit()) {
        // At the end of input Flink passes no checkpoint ID.
        files.add(endOfInput ? file : file.withCheckpoint(id));
      }
    }
    attempt.pending.put(id, files);
    List<byte[]> writerStates = new ArrayList<>();
    for (RollingParquetWriter<Visit> writer : attempt.writers) {
      for (RollingWriterState state : writer.snapshotState(id)) {
        writerStates.add(states.serialize(state));
      }
    }
    List<byte[]> pendingFiles = new ArrayList<>();
    for (List<CommittableFile> pending : attempt.pending.values()) {
      for (CommittableFile file : pending) {
        pendingFiles.add(committables.serialize(file));
      }
    }
    return new Snapshot(
        id, completed, nextRow, completed.skipped(), writerStates, pendingFiles, stream);
  }

  private void complete(Snapshot snapshot) {
    snapshots.add(snapshot);
    completed = snapshot;
    attempt.completed = snapshot.id();
  }

  private static void commitUpTo(Attempt attempt, long checkpoint) throws Exception {
    while (!attempt.pending.isEmpty() && attempt.pending.firstKey() <= checkpoint) {
      commit(attempt, attempt.pending.firstEntry().getValue());
      attempt.pending.pollFirstEntry();
    }
  }

  private static void commit(Attempt attempt, List<CommittableFile> files) throws Exception {
    if (!files.isEmpty()) {
      attempt.committer.commit(
          files.stream().map(MockCommitRequest::new).collect(Collectors.toList()));
    }
  }

  private void restore() throws IOException {
    while (attempt == null) {
      if (++restarts > MAX_RESTARTS) {
        throw new AssertionError("The job never recovered.");
      }
      Attempt next = new Attempt(sink, completed);
      try {
        nextRow = completed.nextRow();
        boolean writersFirst = random.nextBoolean();
        if (writersFirst) {
          restoreWriters(next, completed, parallelism);
        }
        commitRestored(next, completed);
        if (!writersFirst) {
          restoreWriters(next, completed, parallelism);
        }
        attempt = next;
        checkMark();
        if (isNewEpoch && mark.isPresent()) {
          throw new AssertionError("a mark of an earlier epoch counts: " + mark.get());
        }
        isNewEpoch = false;
        if (!visibleRows().equals(expectedRows())) {
          throw new AssertionError(
              "restored" + difference(completed, visibleRows(), store, Set.of()));
        }
      } catch (SnapshotRefusedException e) {
        throw new AssertionError("refused the newest snapshot", e);
      } catch (Exception | SimulatedCrash e) {
        history.add("  restore: " + e);
        if (zombies && random.nextInt(3) == 0) {
          paused.add(next);
        }
      }
    }
  }

  private void commitRestored(Attempt next, Snapshot from) throws Exception {
    List<CommittableFile> files = new ArrayList<>();
    for (byte[] committable : from.committables()) {
      files.add(committables.deserialize(committables.getVersion(), committable));
    }
    commit(next, files);
  }

  private void restoreWriters(Attempt next, Snapshot from, int writers) throws IOException {
    List<byte[]> shuffled = new ArrayList<>(from.writerStates());
    Collections.shuffle(shuffled, random);
    for (int subtask = 0; subtask < writers; subtask++) {
      next.writers.add(restoreWriter(next, from, shuffled, subtask, writers));
    }
  }

  private RollingParquetWriter<Visit> restoreWriter(
      Attempt next, Snapshot from, List<byte[]> shuffled, int subtask, int writers)
      throws IOException {
    List<RollingWriterState> mine = new ArrayList<>();
    for (int i = subtask; i < shuffled.size(); i += writers) {
      mine.add(states.deserialize(states.getVersion(), shuffled.get(i)));
    }
    WriterContext context = new WriterContext(next.clock, subtask, writers);
    return (RollingParquetWriter<Visit>)
        (from.id() == 0
            ? next.sink.createWriter(context)
            : next.sink.restoreWriter(context.restoredFrom(from.id()), mine));
  }

  /** Checks that only rows from before the last completed checkpoint are visible. */
  private void checkVisibleRows() throws IOException {
    Set<Long> allowed = new HashSet<>(expectedRows());
    for (long row : visibleRows()) {
      if (!allowed.contains(row)) {
        throw new AssertionError(
            "row %d is visible, but it was erased, or the last checkpoint ends before it, at row %d"
                .formatted(row, completed.nextRow()));
      }
    }
  }

  /**
   * Checks the settled mark that a reader would find now: each record that arrived before it is
   * visible once, and no failure lets the job read the record again.
   */
  private void checkMark() throws IOException {
    if (stream.isPlain()) {
      return;
    }
    try (ModelStore fork = store.fork()) {
      mark = SettledMark.read(new Path(fork.uri() + "/_sink/visits"));
    }
    if (mark.isEmpty()) {
      return;
    }
    marksRead++;
    List<Long> visible = visibleRows();
    for (long record = 0;
        stream.watermark(List.of(), record) < mark.get().toEpochMilli();
        record++) {
      long row = stream.original(record);
      if (stream.arrival(record) < mark.get().toEpochMilli()
          && !completed.skipped().get((int) row)
          && (Collections.frequency(visible, row) != (erased.get((int) row) ? 0 : 1)
              || row >= completed.nextRow())) {
        throw new AssertionError(
            "record %d arrived before the mark %s, but row %d is visible %d times, and the last checkpoint ends before record %d"
                .formatted(
                    record,
                    mark.get(),
                    row,
                    Collections.frequency(visible, row),
                    completed.nextRow()));
      }
    }
  }

  /** Number of times that there was a settled mark. */
  int marksRead() {
    return marksRead;
  }

  /** The settled mark after the last step. */
  Optional<Instant> mark() {
    return mark;
  }

  private enum Outcome {
    RESTORED,
    REWOUND,
    REFUSED
  }

  /**
   * Tries to restore every snapshot so far, with and without a rewind, as an operator might do on
   * purpose or by mistake. Each attempt runs on a copy of the store.
   */
  void tryEverySnapshot() throws IOException {
    if (triedAt != store.changes()) {
      triedAt = store.changes();
      tried.clear();
    }
    Set<Snapshot> past = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Snapshot snapshot = completed; snapshot != null; snapshot = snapshot.before()) {
      past.add(snapshot);
    }
    for (Snapshot snapshot : snapshots) {
      if (!tried.add(snapshot)) {
        continue;
      }
      Outcome strict = tryRestore(snapshot, false);
      if (strict == Outcome.REFUSED) {
        refused++;
      } else {
        accepted++;
      }
      if (snapshot == completed && strict == Outcome.REFUSED) {
        throw new AssertionError("refused the newest snapshot, " + snapshot.id());
      }
      Outcome lenient = strict == Outcome.REFUSED ? tryRestore(snapshot, true) : strict;
      if (lenient == Outcome.REWOUND) {
        rewound++;
      }
      // No rewind brings erased rows back.
      if (past.contains(snapshot) && lenient == Outcome.REFUSED && !erasureRecorded) {
        throw new AssertionError(
            "refused to rewind to " + snapshot.id() + ", which the job descends from");
      }
    }
  }

  private static String difference(
      Snapshot snapshot, List<Long> visible, ModelStore store, Set<String> before) {
    List<Long> missing = new ArrayList<>(snapshot.rows());
    List<Long> extra = new ArrayList<>(visible);
    missing.removeAll(new HashSet<>(visible));
    snapshot.rows().forEach(extra::remove);
    return " checkpoint %d: missing rows %s, extra rows %s; objects before\n%s\nobjects now\n%s"
        .formatted(
            snapshot.id(),
            missing,
            extra,
            String.join("\n", new java.util.TreeSet<>(before)),
            String.join("\n", store.allObjects().keySet()));
  }

  private Outcome tryRestore(Snapshot snapshot, boolean rewind) throws IOException {
    try (ModelStore fork = store.fork()) {
      fork.faults(Faults.none());
      Map<String, byte[]> before = Map.copyOf(fork.allObjects());
      Attempt next = new Attempt(sinks.submit("try" + submissions, rewind), snapshot);
      Exception refusal = null;
      int writers = 1 + random.nextInt(3);
      List<byte[]> shuffled = new ArrayList<>(snapshot.writerStates());
      Collections.shuffle(shuffled, random);
      List<Integer> tasks = new ArrayList<>(List.of(-1));
      for (int subtask = 0; subtask < writers; subtask++) {
        tasks.add(subtask);
      }
      Collections.shuffle(tasks, random);
      // Each task decides without waiting for the others.
      for (int task : tasks) {
        try {
          if (task < 0) {
            commitRestored(next, snapshot);
          } else {
            restoreWriter(next, snapshot, shuffled, task, writers);
          }
        } catch (SnapshotRefusedException e) {
          refusal = e;
        }
      }
      if (refusal == null) {
        List<Long> visible = visibleRows(fork);
        if (!visible.equals(withoutErased(snapshot.rows()))) {
          throw new AssertionError(
              (rewind ? "rewound to" : "restored")
                  + difference(snapshot, visible, fork, before.keySet()));
        }
        return rewind ? Outcome.REWOUND : Outcome.RESTORED;
      }
      if (!fork.allObjects().keySet().equals(before.keySet())
          || before.entrySet().stream()
              .anyMatch(o -> fork.allObjects().get(o.getKey()) != o.getValue())) {
        throw new AssertionError(
            "refused checkpoint %d, but the store changed".formatted(snapshot.id()), refusal);
      }
      return Outcome.REFUSED;
    } catch (AssertionError e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(
          "checkpoint %d was neither restored nor refused".formatted(snapshot.id()), e);
    }
  }

  /** The rows of all visible objects, sorted. */
  List<Long> visibleRows() throws IOException {
    return visibleRows(store);
  }

  /** The rows that must be visible after the job has finished. */
  List<Long> expectedRows() {
    return withoutErased(completed.rows());
  }

  private List<Long> visibleRows(ModelStore of) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (byte[] object : of.objects().values()) {
      List<Long> ids = rowsOfObjects.get(object);
      if (ids == null) {
        ids = new ArrayList<>();
        for (Group row : new ParquetBytes(object).rows()) {
          ids.add(row.getLong("id", 0));
        }
        rowsOfObjects.put(object, ids);
      }
      rows.addAll(ids);
    }
    Collections.sort(rows);
    return rows;
  }
}
