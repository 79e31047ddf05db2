package io.clickstreamlake.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.LakeException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The part of Flink's REST interface that the launcher needs. */
public final class FlinkRest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Submitting runs the job's main method, which looks at the stream and may have to wait. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration POLL = Duration.ofMillis(200);

  /** What the job's sinks throw when rows from after a snapshot are in the tables already. */
  private static final String REFUSAL = "io.clickstreamlake.sink.SnapshotRefusedException: ";

  private final URI endpoint;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  public FlinkRest(URI endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * One job.
   *
   * @param state as Flink calls it, e.g. {@code RUNNING}
   * @param runningTasks tasks that run, of {@code tasks} in all
   */
  public record Job(String id, String name, String state, int runningTasks, int tasks) {

    public boolean allTasksRun() {
      return state.equals("RUNNING") && tasks > 0 && runningTasks == tasks;
    }

    public boolean ended() {
      return state.equals("FAILED") || state.equals("CANCELED") || state.equals("FINISHED");
    }
  }

  /** How many TaskManagers have registered. */
  public int taskManagers() {
    return get("/overview").path("taskmanagers").asInt();
  }

  /**
   * @return the id under which {@link #run} knows the jar
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

  /**
   * Runs the main method of a jar in the JobManager.
   *
   * @param snapshot savepoint or checkpoint to continue from
   * @return the id of the job
   * @throws LakeException if the job refuses to start; the message is the job's own
   */
  public String run(String jarId, String mainClass, List<String> args, Optional<String> snapshot) {
    ObjectNode body = JSON.createObjectNode();
    body.put("entryClass", mainClass);
    args.forEach(body.putArray("programArgsList")::add);
    snapshot.ifPresent(path -> body.put("savepointPath", path));
    return post("/jars/" + jarId + "/run", body).path("jobid").asText();
  }

  public Job job(String id) {
    JsonNode job = get("/jobs/" + id);
    int running = 0;
    int all = 0;
    for (JsonNode vertex : job.path("vertices")) {
      running += vertex.path("tasks").path("RUNNING").asInt();
      all += vertex.path("parallelism").asInt();
    }
    return new Job(id, job.path("name").asText(), job.path("state").asText(), running, all);
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

  /** What the last failure of a job says, if it failed or restarted. */
  public Optional<String> lastFailure(String id) {
    JsonNode entries = get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries");
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(StackTrace.rootMessage(entries.get(0).path("stacktrace").asText()));
  }

  /** What a job says that refuses its snapshot. To Flink that is a failure like others. */
  private Optional<String> refusal(String id) {
    for (JsonNode entry :
        get("/jobs/" + id + "/exceptions").path("exceptionHistory").path("entries")) {
      String trace = entry.path("stacktrace").asText();
      if (trace.contains(REFUSAL)) {
        return Optional.of(StackTrace.rootMessage(trace));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns when all tasks of a job run.
   *
   * @throws SnapshotRefusedException as soon as it refuses its snapshot: it would try again for
   *     ever
   * @throws LakeException if it ended or does not run in time; the message says why
   */
  public void awaitRunning(String id, Duration timeout) {
    Instant deadline = Instant.now().plus(timeout);
    while (true) {
      Job job = job(id);
      if (job.allTasksRun()) {
        return;
      }
      Optional<String> refusal = refusal(id);
      if (refusal.isPresent()) {
        throw new SnapshotRefusedException(refusal.get());
      }
      if (job.ended() || Instant.now().isAfter(deadline)) {
        throw new LakeException(
            "The job is "
                + job.state()
                + " with "
                + job.runningTasks()
                + " of "
                + job.tasks()
                + " tasks running"
                + lastFailure(id).map(failure -> ": " + failure).orElse(".")
                + "\nSee flink-taskmanager.log and flink-jobmanager.log in the log folder.");
      }
      pause();
    }
  }

  /**
   * Stops a job so that nothing is lost.
   *
   * @return address of the savepoint
   * @throws LakeException if no savepoint could be written; the job goes on
   */
  public String stopWithSavepoint(String id, URI folder, Duration timeout) {
    ObjectNode body = JSON.createObjectNode();
    // Not drained: a drained savepoint must never be continued from.
    body.put("targetDirectory", folder.toString()).put("drain", false);
    String trigger = post("/jobs/" + id + "/stop", body).path("request-id").asText();
    Instant deadline = Instant.now().plus(timeout);
    while (Instant.now().isBefore(deadline)) {
      JsonNode answer = get("/jobs/" + id + "/savepoints/" + trigger);
      if (answer.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = answer.path("operation");
        if (operation.has("location")) {
          return operation.path("location").asText();
        }
        throw new LakeException(
            "The savepoint failed: "
                + StackTrace.rootMessage(
                    operation.path("failure-cause").path("stack-trace").asText()));
      }
      pause();
    }
    throw new LakeException(
        "The savepoint was not complete within " + timeout.toSeconds() + " seconds.");
  }

  /** Cancels a job; its last checkpoint stays. */
  public void cancel(String id) {
    send(request("/jobs/" + id).method("PATCH", BodyPublishers.noBody()));
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
          "Flink at " + endpoint + " does not answer. See what runs with ./lake status.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while waiting for Flink.", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while waiting for Flink.", e);
    }
  }
}
