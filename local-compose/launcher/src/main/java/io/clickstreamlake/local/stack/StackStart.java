package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The start of a stack without containers: every service starts as soon as the services that it
 * depends on are ready and prepared, so nearly all of them start at once.
 *
 * <pre>
 * kinesis ──────▶ stream ──┬─▶ archive
 * s3 ───────────▶ buckets ─┼─▶ job
 * jobmanager, taskmanager ─┘
 * catalog ──────▶ tables ──┬─▶ views
 * trino ───────────────────┘
 * </pre>
 */
final class StackStart {

  private static final Set<Service> NEEDED_BY_JOB =
      EnumSet.of(Service.KINESIS, Service.S3, Service.JOBMANAGER, Service.TASKMANAGER);
  private static final Set<Service> NEEDED_BY_QUERIES =
      EnumSet.of(Service.S3, Service.CATALOG, Service.TRINO);

  private final ProcessGroup processes;
  private final ProcessContext context;
  private final StackClient client;
  private final StackProgress progress;
  private final Executor threads = Executors.newCachedThreadPool(StackStart::daemon);
  private final Map<Service, CompletableFuture<Void>> ready = new EnumMap<>(Service.class);
  private final Map<Service, ProcessSpec> specs = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> jobRuns;
  private final CompletableFuture<Void> queriesRun;

  /** Begins to start all services, and returns at once. */
  StackStart(
      ProcessGroup processes,
      ProcessContext context,
      StackClient client,
      Runnable submitJob,
      StackProgress progress) {
    this.processes = processes;
    this.context = context;
    this.client = client;
    this.progress = progress;
    for (Service service : Service.processes()) {
      ready.put(service, after(service.dependencies(), () -> start(service)));
    }
    Set<Service> others = EnumSet.copyOf(ready.keySet());
    others.removeAll(NEEDED_BY_QUERIES);
    jobRuns =
        CompletableFuture.allOf(after(NEEDED_BY_JOB, submitJob::run), after(others, () -> {}));
    queriesRun = after(NEEDED_BY_QUERIES, client::createViews);
  }

  private void start(Service service) throws Exception {
    ProcessSpec spec = service.process(context);
    specs.put(service, spec);
    Duration took = processes.start(spec);
    service
        .location(context.endpoints())
        .ifPresent(location -> progress.ready(service.title(), location, took));
    service.prepare(client, context.settings());
  }

  /** The processes that were started. */
  Collection<ProcessSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** A step of the start, which may throw checked exceptions. */
  private interface Step {
    void run() throws Exception;
  }

  private CompletableFuture<Void> after(Collection<Service> services, Step step) {
    return CompletableFuture.allOf(
            services.stream().map(ready::get).toArray(CompletableFuture<?>[]::new))
        .thenRunAsync(() -> run(step), threads);
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "stack-start");
    thread.setDaemon(true);
    return thread;
  }

  /** Runs an action when all services are ready, or the start has failed. */
  void whenDone(Runnable action) {
    CompletableFuture.allOf(jobRuns, queriesRun).whenComplete((done, error) -> action.run());
  }

  /**
   * Returns when the job and every service outside the query engine run.
   *
   * @throws RuntimeException the first failure of any part of the start
   */
  void awaitJob() {
    await(jobRuns);
  }

  /**
   * Returns when all tables and views can be queried.
   *
   * @throws RuntimeException the first failure of any part of the start
   */
  void awaitQueries() {
    await(queriesRun);
  }

  private void await(CompletableFuture<Void> future) {
    // The first failure ends the wait: the awaited part might never complete after it.
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (CompletableFuture<Void> each : List.of(jobRuns, queriesRun)) {
      each.whenComplete(
          (done, error) -> {
            if (error != null) {
              failed.completeExceptionally(error);
            }
          });
    }
    try {
      CompletableFuture.anyOf(future, failed).join();
    } catch (CompletionException e) {
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
}
