package io.clickstreamlake.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.Polling;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** A client of Flink's REST API, as far as the launcher needs it. */
public final class FlinkRest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Submission runs the job's main method, which may wait for the stream. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(200);

  private final URI endpoint;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  public FlinkRest(URI endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * One job.
   *
   * @param state in Flink's terms, such as {@code RUNNING}
   * @param parallelism of the most parallel step
   * @param runningTasks number of running tasks, out of {@code tasks}
   */
  public record Job(
      String id, String name, String state, int parallelism, int runningTasks, int tasks) {

    public boolean allTasksRun() {
      return state.equals("RUNNING") && tasks > 0 && runningTasks == tasks;
    }

    public boolean ended() {
      return state.equals("FAILED") || state.equals("CANCELED") || state.equals("FINISHED");
    }
  }

  /** Number of registered TaskManagers. */
  public int taskManagers() {
    return get("/overview").path("taskmanagers").asInt();
  }

  /**
   * @return the id of the jar, for {@link #run}
   */
  public String upload(Path jar) {
    String boundary = "lake" + UUID.randomUUID();
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
            + jar.getFileName()
            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
    String tail = "\r\n--" + boundary + "--\r\n";
    BodyPublisher body;
    try {
      body =
          BodyPublishers.concat(
              BodyPublishers.ofString(head),
              BodyPublishers.ofFile(jar),
              BodyPublishers.ofString(tail));
    } catch (IOException e) {
      throw new LakeException("The job's jar " + jar + " cannot be read: " + e.getMessage(), e);
    }
    JsonNode answer =
        send(
            request("/jars/upload")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(body));
    String file = answer.path("filename").asText();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Deletes an uploaded jar. Jobs that run do not need it. */
  public void delete(String jarId) {
    send(request("/jars/" + jarId).DELETE());
  }

  /**
   * Runs the main method of a jar in the JobManager.
   *
   * @param snapshot savepoint or checkpoint to continue from
   * @param parallelism of the job; without it Flink would use 1, whatever its configuration says
   * @return the id of the job
   * @throws LakeException if the job refuses to start; the message is that of the job
   */
  public String run(
      String jarId,
      String mainClass,
      List<String> args,
      Optional<String> snapshot,
      int parallelism) {
    ObjectNode body = JSON.createObjectNode();
    body.put("parallelism", parallelism);
    body.put("entryClass", mainClass);
    args.forEach(body.putArray("programArgsList")::add);
    snapshot.ifPresent(path -> body.put("savepointPath", path));
    return post("/jars/" + jarId + "/run", body).path("jobid").asText();
  }

  public Job job(String id) {
    JsonNode job = get("/jobs/" + id);
    int parallelism = 0;
    int running = 0;
    int all = 0;
    for (JsonNode vertex : job.path("vertices")) {
      running += vertex.path("tasks").path("RUNNING").asInt();
      all += vertex.path("parallelism").asInt();
      parallelism = Math.max(parallelism, vertex.path("parallelism").asInt());
    }
    return new Job(
        id, job.path("name").asText(), job.path("state").asText(), parallelism, running, all);
  }

  /** Jobs that have not ended. */
  public List<String> activeJobs() {
    List<String> active = new ArrayList<>();
    for (JsonNode job : get("/jobs").path("jobs")) {
      if (!List.of("FAILED", "CANCELED", "FINISHED").contains(job.path("status").asText())) {
        active.add(job.path("id").asText());
      }
    }
    return active;
  }

  /** The message of the last failure of a job, if it failed or restarted. */
  public Optional<String> lastFailure(String id) {
    JsonNode entries = get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries");
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(StackTrace.rootMessage(entries.get(0).path("stacktrace").asText()));
  }

  /** The message of a job that refuses its snapshot, which Flink treats like any failure. */
  private Optional<SnapshotRefusedException> refusal(String id) {
    for (JsonNode entry :
        get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries")) {
      String trace = entry.path("stacktrace").asText();
      for (SnapshotRefusedException.Reason reason : SnapshotRefusedException.Reason.values()) {
        if (trace.contains(reason.exception)) {
          return Optional.of(new SnapshotRefusedException(reason, StackTrace.rootMessage(trace)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns when all tasks of a job run.
   *
   * @throws SnapshotRefusedException as soon as the job refuses its snapshot, because it would
   *     restart forever
   * @throws LakeException if the job ended or does not run in time; the message has the reason
   */
  public void awaitRunning(String id, Duration timeout) {
    boolean runs =
        new Polling("the job", POLL)
            .until(
                timeout,
                () -> {
                  Job job = job(id);
                  if (!job.allTasksRun()) {
                    refusal(id)
                        .ifPresent(
                            refused -> {
                              throw refused;
                            });
                    if (job.ended()) {
                      throw notRunning(job);
                    }
                  }
                  return job.allTasksRun();
                });
    if (!runs) {
      throw notRunning(job(id));
    }
  }

  private LakeException notRunning(Job job) {
    return new LakeException(
        "The job is "
            + job.state()
            + " with "
            + job.runningTasks()
            + " of "
            + job.tasks()
            + " tasks running"
            + lastFailure(job.id()).map(failure -> ": " + failure).orElse(".")
            + "\nSee taskmanager.log and jobmanager.log in the log folder.");
  }

  /**
   * Stops a job without losing events.
   *
   * @return location of the savepoint
   * @throws LakeException if no savepoint could be written; the job continues
   */
  public String stopWithSavepoint(String id, URI folder, Duration timeout) {
    ObjectNode body = JSON.createObjectNode();
    // Not drained: a job must never continue from a drained savepoint.
    body.put("targetDirectory", folder.toString()).put("drain", false);
    String trigger = post("/jobs/" + id + "/stop", body).path("request-id").asText();
    AtomicReference<JsonNode> answer = new AtomicReference<>();
    boolean completed =
        new Polling("the savepoint", POLL)
            .until(
                timeout,
                () -> {
                  answer.set(get("/jobs/" + id + "/savepoints/" + trigger));
                  return answer.get().path("status").path("id").asText().equals("COMPLETED");
                });
    if (!completed) {
      throw new LakeException(
          "The savepoint was not complete within " + timeout.toSeconds() + " seconds.");
    }
    JsonNode operation = answer.get().path("operation");
    if (!operation.has("location")) {
      throw new LakeException(
          "The savepoint failed: "
              + StackTrace.rootMessage(
                  operation.path("failure-cause").path("stack-trace").asText()));
    }
    return operation.path("location").asText();
  }

  /** Cancels a job; its last checkpoint is kept. */
  public void cancel(String id) {
    send(request("/jobs/" + id).method("PATCH", BodyPublishers.noBody()));
  }

  /** What the metrics of a job tell at the moment. */
  public JobFigures figures(String id) {
    return JobFigures.read(this::get, id);
  }

  /** A setting of the job that it shows to Flink, as text. */
  public Optional<String> jobSetting(String id, String name) {
    JsonNode value =
        get("/jobs/" + id + "/config").path("execution-config").path("user-config").path(name);
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  private JsonNode get(String path) {
    return send(request(path).GET());
  }

  private JsonNode post(String path, ObjectNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(REQUEST_TIMEOUT);
  }

  private JsonNode send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response =
          client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
      JsonNode body = JSON.readTree(response.body());
      if (response.statusCode() >= 400) {
        StringBuilder errors = new StringBuilder();
        body.path("errors").forEach(error -> errors.append(error.asText()).append('\n'));
        throw new LakeException(StackTrace.rootMessage(errors.toString()));
      }
      return body;
    } catch (IOException e) {
      throw new LakeException(
          "Flink at " + endpoint + " does not answer. Check the services with ./lake status.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while waiting for Flink.", e);
    }
  }
}
