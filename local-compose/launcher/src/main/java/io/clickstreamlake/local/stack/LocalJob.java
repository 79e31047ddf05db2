package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.SnapshotRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The job of a stack without containers: submitted to the Flink cluster, and stopped with a
 * savepoint.
 */
final class LocalJob {

  private static final String WITHOUT_STATE =
      "\n  ./lake start --without-state        without a snapshot; it first says what may be lost"
          + "\n                                      or written twice";

  static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration SAVEPOINT_TIMEOUT = Duration.ofSeconds(60);

  private final StackClient client;
  private final StateFolder state;

  LocalJob(StackClient client, StateFolder state) {
    this.client = client;
    this.state = state;
  }

  /**
   * Submits the job and returns when all its tasks run.
   *
   * @param transition settings to remember; absent to keep those of the last start
   */
  void submit(
      Path jar,
      Optional<Path> snapshot,
      int parallelism,
      Optional<SettingsTransition> transition,
      StackProgress progress) {
    Instant begin = Instant.now();
    // Before the job runs: if this program is killed, the job still writes with these settings.
    transition.ifPresent(settings -> settings.store(state));
    try {
      String id = run(jar, snapshot, parallelism);
      RememberedSettings.read(state).writeBeside(state.checkpoints().resolve(id));
      client.jobSubmitted(id);
      client.endpoints().write(state.stackFile());
      client.flink().awaitRunning(id, START_TIMEOUT);
    } catch (SnapshotRefusedException e) {
      transition.ifPresent(settings -> settings.undo(state));
      throw withShortage(refused(snapshot, e));
    } catch (LakeException e) {
      transition.ifPresent(settings -> settings.undo(state));
      throw withShortage(e);
    } catch (IOException e) {
      transition.ifPresent(settings -> settings.undo(state));
      throw new UncheckedIOException(e);
    }
    try {
      StartSnapshot.startedFrom(state, snapshot, begin);
      JobSettingsFile.of(state).remove(RememberedSettings.ONCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    progress.ready(
        snapshot.map(path -> "Job, continuing from " + state.snapshots().name(path)).orElse("Job"),
        client.flinkUi() + "/#/job/running/" + client.endpoints().jobId().orElseThrow(),
        Duration.between(begin, Instant.now()));
  }

  /** The id of the job. The jar is not needed afterwards: Flink stores what the job consists of. */
  private String run(Path jar, Optional<Path> snapshot, int parallelism) {
    FlinkRest flink = client.flink();
    String uploaded = flink.upload(jar);
    try {
      return flink.run(
          uploaded,
          FlinkProcesses.JOB_CLASS,
          List.of("--config", state.jobSettings().toString()),
          snapshot.map(path -> path.toUri().toString()),
          parallelism);
    } finally {
      delete(uploaded);
    }
  }

  /** A jar that stays must not fail the start. */
  private void delete(String uploaded) {
    try {
      client.flink().delete(uploaded);
    } catch (LakeException ignored) {
      // The end of the stack deletes it.
    }
  }

  /** Flink does not always name a full disk: it may report state that it cannot restore. */
  private LakeException withShortage(LakeException failure) {
    return new StackDisks(state)
        .shortage(StackDisks.NEEDED_TO_RUN)
        .map(shortage -> new LakeException(shortage + "\n" + failure.getMessage(), failure))
        .orElse(failure);
  }

  private static LakeException refused(Optional<Path> snapshot, SnapshotRefusedException refusal) {
    return new LakeException(
        "The job does not start from "
            + snapshot.map(Path::toString).orElse("no snapshot")
            + ". It reports: "
            + refusal.getMessage()
            + "\nOn this machine:"
            + waysOut(refusal.reason()),
        refusal);
  }

  private static String waysOut(SnapshotRefusedException.Reason reason) {
    return switch (reason) {
      case OLDER_THAN_THE_TABLES ->
          "\n  ./lake start                        from the newest snapshot"
              + "\n  ./lake snapshots                    list all snapshots"
              + "\n  ./lake start --from-snapshot NAME --set sink.on-older-snapshot=REWIND"
              + "\n                                      go back to one of them on purpose"
              + WITHOUT_STATE;
      case LOST_POSITION ->
          "\n  ./lake start --set source.on-lost-position=TRIM_HORIZON"
              + "\n                                      read the stream from its oldest record; open"
              + "\n                                      files and the ids of de-duplication are kept"
              + WITHOUT_STATE;
      case UNREADABLE ->
          "\n  ./lake snapshots                    list all snapshots"
              + "\n  ./lake start --from-snapshot NAME --set sink.on-older-snapshot=REWIND"
              + "\n                                      go back to an older one; each event is"
              + " written once"
              + WITHOUT_STATE;
    };
  }

  /** Stops every active job with a savepoint, and deletes the oldest savepoints. */
  void stop(StackProgress progress) {
    try {
      for (String job : client.flink().activeJobs()) {
        stop(job, progress);
      }
    } catch (LakeException e) {
      progress.note(
          e.getMessage() + "\nThe job continues from its last checkpoint at the next start.");
    }
  }

  private void stop(String job, StackProgress progress) {
    URI folder = state.savepoints().toUri();
    try {
      String savepoint = client.flink().stopWithSavepoint(job, folder, SAVEPOINT_TIMEOUT);
      RememberedSettings.copy(
          state.checkpoints().resolve(job), Path.of(URI.create(savepoint).getPath()));
      StartSnapshot.stoppedWith(state, Path.of(URI.create(savepoint).getPath()));
      progress.note("savepoint " + savepoint);
      for (String old : state.snapshots().deleteSavepointsBut(LocalStack.KEPT_SAVEPOINTS)) {
        progress.note("deleted the old savepoint " + old);
      }
      state.snapshots().deleteCheckpointsBut(LocalStack.KEPT_SAVEPOINTS);
    } catch (LakeException e) {
      progress.note(
          e.getMessage()
              + "\nThe job is cancelled; the next start continues from its last checkpoint.");
      client.flink().cancel(job);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
