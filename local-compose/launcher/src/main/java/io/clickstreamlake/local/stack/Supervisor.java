package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.Backoff;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.stack.Supervision.Command;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The supervisor of a stack without containers: it starts every service again that has ended, as
 * {@code restart: unless-stopped} does with containers.
 *
 * <p>A service that ends again soon is started after a growing pause. A new JobManager has no job,
 * so the job is submitted again, from its newest checkpoint.
 */
final class Supervisor {

  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** A service that ran for this long has no failed attempts any more. */
  private static final Duration STABLE = Duration.ofMinutes(1);

  private final ProcessGroup processes;
  private final List<Command> commands;
  private final Consumer<String> clean;
  private final Runnable submitJob;
  private final Executor submissionThread;
  private final Clock clock;
  private final Consumer<String> log;
  private final Map<String, Attempts> attempts = new HashMap<>();
  private final Attempts submissions = new Attempts();

  /** Number of times that the JobManager was started again, and the job with it. */
  private int jobManagers;

  private volatile int submitted;
  private volatile boolean submitting;

  /** The recent attempts to start one service. */
  private static final class Attempts {
    private Duration pause = Duration.ZERO;
    private Instant last = Instant.MIN;

    boolean isDue(Instant now) {
      if (last != Instant.MIN && now.isAfter(last.plus(STABLE).plus(pause))) {
        pause = Duration.ZERO;
      }
      return last == Instant.MIN || !now.isBefore(last.plus(pause));
    }

    void begin(Instant now) {
      last = now;
      pause = pause.isZero() ? BACKOFF.first() : BACKOFF.after(pause);
    }
  }

  /**
   * @param clean deletes what the named service left behind
   * @param submitJob submits the job from its newest snapshot, and throws a LakeException if Flink
   *     is not ready for it
   * @param submissionThread runs {@code submitJob}, which waits until the job runs: meanwhile the
   *     services that it needs may end
   * @param log receives one line per event
   */
  Supervisor(
      ProcessGroup processes,
      List<Command> commands,
      Consumer<String> clean,
      Runnable submitJob,
      Executor submissionThread,
      Clock clock,
      Consumer<String> log) {
    this.processes = processes;
    this.commands = List.copyOf(commands);
    this.clean = clean;
    this.submitJob = submitJob;
    this.submissionThread = submissionThread;
    this.clock = clock;
    this.log = log;
  }

  /** Starts what has ended, unless its pause is not over. */
  void turn() {
    Set<String> living =
        processes.living().stream().map(ProcessGroup.Member::name).collect(Collectors.toSet());
    for (Command command : commands) {
      if (!living.contains(command.name())) {
        restart(command);
      }
    }
    if (submitted != jobManagers && !submitting && submissions.isDue(clock.instant())) {
      submissions.begin(clock.instant());
      submitting = true;
      int jobManager = jobManagers;
      Duration pause = submissions.pause;
      submissionThread.execute(() -> submit(jobManager, pause));
    }
  }

  private void restart(Command command) {
    String name = command.name();
    Attempts recent = attempts.computeIfAbsent(name, unused -> new Attempts());
    if (!recent.isDue(clock.instant())) {
      return;
    }
    recent.begin(clock.instant());
    if (name.equals(Service.JOBMANAGER.key())) {
      jobManagers++;
    }
    log.accept(name + " has ended and is started again");
    try {
      clean.accept(name);
      processes.start(command.spec());
    } catch (LakeException | UncheckedIOException e) {
      log.accept(
          name + " cannot be started; next attempt in " + recent.pause + ": " + e.getMessage());
    }
  }

  private void submit(int jobManager, Duration pause) {
    try {
      submitJob.run();
      submitted = jobManager;
      log.accept("the job runs again");
    } catch (RuntimeException e) { // also a snapshot that is deleted while it is listed
      log.accept("the job does not run yet; next attempt in " + pause + ": " + e.getMessage());
    } finally {
      submitting = false;
    }
  }
}
