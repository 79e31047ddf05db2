package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.catalog.CatalogFile;
import io.clickstreamlake.local.process.PortRequest;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.tables.JobTables;
import io.clickstreamlake.local.tables.TableEvolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The processes of a stack on this machine: started, found again, stopped. {@link #client} uses
 * them.
 *
 * <pre>{@code
 * try (LocalStack stack = LocalStack.start(LocalStackSettings.in(root, state).build())) {
 *   StackClient client = stack.client();
 *   client.sendLines(file);
 *   client.crawl();
 *   client.query("SELECT count(*) FROM click_events").singleLong();
 * }
 * }</pre>
 *
 * <p>Until {@link #detach} the processes belong to this object: they end with {@link #close}, when
 * any part of the start fails, and when this JVM ends.
 */
public final class LocalStack implements AutoCloseable {

  /** Number of savepoints that are kept; {@link #stop} deletes older ones. */
  public static final int KEPT_SAVEPOINTS = 10;

  private static final String FLINK_RPC = "flink-rpc";
  private static final String FLINK_BLOB = "flink-blob";

  private final StateFolder state;
  private final ProcessGroup processes;
  private final StackClient client;
  private final StackLock lock;
  private final Optional<Thread> shutdownHook;
  private Optional<StackStart> start = Optional.empty();
  private Optional<LocalStackSettings> settings = Optional.empty();

  private LocalStack(
      StateFolder state,
      ProcessGroup processes,
      StackClient client,
      StackLock lock,
      Optional<Thread> shutdownHook) {
    this.state = state;
    this.processes = processes;
    this.client = client;
    this.lock = lock;
    this.shutdownHook = shutdownHook;
  }

  /** Starts a stack and returns when the job runs and the tables can be queried. */
  public static LocalStack start(LocalStackSettings settings) {
    return start(settings, StackProgress.SILENT);
  }

  /**
   * Starts a stack and returns when the job runs and the tables can be queried.
   *
   * @throws LakeException if any part does not start; all processes have ended then
   */
  public static LocalStack start(LocalStackSettings settings, StackProgress progress) {
    LocalStack stack = begin(settings, progress);
    stack.awaitJob();
    stack.awaitQueries();
    return stack;
  }

  /**
   * Starts a stack and returns at once; {@link #awaitJob} and {@link #awaitQueries} wait until it
   * can be used.
   */
  public static LocalStack begin(LocalStackSettings settings, StackProgress progress) {
    StateFolder state = new StateFolder(settings.state());
    // Also before the lock, which a demo holds: that a stack is running is the better message.
    requireNotRunning(state);
    new StackDisks(state).requireSpaceToStart();
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
    Ports ports = choosePorts(settings);
    StackEndpoints endpoints =
        StackEndpoints.onLoopback(service -> ports.of(service.portName()), settings.stream())
            .withCrawlInterval(settings.crawlInterval());
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    Thread hook = new Thread(() -> end(processes), "end-processes");
    Runtime.getRuntime().addShutdownHook(hook);
    StackClient client = new StackClient(new ProjectFiles(settings.root()), endpoints);
    LocalStack stack = new LocalStack(state, processes, client, lock, Optional.of(hook));
    try {
      endpoints.write(state.stackFile());
      stack.launch(settings, ports, progress);
      return stack;
    } catch (IOException e) {
      ports.close();
      stack.close();
      throw new LakeException(
          "The state folder " + state.root() + " cannot be written: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      ports.close();
      stack.close();
      throw e;
    }
  }

  private void launch(LocalStackSettings settings, Ports ports, StackProgress progress)
      throws IOException {
    // Both fail here if they are missing, and not after all processes have started.
    Path jar = client.project().jobJar();
    Optional<Path> snapshot = new StartSnapshot(client.project(), state).choose(settings);

    ProcessContext context =
        new ProcessContext(
            client.project(),
            state,
            client.endpoints(),
            HostAddress.LOOPBACK,
            settings,
            () ->
                // One TaskManager with a slot per parallel task.
                new FlinkProcesses.Cluster(
                    ports.of(FLINK_RPC), ports.of(FLINK_BLOB), settings.parallelism(), Map.of()),
            progress::note);
    Optional<SettingsTransition> transition = checkSettings(settings, context, progress);
    StackStart started =
        new StackStart(
            processes,
            context,
            client,
            () ->
                new LocalJob(client, state)
                    .submit(jar, snapshot, settings.parallelism(), transition, progress),
            progress);
    // Every process listens now, or the start has failed.
    started.whenDone(ports::close);
    start = Optional.of(started);
    this.settings = Optional.of(settings);
  }

  /** Checks the settings, reports how they differ from the last start, and may refuse them. */
  private Optional<SettingsTransition> checkSettings(
      LocalStackSettings settings, ProcessContext context, StackProgress progress)
      throws IOException {
    if (settings.transition().isPresent()) {
      settings.transition().get().prepare(state);
    }
    JobTables tables = context.flink().checkJobSettings();
    CatalogFile catalog = catalog();
    List<TableEvolution> changes =
        tables.evolve(table -> catalog.columns(LocalStackSettings.DATABASE, table));
    changes.forEach(change -> change.notes().forEach(progress::note));
    context.flink().requireColumns(tables.columnsOf(JobTables.EVENTS, changes));
    if (settings.transition().isEmpty()) {
      return Optional.empty();
    }
    SettingsTransition checked = settings.transition().get().checked(state);
    checked.report().forEach(progress::note);
    checked.requireAccepted();
    return Optional.of(checked);
  }

  private CatalogFile catalog() {
    try {
      return CatalogFile.open(state.catalogFile());
    } catch (IOException e) {
      throw new LakeException("The catalog cannot be read. " + e.getMessage(), e);
    }
  }

  private static Ports choosePorts(LocalStackSettings settings) {
    Map<String, PortRequest> requests = new LinkedHashMap<>();
    for (Service service : Service.withPort()) {
      requests.put(
          service.portName(),
          new PortRequest(
              service.defaultPort(), Optional.ofNullable(settings.ports().get(service))));
    }
    requests.put(FLINK_RPC, PortRequest.ANY);
    requests.put(FLINK_BLOB, PortRequest.ANY);
    return Ports.choose(requests);
  }

  /**
   * @throws LakeException if all processes of a stack are running on this folder
   */
  public static void requireNotRunning(StateFolder state) {
    if (living(state).containsAll(expected(state))) {
      throw new LakeException(
          "A stack is already running on "
              + state.root()
              + ". Use it, stop it with ./lake stop, or choose another state folder with --state.");
    }
  }

  /** Whether any process of a stack runs on a folder. */
  public static boolean runsOn(Path stateFolder) {
    return !living(new StateFolder(stateFolder)).isEmpty();
  }

  /** Ends processes that no launcher recorded. Call it if no stack runs on the folder. */
  public static void endOrphans(Path stateFolder) {
    StateFolder state = new StateFolder(stateFolder);
    if (Files.isDirectory(state.root())) {
      try (StackLock held = StackLock.take(state.lockFile())) {
        new Orphans(state).end();
      }
    }
  }

  /** Ends the processes that are left after a crash of the launcher or of some processes. */
  private static void endLeftovers(StateFolder state, StackProgress progress) {
    List<String> living = living(state);
    if (!living.isEmpty()) {
      progress.note("ending the processes left by an earlier stack: " + String.join(", ", living));
    }
    end(new ProcessGroup(state.pids(), state.logs()));
    forgetSupervisor(state);
    new Orphans(state).end();
    new FlinkScratch(state).clear();
  }

  /** Ends the supervisor first, which would start the others again. */
  private static void end(ProcessGroup processes) {
    processes.endWithoutChildren(SupervisorProcess.NAME);
    processes.end();
  }

  private static void forgetSupervisor(StateFolder state) {
    try {
      Files.deleteIfExists(state.supervision());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the processes that should run. */
  private static List<String> expected(StateFolder state) {
    List<String> names = new ArrayList<>();
    Service.processes().forEach(service -> names.add(service.key()));
    if (Files.exists(state.supervision())) {
      names.add(SupervisorProcess.NAME);
    }
    return names;
  }

  private static List<String> living(StateFolder state) {
    return new ProcessGroup(state.pids(), state.logs())
        .living().stream().map(ProcessGroup.Member::name).sorted().toList();
  }

  /**
   * Returns the stack that runs on a state folder.
   *
   * @throws NotRunningException if there is none
   */
  public static LocalStack attach(Path root, Path stateFolder) {
    StateFolder state = new StateFolder(stateFolder);
    ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
    if (processes.living().isEmpty() || !Files.exists(state.stackFile())) {
      throw new NotRunningException(state.root());
    }
    try {
      StackEndpoints endpoints = StackEndpoints.read(state.stackFile());
      return new LocalStack(
          state,
          processes,
          new StackClient(new ProjectFiles(root), endpoints),
          StackLock.none(),
          Optional.empty());
    } catch (IOException e) {
      throw new LakeException(state.stackFile() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns when the job runs: from now on it reads events as they arrive. */
  public void awaitJob() {
    await(StackStart::awaitJob);
  }

  /** Returns when all tables and views can be queried. */
  public void awaitQueries() {
    await(StackStart::awaitQueries);
  }

  private void await(Consumer<StackStart> part) {
    try {
      start.ifPresent(part);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Submits the job again, from its last checkpoint, after the JobManager was restarted. */
  public void continueJob(int parallelism, StackProgress progress) {
    new LocalJob(client, state)
        .submit(
            client.project().jobJar(),
            StartSnapshot.next(state),
            parallelism,
            Optional.empty(),
            progress);
  }

  /** The client of this stack. It is closed with this object. */
  public StackClient client() {
    return client;
  }

  public StateFolder state() {
    return state;
  }

  /** Each process that should run, by name, and the process if it is alive. */
  public Map<String, Optional<ProcessHandle>> processes() {
    Map<String, Optional<ProcessHandle>> all = new TreeMap<>();
    expected(state).forEach(name -> all.put(name, Optional.empty()));
    processes.living().forEach(member -> all.put(member.name(), Optional.of(member.process())));
    return all;
  }

  /** Whether a living process starts those again that have ended. */
  public boolean isSupervised() {
    return living(state).contains(SupervisorProcess.NAME);
  }

  /** Starts a process that starts the others again when they end, until the stack is stopped. */
  public void supervise() {
    try {
      new Supervision(
              client.project().root().toString(),
              settings.orElseThrow().parallelism(),
              start.orElseThrow().specs().stream().map(Supervision.Command::of).toList())
          .write(state.supervision());
    } catch (IOException e) {
      throw new LakeException(state.supervision() + " cannot be written: " + e.getMessage(), e);
    }
    processes.start(SupervisorProcess.spec(state));
  }

  /** Leaves the processes running when this JVM ends. */
  public LocalStack detach() {
    shutdownHook.ifPresent(Runtime.getRuntime()::removeShutdownHook);
    lock.close();
    return this;
  }

  /**
   * Stops the job with a savepoint, from which the next start continues, and ends all processes.
   *
   * @param progress receives each step
   */
  public void stop(StackProgress progress) {
    try (StackLock held = lock.isHeld() ? lock : StackLock.take(state.lockFile())) {
      processes.endWithoutChildren(SupervisorProcess.NAME);
      new LocalJob(client, state).stop(progress);
      Service.processes().stream()
          .filter(Service::endsBeforeOthers)
          .forEach(service -> processes.end(service.key()));
      end(processes);
      forgetSupervisor(state);
      new Orphans(state).end();
      new FlinkScratch(state).clear();
    }
  }

  /** Ends all processes, without a savepoint. The next start continues from the last checkpoint. */
  @Override
  public void close() {
    end(processes);
    forgetSupervisor(state);
    try {
      detach();
    } catch (IllegalStateException e) {
      // This JVM is ending, and its shutdown hook runs.
    }
    client.close();
  }
}
