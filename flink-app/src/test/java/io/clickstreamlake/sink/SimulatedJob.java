package io.clickstreamlake.sink;

import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.sink.model.SimulatedCrash;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.parquet.example.data.Group;

/**
 * A job with this sink, as Flink runs it, on one thread: a replayable source of numbered rows,
 * writers, committer, checkpoints, failures, restores. State always goes through its serializers.
 *
 * <p>Whatever fails, a crash or an exception of the sink, ends the attempt, and the job restores
 * its last completed checkpoint. After each step the visible objects are read: all must be
 * readable, and may hold only rows from before the last completed checkpoint.
 */
final class SimulatedJob {

  private static final long START = 1_763_640_000_000L; // 2025-11-20T12:00:00Z
  private static final int MOST_RESTARTS = 200;

  /** What Flink keeps of a completed checkpoint. */
  private record Checkpoint(
      long id, long nextRow, List<byte[]> writerStates, List<byte[]> committables) {}

  /** One execution of the job's tasks. */
  private final class Attempt {
    final ManualClock clock = new ManualClock(time);
    final List<RollingParquetWriter<Visit>> writers = new ArrayList<>();
    final TreeMap<Long, List<CommittableFile>> pending = new TreeMap<>();
    final Committer<CommittableFile> committer = sink.createCommitter(null);
  }

  /** Something that may fail. */
  interface Step {
    void run() throws Exception;
  }

  private final ModelStore store;
  private final RollingParquetSink<Visit> sink;
  private final RollingWriterStateSerializer states = new RollingWriterStateSerializer();
  private final CommittableFileSerializer committables = new CommittableFileSerializer();
  private final Random random;
  private final boolean zombies;

  private int parallelism;
  private long time = START;
  private long nextRow;
  private long nextCheckpoint = 1;
  private Checkpoint completed = new Checkpoint(0, 0, List.of(), List.of());
  private Attempt attempt;
  private final List<Checkpoint> older = new ArrayList<>();
  private final List<Attempt> paused = new ArrayList<>();
  private final Map<String, List<Long>> seen = new HashMap<>();
  private final List<String> story = new ArrayList<>();
  private int restarts;

  /**
   * @param random decides what the job leaves open: orders, which tasks go on as zombies
   */
  SimulatedJob(
      ModelStore store,
      RollingParquetSink<Visit> sink,
      int parallelism,
      Random random,
      boolean zombies) {
    this.store = store;
    this.sink = sink;
    this.parallelism = parallelism;
    this.random = random;
    this.zombies = zombies;
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

  /** What happened, for the message of a test that failed. */
  String story() {
    return String.join("\n", story);
  }

  void start() throws IOException {
    restore();
  }

  void write(int rows) throws IOException {
    step(
        "write " + rows + " from " + nextRow,
        () -> {
          for (int i = 0; i < rows; i++) {
            long id = nextRow;
            attempt
                .writers
                .get((int) (id % attempt.writers.size()))
                .write(Visit.of(id, bucketOf(id)), null);
            nextRow++;
          }
        });
  }

  void advance(Duration duration) throws IOException {
    time += duration.toMillis();
    step("advance " + duration, () -> attempt.clock.advanceTo(time));
  }

  /**
   * @param completes whether all tasks acknowledge it
   * @param notified whether the tasks hear that it is complete
   */
  void checkpoint(boolean completes, boolean notified) throws IOException {
    step(
        "checkpoint "
            + nextCheckpoint
            + (completes ? "" : ", aborted")
            + (notified ? "" : ", not notified"),
        () -> {
          long id = nextCheckpoint++;
          snapshot(id, false, completes);
          if (completes && notified) {
            commitUpTo(id);
          }
        });
  }

  /** A failure outside of the sink. */
  void fail() throws IOException {
    step(
        "fail",
        () -> {
          throw new IOException("the job failed");
        });
  }

  /** Stop with savepoint, start with another parallelism. */
  void rescale(int newParallelism) throws IOException {
    step(
        "rescale to " + newParallelism,
        () -> {
          long id = nextCheckpoint++;
          snapshot(id, false, true);
          if (random.nextBoolean()) {
            commitUpTo(id);
          }
          parallelism = newParallelism;
          throw new IOException("stopped with savepoint");
        });
    parallelism = newParallelism;
    if (attempt.writers.size() != newParallelism) {
      endAttempt();
      restore();
    }
  }

  /** The input ends; the job finishes. */
  void finish(long rows) throws IOException {
    for (int i = 0; i < MOST_RESTARTS; i++) {
      int before = restarts;
      while (nextRow < rows) {
        write((int) Math.min(20, rows - nextRow));
      }
      step(
          "finish",
          () -> {
            for (RollingParquetWriter<Visit> writer : attempt.writers) {
              writer.flush(true);
            }
            long id = nextCheckpoint++;
            snapshot(id, true, true);
            commitUpTo(id);
          });
      if (restarts == before) {
        return;
      }
    }
    throw new AssertionError("The job never finished.");
  }

  /** A task that was paused goes on for a moment, not knowing that it was replaced. */
  void letZombieAct() throws IOException {
    if (paused.isEmpty()) {
      return;
    }
    Attempt zombie = paused.get(random.nextInt(paused.size()));
    story.add("zombie acts");
    try {
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
      paused.remove(zombie);
    }
    look();
  }

  private void step(String name, Step step) throws IOException {
    story.add(name);
    try {
      step.run();
    } catch (SnapshotRefusedException e) {
      throw new AssertionError("refused the newest snapshot", e);
    } catch (Exception | SimulatedCrash e) {
      story.add("  " + e);
      endAttempt();
      restore();
    }
    look();
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
          story.add("  close: " + e);
        }
      }
    }
    attempt = null;
  }

  private void snapshot(long id, boolean endOfInput, boolean completes) throws Exception {
    List<CommittableFile> files = new ArrayList<>();
    for (RollingParquetWriter<Visit> writer : attempt.writers) {
      writer.flush(endOfInput);
      files.addAll(writer.prepareCommit());
    }
    attempt.pending.put(id, files);
    List<byte[]> writerStates = new ArrayList<>();
    for (RollingParquetWriter<Visit> writer : attempt.writers) {
      for (RollingWriterState state : writer.snapshotState(id)) {
        writerStates.add(states.serialize(state));
      }
    }
    List<byte[]> pending = new ArrayList<>();
    for (List<CommittableFile> waiting : attempt.pending.values()) {
      for (CommittableFile file : waiting) {
        pending.add(committables.serialize(file));
      }
    }
    if (completes) {
      older.add(completed);
      completed = new Checkpoint(id, nextRow, writerStates, pending);
    }
  }

  private void commitUpTo(long checkpoint) throws Exception {
    while (!attempt.pending.isEmpty() && attempt.pending.firstKey() <= checkpoint) {
      commit(attempt, attempt.pending.firstEntry().getValue());
      attempt.pending.pollFirstEntry();
    }
  }

  private static void commit(Attempt attempt, List<CommittableFile> files) throws Exception {
    attempt.committer.commit(
        files.stream().map(MockCommitRequest::new).collect(Collectors.toList()));
  }

  private void restore() throws IOException {
    while (attempt == null) {
      if (++restarts > MOST_RESTARTS) {
        throw new AssertionError("The job never came up again.");
      }
      Attempt next = new Attempt();
      try {
        nextRow = completed.nextRow();
        boolean writersFirst = random.nextBoolean();
        if (writersFirst) {
          restoreWriters(next);
        }
        List<CommittableFile> files = new ArrayList<>();
        for (byte[] committable : completed.committables()) {
          files.add(committables.deserialize(committables.getVersion(), committable));
        }
        commit(next, files);
        if (!writersFirst) {
          restoreWriters(next);
        }
        attempt = next;
      } catch (SnapshotRefusedException e) {
        throw new AssertionError("refused the newest snapshot", e);
      } catch (Exception | SimulatedCrash e) {
        story.add("  restore: " + e);
        if (zombies && random.nextInt(3) == 0) {
          paused.add(next);
        }
      }
      look();
    }
  }

  private void restoreWriters(Attempt next) throws IOException {
    List<byte[]> shuffled = new ArrayList<>(completed.writerStates());
    Collections.shuffle(shuffled, random);
    for (int subtask = 0; subtask < parallelism; subtask++) {
      List<RollingWriterState> mine = new ArrayList<>();
      for (int i = subtask; i < shuffled.size(); i += parallelism) {
        mine.add(states.deserialize(states.getVersion(), shuffled.get(i)));
      }
      WriterContext context = new WriterContext(next.clock, subtask, parallelism);
      next.writers.add(
          (RollingParquetWriter<Visit>)
              (completed.id() == 0
                  ? sink.createWriter(context)
                  : sink.restoreWriter(context.restoredFrom(completed.id()), mine)));
    }
  }

  /** Reads what a reader of the table would see now. */
  private void look() throws IOException {
    for (Map.Entry<String, byte[]> object : store.objects().entrySet()) {
      if (!seen.containsKey(object.getKey())) {
        List<Long> ids = new ArrayList<>();
        for (Group row : new ParquetBytes(object.getValue()).rows()) {
          ids.add(row.getLong("id", 0));
        }
        seen.put(object.getKey(), ids);
        for (long id : ids) {
          if (id >= completed.nextRow()) {
            throw new AssertionError(
                "row %d is visible, and the last checkpoint ends before row %d"
                    .formatted(id, completed.nextRow()));
          }
        }
      }
    }
  }

  /** Tries to restore each snapshot before the last, as an operator might by mistake. */
  void restoreOlderSnapshots() throws IOException {
    store.faults(Faults.none());
    Checkpoint newest = completed;
    for (Checkpoint old : older) {
      List<Long> before = visibleRows();
      boolean wouldRepeat = before.stream().anyMatch(id -> id >= old.nextRow());
      if (old.id() > 0 && wouldRepeat) {
        completed = old;
        try {
          restoreWriters(new Attempt());
          throw new AssertionError(
              "checkpoint %d was restored, and rows from %d on are visible"
                  .formatted(old.id(), old.nextRow()));
        } catch (SnapshotRefusedException expected) {
          look();
          if (!visibleRows().equals(before)) {
            throw new AssertionError("a refused snapshot changed the table", expected);
          }
        }
      }
    }
    completed = newest;
  }

  /** The rows of all visible objects, sorted. */
  List<Long> visibleRows() {
    return seen.values().stream().flatMap(List::stream).sorted().toList();
  }
}
