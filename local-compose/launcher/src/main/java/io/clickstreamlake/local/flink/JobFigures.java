package io.clickstreamlake.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What Flink's metrics and checkpoint statistics tell about a job. Flink collects metrics every ten
 * seconds, so they are absent just after a start.
 *
 * @param lagMillis how far the slowest shard is behind the end of the stream
 * @param receivedPerSecond events, over the last minute
 * @param openFiles files that are being written, of all tables
 * @param oldestOpenFileMillis age of the oldest of them
 * @param restarts since the job was submitted
 * @param checkpoints of this run
 */
public record JobFigures(
    OptionalDouble lagMillis,
    OptionalDouble receivedPerSecond,
    OptionalDouble openFiles,
    OptionalDouble oldestOpenFileMillis,
    long restarts,
    Checkpoints checkpoints) {

  /** Of Flink's Kinesis consumer, per shard; -1 until the first read. */
  public static final String LAG = "millisBehindLatest";

  /** Of the step that reads records, per subtask. */
  public static final String RECEIVED_PER_SECOND = "eventsReceivedPerSecond";

  /** Of the sinks, per subtask. */
  public static final String OPEN_FILES = "openFiles";

  /** Of the sinks, per subtask; 0 without an open file. */
  public static final String OLDEST_OPEN_FILE = "oldestOpenFileAgeMillis";

  /** Of the job, from Flink. */
  public static final String RESTARTS = "numRestarts";

  /**
   * The checkpoints of a run.
   *
   * @param interval between two checkpoints
   * @param last the newest complete one
   * @param failed number of failed ones
   * @param lastFailure the newest failed one
   */
  public record Checkpoints(
      Duration interval, Optional<Completed> last, long failed, Optional<Failed> lastFailure) {

    /** Whether none was complete since the newest failure. */
    public boolean areFailing() {
      return lastFailure.isPresent()
          && last.map(done -> done.at().isBefore(lastFailure.get().at())).orElse(true);
    }
  }

  /**
   * A complete checkpoint.
   *
   * @param duration from its trigger to its completion
   * @param bytes of state
   */
  public record Completed(Instant at, Duration duration, long bytes) {}

  /** A failed checkpoint. */
  public record Failed(Instant at, String message) {}

  static JobFigures read(Function<String, JsonNode> get, String job) {
    List<Double> lags = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    List<Double> open = new ArrayList<>();
    List<Double> ages = new ArrayList<>();
    for (JsonNode vertex : get.apply("/jobs/" + job).path("vertices")) {
      String metrics =
          "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      List<String> names = new ArrayList<>();
      get.apply(metrics).forEach(metric -> names.add(metric.path("id").asText()));
      read(get, metrics, names, LAG, "max", lags);
      read(get, metrics, names, RECEIVED_PER_SECOND, "sum", rates);
      read(get, metrics, names, OPEN_FILES, "sum", open);
      read(get, metrics, names, OLDEST_OPEN_FILE, "max", ages);
    }
    return new JobFigures(
        lags.stream().filter(lag -> lag >= 0).mapToDouble(lag -> lag).max(),
        sum(rates),
        sum(open),
        ages.stream().mapToDouble(age -> age).max(),
        restarts(get, job),
        checkpoints(get, job));
  }

  private static OptionalDouble sum(List<Double> values) {
    return values.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(values.stream().mapToDouble(value -> value).sum());
  }

  /** Adds the aggregate over all subtasks of each metric whose name ends with the given one. */
  private static void read(
      Function<String, JsonNode> get,
      String metrics,
      List<String> names,
      String metric,
      String aggregate,
      List<Double> values) {
    for (String name : names) {
      if (!name.endsWith("." + metric) && !name.equals(metric)) {
        continue;
      }
      String query =
          "?get=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&agg=" + aggregate;
      for (JsonNode answer : get.apply(metrics + query)) {
        values.add(answer.path(aggregate).asDouble());
      }
    }
  }

  private static long restarts(Function<String, JsonNode> get, String job) {
    return get.apply("/jobs/" + job + "/metrics?get=" + RESTARTS).path(0).path("value").asLong();
  }

  private static Checkpoints checkpoints(Function<String, JsonNode> get, String job) {
    Duration interval =
        Duration.ofMillis(
            get.apply("/jobs/" + job + "/checkpoints/config").path("interval").asLong());
    JsonNode statistics = get.apply("/jobs/" + job + "/checkpoints");
    JsonNode done = statistics.path("latest").path("completed");
    JsonNode failed = statistics.path("latest").path("failed");
    return new Checkpoints(
        interval,
        done.isObject()
            ? Optional.of(
                new Completed(
                    Instant.ofEpochMilli(done.path("latest_ack_timestamp").asLong()),
                    Duration.ofMillis(done.path("end_to_end_duration").asLong()),
                    done.path("state_size").asLong()))
            : Optional.empty(),
        statistics.path("counts").path("failed").asLong(),
        failed.isObject()
            ? Optional.of(
                new Failed(
                    Instant.ofEpochMilli(failed.path("failure_timestamp").asLong()),
                    failed.path("failure_message").asText()))
            : Optional.empty());
  }
}
