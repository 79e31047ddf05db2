package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.FlinkConfiguration;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.SnapshotRefusedException;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.storage.Buckets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The pipeline on this machine.
 *
 * <pre>{@code
 * try (LocalStack stack = LocalStack.start(LocalStackSettings.in(root, state).build())) {
 *   stack.sendLines(file);
 *   stack.crawl();
 *   stack.query("SELECT count(*) FROM click_events").singleLong();
 * }
 * }</pre>
 *
 * <p>What starts depends on little else, so all starts at once:
 *
 * <pre>
 * kinesis ──────▶ stream ──┬─▶ archive
 * s3 ───────────▶ buckets ─┼─▶ job
 * flink-jobmanager, -taskmanager ─┘
 * catalog ──────▶ tables ──┬─▶ views
 * trino ───────────────────┘
 * </pre>
 *
 * Until {@link #detach} the processes belong to this object: they end with {@link #close}, when
 * anything fails, and when this JVM is told to end.
 */
public final class LocalStack extends RunningStack {

  private static final Duration JOB_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration SAVEPOINT_TIMEOUT = Duration.ofSeconds(60);

  /** So many savepoints stay; {@link #stop} deletes the oldest beyond them. */
  public static final int KEPT_SAVEPOINTS = 10;

  /** All processes of a stack that is up. */
  private static final List<String> PROCESSES =
      List.of(
          "archive", "catalog", "flink-jobmanager", "flink-taskmanager", "kinesis", "s3", "trino");

  private final StateFolder state;
  private final ProcessGroup processes;
  private final StackLock lock;
  private final Optional<Thread> hook;

  private volatile CompletableFuture<Void> jobRuns = CompletableFuture.completedFuture(null);
  private volatile CompletableFuture<Void> queriesRun = CompletableFuture.completedFuture(null);

  private LocalStack(
      StateFolder state,
      ProjectFiles project,
      ProcessGroup processes,
      StackAddress address,
      StackLock lock,
      Optional<Thread> hook) {
    super(project, address);
    this.state = state;
    this.processes = processes;
    this.lock = lock;
    this.hook = hook;
  }

  /** Starts a stack and returns when the job runs and the tables can be queried. */
  public static LocalStack start(LocalStackSettings settings) {
    return start(settings, StackProgress.SILENT);
  }

  /**
   * Starts a stack and returns when the job runs and the tables can be queried.
   *
   * @throws LakeException if anything does not start; all that was started has ended then
   */
  public static LocalStack start(LocalStackSettings settings, StackProgress progress) {
    LocalStack stack = begin(settings, progress);
    stack.awaitJob();
    stack.awaitQueries();
    return stack;
  }

  /**
   * Starts a stack and returns at once; {@link #awaitJob} and {@link #awaitQueries} tell when it
   * can be used.
   */
  public static LocalStack begin(LocalStackSettings settings, StackProgress progress) {
    StateFolder state = new StateFolder(settings.state());
    // Before the lock, too: a demo holds it, and the stack that runs is what a person must know.
    requireNotRunning(state);
    StackLock lock = StackLock.take(state.lockFile());
    try {
      return begin(settings, state, lock, progress);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static LocalStack begin(
      LocalStackSettings settings, StateFolder state, StackLock lock, StackProgress progress) {
    requireNotRunning(state);
    endLeftovers(state, progress);
    ProjectFiles project = new ProjectFiles(settings.root());
    Ports chosen = choosePorts(settings);
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      ports.put(service, chosen.of(service.key()));
    }
    StackAddress address = StackAddress.onLoopback(ports, settings.stream());
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    Thread hook = new Thread(processes::end, "end-processes");
    Runtime.getRuntime().addShutdownHook(hook);
    LocalStack stack = new LocalStack(state, project, processes, address, lock, Optional.of(hook));
    try {
      address.write(state.stackFile());
      stack.launch(settings, chosen, progress);
      return stack;
    } catch (IOException e) {
      chosen.close();
      stack.close();
      throw new LakeException(
          "The state folder " + state.root() + " cannot be written: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      chosen.close();
      stack.close();
      throw e;
    }
  }

  /**
   * @throws LakeException if all processes of a stack are running on this folder
   */
  public static void requireNotRunning(StateFolder state) {
    if (living(state).equals(PROCESSES)) {
      throw new LakeException(
          "A stack is running already on "
              + state.root()
              + ". Use it, end it with ./lake stop, or give this one a state folder of its own"
              + " with --state.");
    }
  }

  /** Whether any process of a stack runs on a folder. */
  public static boolean runsOn(Path stateFolder) {
    return !living(new StateFolder(stateFolder)).isEmpty();
  }

  /** After a crash of the launcher, or of some of the processes. */
  private static void endLeftovers(StateFolder state, StackProgress progress) {
    List<String> living = living(state);
    if (!living.isEmpty()) {
      progress.note("ending what is left of an earlier stack: " + String.join(", ", living));
    }
    new ProcessGroup(state.pids(), state.logs()).end();
  }

  private static List<String> living(StateFolder state) {
    return new ProcessGroup(state.pids(), state.logs())
        .living().stream().map(ProcessGroup.Member::name).sorted().toList();
  }

  private static Ports choosePorts(LocalStackSettings settings) {
    Map<String, Ports.Wish> wishes = new LinkedHashMap<>();
    for (Service service : Service.values()) {
      wishes.put(
          service.key(),
          new Ports.Wish(
              service.preferredPort(), Optional.ofNullable(settings.ports().get(service))));
    }
    wishes.put("flink-rpc", new Ports.Wish(0, Optional.empty()));
    wishes.put("flink-blob", new Ports.Wish(0, Optional.empty()));
    return Ports.choose(wishes);
  }

  private void launch(LocalStackSettings settings, Ports chosen, StackProgress progress)
      throws IOException {
    StackProcesses specs =
        new StackProcesses(project(), state, address(), NodeAddress.LOOPBACK, settings);
    FlinkConfiguration flink =
        specs.flinkConfiguration(chosen.of("flink-rpc"), chosen.of("flink-blob"));
    specs.writeJobSettings();
    // Both fail now, and not when everything else has started.
    Path jar = project().jobJar();
    Optional<Path> snapshot =
        settings
            .fromSnapshot()
            .map(name -> Optional.of(state.snapshots().find(name)))
            .orElseGet(state.snapshots()::newest);

    ExecutorService threads = Executors.newCachedThreadPool(LocalStack::daemon);
    CompletableFuture<Void> stream =
        run(
            threads,
            () -> {
              KinesaliteInstallation kinesalite =
                  KinesaliteInstallation.in(project().kinesalite(), settings.searchPath());
              List<String> command =
                  kinesalite.command(state.logs().resolve("npm.log"), progress::note);
              start(specs.kinesis(command), Service.KINESIS, progress);
              createStream(settings.shards());
            });
    CompletableFuture<Void> buckets =
        run(
            threads,
            () -> {
              start(specs.s3(), Service.S3, progress);
              createBuckets();
            });
    CompletableFuture<Void> archive =
        CompletableFuture.allOf(stream, buckets)
            .thenRunAsync(() -> startArchive(specs, progress), threads);
    CompletableFuture<Void> jobManager =
        run(threads, () -> start(specs.jobManager(flink), Service.FLINK, progress));
    CompletableFuture<Void> cluster =
        CompletableFuture.allOf(
            jobManager, run(threads, () -> processes.start(specs.taskManager(flink))));
    CompletableFuture<Void> tables =
        run(
            threads,
            () -> {
              start(specs.catalog(), Service.CATALOG, progress);
              createTables();
            });
    CompletableFuture<Void> trino =
        run(threads, () -> start(specs.trino(sql()::isReady), Service.TRINO, progress));

    jobRuns =
        CompletableFuture.allOf(
            archive,
            CompletableFuture.allOf(stream, buckets, cluster)
                .thenRunAsync(() -> startJob(jar, snapshot, progress), threads));
    queriesRun =
        CompletableFuture.allOf(tables, trino, buckets).thenRunAsync(this::createViews, threads);
    // Every process listens now, or the start has failed.
    CompletableFuture.allOf(jobRuns, queriesRun).whenComplete((done, error) -> chosen.close());
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "stack-start");
    thread.setDaemon(true);
    return thread;
  }

  /** A step of the start, which may throw checked exceptions. */
  private interface Step {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> run(ExecutorService threads, Step step) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            step.run();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }

  private void start(ProcessSpec spec, Service service, StackProgress progress) {
    Duration took = processes.start(spec);
    progress.ready(service.title(), endpoint(service).toString(), took);
  }

  private void startArchive(StackProcesses specs, StackProgress progress) {
    Duration took = processes.start(specs.archive());
    progress.ready("Raw archive, as Firehose", "s3://" + Buckets.RAW + "/raw/", took);
  }

  /** Starts the job on a cluster that has lost it with its JobManager, from its last checkpoint. */
  public void continueJob(StackProgress progress) {
    startJob(project().jobJar(), state.snapshots().newest(), progress);
  }

  private void startJob(Path jar, Optional<Path> snapshot, StackProgress progress) {
    Instant begin = Instant.now();
    FlinkRest rest = flink();
    String id =
        rest.run(
            rest.upload(jar),
            StackProcesses.JOB_CLASS,
            List.of("--config", state.jobSettings().toString()),
            snapshot.map(path -> path.toUri().toString()));
    jobIs(id);
    try {
      address().write(state.stackFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      rest.awaitRunning(id, JOB_TIMEOUT);
    } catch (SnapshotRefusedException e) {
      throw refused(snapshot, e);
    }
    progress.ready(
        snapshot.map(path -> "Job, continuing from " + state.snapshots().name(path)).orElse("Job"),
        flinkUi() + "/#/job/running/" + id,
        Duration.between(begin, Instant.now()));
  }

  private LakeException refused(Optional<Path> snapshot, SnapshotRefusedException refusal) {
    return new LakeException(
        "The job does not start from "
            + snapshot.map(Path::toString).orElse("no snapshot")
            + ". It says: "
            + refusal.getMessage()
            + "\nOn this machine:"
            + "\n  ./lake start                        from the newest snapshot"
            + "\n  ./lake snapshots                    all that there are"
            + "\n  ./lake start --from-snapshot NAME --set sink.on-older-snapshot=REWIND"
            + "\n                                      back to one of them on purpose",
        refusal);
  }

  /** Returns when the job runs: from now on events are read as they come. */
  public void awaitJob() {
    await(jobRuns);
  }

  /** Returns when all tables and views can be queried. */
  public void awaitQueries() {
    await(queriesRun);
  }

  private void await(CompletableFuture<Void> future) {
    try {
      // Whatever fails first ends the wait: the other may never come.
      CompletableFuture<Void> failed = new CompletableFuture<>();
      for (CompletableFuture<Void> each : List.of(jobRuns, queriesRun)) {
        each.whenComplete(
            (done, error) -> {
              if (error != null) {
                failed.completeExceptionally(error);
              }
            });
      }
      CompletableFuture.anyOf(future, failed).join();
    } catch (CompletionException e) {
      close();
      Throwable cause = e.getCause();
      if (cause instanceof CompletionException nested && nested.getCause() != null) {
        cause = nested.getCause();
      }
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new LakeException("The stack does not start: " + cause.getMessage(), cause);
    }
  }

  /**
   * The stack that runs on a state folder.
   *
   * @throws LakeException if none does
   */
  public static LocalStack attach(Path root, Path stateFolder) {
    StateFolder state = new StateFolder(stateFolder);
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    if (processes.living().isEmpty() || !Files.exists(state.stackFile())) {
      throw new NotRunningException(state.root());
    }
    try {
      return new LocalStack(
          state,
          new ProjectFiles(root),
          processes,
          StackAddress.read(state.stackFile()),
          StackLock.none(),
          Optional.empty());
    } catch (IOException e) {
      throw new LakeException(state.stackFile() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Leaves the processes running when this JVM ends. */
  public LocalStack detach() {
    hook.ifPresent(Runtime.getRuntime()::removeShutdownHook);
    lock.close();
    return this;
  }

  /**
   * Stops the job with a savepoint, from which the next start continues, and ends all processes.
   *
   * @param progress told what happens
   */
  public void stop(StackProgress progress) {
    try (StackLock held = lock.isHeld() ? lock : StackLock.take(state.lockFile())) {
      try {
        for (String job : flink().activeJobs()) {
          stopJob(job, progress);
        }
      } catch (LakeException e) {
        progress.note(
            e.getMessage() + "\nThe job continues from its last checkpoint at the next start.");
      }
      // Before S3 ends: it stores what waits.
      processes.end("archive");
      processes.end();
      // Copies of the job's jar, and scratch space: nothing that a start needs.
      new StateFolder(state.flink().resolve("uploads")).clear();
      new StateFolder(state.flink().resolve("tmp")).clear();
    }
  }

  private void stopJob(String job, StackProgress progress) {
    URI folder = state.savepoints().toUri();
    try {
      progress.note("savepoint " + flink().stopWithSavepoint(job, folder, SAVEPOINT_TIMEOUT));
      for (String old : state.snapshots().deleteSavepointsBut(KEPT_SAVEPOINTS)) {
        progress.note("deleted the old savepoint " + old);
      }
    } catch (LakeException e) {
      progress.note(
          e.getMessage()
              + "\nThe job is cancelled; the next start continues from its last checkpoint.");
      flink().cancel(job);
    }
  }

  /** Ends all processes, without a savepoint. The next start continues from the last checkpoint. */
  @Override
  public void close() {
    processes.end();
    detachQuietly();
    super.close();
  }

  private void detachQuietly() {
    try {
      detach();
    } catch (IllegalStateException e) {
      // This JVM is ending, and its shutdown hook runs.
    }
  }

  public StateFolder state() {
    return state;
  }

  /** Each process that should run, and whether it does. */
  public Map<String, Optional<ProcessHandle>> processes() {
    Map<String, Optional<ProcessHandle>> all = new TreeMap<>();
    PROCESSES.forEach(name -> all.put(name, Optional.empty()));
    processes.living().forEach(member -> all.put(member.name(), Optional.of(member.process())));
    return all;
  }
}
