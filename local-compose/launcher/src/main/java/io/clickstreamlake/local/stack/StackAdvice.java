package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.JobFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The rules that say what somebody should do about the figures of a stack. */
public final class StackAdvice {

  static final Duration MAX_LAG = Duration.ofMinutes(1);

  /** Checkpoints that may be missing before it is a problem. */
  static final int MISSED_CHECKPOINTS = 10;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The place where somebody reads the advice, with its commands. */
  public enum Place {
    PROCESSES("./lake start", "./lake stop, then ./lake start --parallelism N", "./lake logs %s"),
    CONTAINERS("./lake up", "./lake up --taskmanagers N", "./lake logs %s"),
    IN_A_CONTAINER(
        "docker compose up --wait",
        "echo TASKMANAGERS=N >> .env, then docker compose up --wait",
        "docker compose logs %s");

    private final String start;
    private final String scale;
    private final String logs;

    Place(String start, String scale, String logs) {
      this.start = start;
      this.scale = scale;
      this.logs = logs;
    }

    private String logs(Service service) {
      return logs.formatted(service.key());
    }
  }

  private StackAdvice() {}

  /** One sentence or two per problem, with the command; empty if there is none. */
  public static List<String> of(StackFigures stack, Place place, Instant now) {
    List<String> advice = new ArrayList<>();
    stack.unavailable().forEach(reason -> advice.add(reason));
    if (stack.job().isPresent()) {
      FlinkRest.Job job = stack.job().get();
      if (!job.allTasksRun()) {
        advice.add(
            "The job is "
                + job.state()
                + " with "
                + job.runningTasks()
                + " of "
                + job.tasks()
                + " tasks running"
                + sentence(stack.lastFailure().map(failure -> ": " + failure).orElse(""))
                + " See "
                + place.logs(Service.TASKMANAGER)
                + "; if it does not recover: "
                + place.start);
      }
    } else if (stack.unavailable().isEmpty()) {
      advice.add("No job is running: " + place.start);
    }
    stack.figures().ifPresent(figures -> ofJob(stack, figures, place, now, advice));
    stack.shortage().ifPresent(advice::add);
    return advice;
  }

  private static void ofJob(
      StackFigures stack, JobFigures figures, Place place, Instant now, List<String> advice) {
    Duration lag = Duration.ofMillis((long) figures.lagMillis().orElse(0));
    if (lag.compareTo(MAX_LAG) > 0) {
      advice.add(
          "The job is "
              + RowDelay.text(lag)
              + " behind the stream. If this grows, it needs more parallel tasks: "
              + place.scale);
    }
    JobFigures.Checkpoints checkpoints = figures.checkpoints();
    Duration patience = checkpoints.interval().multipliedBy(MISSED_CHECKPOINTS).plus(PATIENCE);
    if (checkpoints.areFailing()) {
      advice.add(
          "The newest checkpoint failed, and rows become visible only after a complete one: "
              + sentence(checkpoints.lastFailure().orElseThrow().message())
              + " See "
              + place.logs(Service.JOBMANAGER));
    } else if (checkpoints
        .last()
        .filter(last -> last.at().isBefore(now.minus(patience)))
        .isPresent()) {
      advice.add(
          "No checkpoint was complete for "
              + RowDelay.text(Duration.between(checkpoints.last().get().at(), now))
              + ", although one is due every "
              + RowDelay.text(checkpoints.interval())
              + ". See "
              + place.logs(Service.JOBMANAGER));
    }
    stack
        .delay()
        .map(RowDelay::roll)
        .filter(
            roll ->
                figures.oldestOpenFileMillis().orElse(0)
                    > roll.multipliedBy(2).plus(PATIENCE).toMillis())
        .ifPresent(
            roll ->
                advice.add(
                    "A file is open for "
                        + RowDelay.text(
                            Duration.ofMillis((long) figures.oldestOpenFileMillis().getAsDouble()))
                        + ", although roll.interval is "
                        + RowDelay.text(roll)
                        + ". See "
                        + place.logs(Service.TASKMANAGER)));
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  /** In the largest unit of 1000 that is at least one. */
  public static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return Math.round(value) + " " + units[unit];
  }
}
