package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.flink.JobFigures;
import io.clickstreamlake.local.stack.RowDelay;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackAdvice;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The report of {@code lake status}, as lines for people and as JSON for programs. */
final class StatusReport {

  private static final String UNKNOWN = "not known yet";

  private final List<String> lines = new ArrayList<>();
  private final List<String> advice = new ArrayList<>();
  private final ObjectNode json = new ObjectMapper().createObjectNode();
  private boolean healthy = true;

  StatusReport(String title) {
    lines.add(title);
    json.put("stack", title);
  }

  /**
   * @param state shown if the service runs, or has ended as it should
   * @param where its log or container
   */
  void service(String name, String state, boolean runs, String where) {
    healthy &= runs;
    lines.add(
        String.format(Locale.ROOT, "  %-18s %-12s %s", name, runs ? state : "NOT RUNNING", where));
    json.withArray("/services").addObject().put("name", name).put("running", runs);
  }

  void endpoints(StackClient stack) {
    ObjectNode urls = json.putObject("endpoints");
    for (Service service : Service.withPort()) {
      line(service.title(), stack.endpoint(service));
      urls.put(service.key(), stack.endpoint(service).toString());
    }
    line("stream", stack.streamName());
    json.put("stream", stack.streamName());
  }

  void figures(StackFigures stack, Instant now) {
    job(stack);
    stack.figures().ifPresent(figures -> flink(stack, figures, now));
    tables(stack, now);
    stack
        .disk()
        .ifPresent(
            disk -> {
              line(
                  "disk",
                  StackAdvice.bytes(disk.free())
                      + " free; the state folder has "
                      + StackAdvice.bytes(disk.used()));
              json.putObject("disk").put("freeBytes", disk.free()).put("usedBytes", disk.used());
            });
  }

  private void job(StackFigures stack) {
    ObjectNode node = json.putObject("job");
    stack
        .job()
        .ifPresentOrElse(
            job -> {
              line(
                  "job",
                  job.state()
                      + ", "
                      + job.runningTasks()
                      + " of "
                      + job.tasks()
                      + " tasks running");
              node.put("id", job.id()).put("state", job.state());
              node.put("runningTasks", job.runningTasks()).put("tasks", job.tasks());
            },
            () -> line("job", "none"));
    stack.lastFailure().ifPresent(failure -> line("its last failure", failure));
    node.put("lastFailure", stack.lastFailure().orElse(null));
  }

  private void flink(StackFigures stack, JobFigures figures, Instant now) {
    line("restarts", figures.restarts());
    json.put("restarts", figures.restarts());
    line("behind the stream", duration(figures.lagMillis()));
    put("lagMillis", figures.lagMillis());
    line(
        "received",
        figures.receivedPerSecond().isPresent()
            ? String.format(
                Locale.ROOT, "%.1f events per second", figures.receivedPerSecond().getAsDouble())
            : UNKNOWN);
    json.put("receivedPerSecond", boxed(figures.receivedPerSecond()));
    line("open files", openFiles(stack, figures));
    put("openFiles", figures.openFiles());
    put("oldestOpenFileMillis", figures.oldestOpenFileMillis());
    checkpoints(figures.checkpoints(), now);
  }

  private static String openFiles(StackFigures stack, JobFigures figures) {
    if (figures.openFiles().isEmpty()) {
      return UNKNOWN;
    }
    long files = (long) figures.openFiles().getAsDouble();
    return files
        + (files == 0 ? "" : ", the oldest for " + duration(figures.oldestOpenFileMillis()))
        + stack
            .delay()
            .map(delay -> "; each closes after " + RowDelay.text(delay.roll()) + " at the latest")
            .orElse("");
  }

  private void checkpoints(JobFigures.Checkpoints checkpoints, Instant now) {
    ObjectNode node = json.putObject("checkpoint");
    node.put("intervalMillis", checkpoints.interval().toMillis());
    node.put("failed", checkpoints.failed());
    node.putNull("at").putNull("durationMillis").putNull("bytes");
    line(
        "last checkpoint",
        checkpoints
                .last()
                .map(
                    last -> {
                      node.put("at", last.at().toString());
                      node.put("durationMillis", last.duration().toMillis());
                      node.put("bytes", last.bytes());
                      return ago(last.at(), now)
                          + ", took "
                          + RowDelay.text(last.duration())
                          + ", "
                          + StackAdvice.bytes(last.bytes());
                    })
                .orElse("none yet")
            + "; one every "
            + RowDelay.text(checkpoints.interval())
            + checkpoints
                .lastFailure()
                .map(
                    failure ->
                        "; failed since the job started: "
                            + checkpoints.failed()
                            + ", the newest "
                            + ago(failure.at(), now))
                .orElse(""));
  }

  private void tables(StackFigures stack, Instant now) {
    json.put("newestFile", stack.newestFile().map(Instant::toString).orElse(null));
    json.put("newestArrival", stack.newestArrival().map(Instant::toString).orElse(null));
    stack
        .newestFile()
        .ifPresent(
            file ->
                line(
                    "newest data of click_events",
                    "a file of "
                        + ago(file, now)
                        + stack
                            .newestArrival()
                            .map(event -> ", an event that arrived " + ago(event, now))
                            .orElse("")));
    json.putNull("events");
    stack
        .events()
        .ifPresent(
            events -> {
              line(
                  "events in the tables",
                  String.format(
                      Locale.ROOT,
                      "received=%d written=%d rejected=%d duplicate=%d",
                      events.received(),
                      events.written(),
                      events.rejected(),
                      events.duplicate()));
              json.putObject("events")
                  .put("received", events.received())
                  .put("written", events.written())
                  .put("rejected", events.rejected())
                  .put("duplicate", events.duplicate());
            });
    stack.archivedRecords().ifPresent(records -> line("records in the raw archive", records));
    json.put("archivedRecords", stack.archivedRecords().orElse(null));
  }

  void advice(String sentence) {
    healthy = false;
    advice.add(sentence);
  }

  boolean isHealthy() {
    return healthy;
  }

  List<String> lines() {
    List<String> all = new ArrayList<>(lines);
    if (!advice.isEmpty()) {
      all.add("");
      all.add("What to do");
      advice.forEach(sentence -> all.add("  " + sentence.replace("\n", "\n  ")));
    }
    return all;
  }

  ObjectNode json() {
    json.put("healthy", healthy);
    ArrayNode sentences = json.putArray("whatToDo");
    advice.forEach(sentences::add);
    return json;
  }

  private void line(String name, Object value) {
    lines.add(String.format(Locale.ROOT, "  %-31s %s", name, value));
  }

  private void put(String name, OptionalDouble value) {
    json.put(name, value.isPresent() ? Long.valueOf((long) value.getAsDouble()) : null);
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static String duration(OptionalDouble millis) {
    return millis.isPresent()
        ? RowDelay.text(Duration.ofMillis((long) millis.getAsDouble()))
        : UNKNOWN;
  }

  private static String ago(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    return Optional.of(age).filter(d -> !d.isNegative()).map(RowDelay::text).orElse("0 s") + " ago";
  }
}
