package io.clickstreamlake.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With responses of Flink's REST API 1.20, shortened. */
class JobFiguresTest {

  private static final String SOURCE = "/jobs/j/vertices/v1/subtasks/metrics";
  private static final String SINK = "/jobs/j/vertices/v2/subtasks/metrics";

  private final Map<String, String> responses = new HashMap<>();

  JobFiguresTest() {
    responses.put("/jobs/j", "{\"vertices\":[{\"id\":\"v1\"},{\"id\":\"v2\"}]}");
    responses.put(SOURCE, "[]");
    responses.put(SINK, "[]");
    responses.put("/jobs/j/metrics?get=numRestarts", "[{\"id\":\"numRestarts\",\"value\":\"3\"}]");
    responses.put("/jobs/j/checkpoints/config", "{\"mode\":\"exactly_once\",\"interval\":5000}");
    responses.put(
        "/jobs/j/checkpoints",
        "{\"counts\":{\"failed\":0},\"latest\":{\"completed\":null,\"failed\":null}}");
  }

  @Test
  void givenMetricsOfSeveralShardsAndTablesWhenReadThenTheyAreAggregated() {
    responses.put(
        SOURCE,
        "[{\"id\":\"Source.KinesisConsumer.shardId.shardId-000.millisBehindLatest\"},"
            + "{\"id\":\"Source.KinesisConsumer.shardId.shardId-001.millisBehindLatest\"},"
            + "{\"id\":\"parse.kinesisanalytics.eventsReceivedPerSecond\"},"
            + "{\"id\":\"enrich.kinesisanalytics.eventsReceivedPerSecond\"},"
            + "{\"id\":\"numOpenFiles\"}]");
    answer(SOURCE, "Source.KinesisConsumer.shardId.shardId-000.millisBehindLatest", "max", "-1.0");
    answer(SOURCE, "Source.KinesisConsumer.shardId.shardId-001.millisBehindLatest", "max", "70");
    answer(SOURCE, "parse.kinesisanalytics.eventsReceivedPerSecond", "sum", "49.5");
    answer(SOURCE, "enrich.kinesisanalytics.eventsReceivedPerSecond", "sum", "0.0");
    responses.put(
        SINK,
        "[{\"id\":\"click_events__Writer.rollingParquet.openFiles\"},"
            + "{\"id\":\"ledger__Writer.rollingParquet.openFiles\"},"
            + "{\"id\":\"click_events__Writer.rollingParquet.oldestOpenFileAgeMillis\"},"
            + "{\"id\":\"ledger__Writer.rollingParquet.oldestOpenFileAgeMillis\"}]");
    answer(SINK, "click_events__Writer.rollingParquet.openFiles", "sum", "2");
    answer(SINK, "ledger__Writer.rollingParquet.openFiles", "sum", "1");
    answer(SINK, "click_events__Writer.rollingParquet.oldestOpenFileAgeMillis", "max", "7000");
    answer(SINK, "ledger__Writer.rollingParquet.oldestOpenFileAgeMillis", "max", "4000");

    JobFigures figures = JobFigures.read(this::get, "j");

    assertThat(figures.lagMillis()).hasValue(70);
    assertThat(figures.receivedPerSecond()).hasValue(49.5);
    assertThat(figures.openFiles()).hasValue(3);
    assertThat(figures.oldestOpenFileMillis()).hasValue(7000);
    assertThat(figures.restarts()).isEqualTo(3);
  }

  @Test
  void givenJobThatHasJustStartedWhenReadThenFiguresAreAbsentAndNothingFails() {
    JobFigures figures = JobFigures.read(this::get, "j");

    assertThat(figures.lagMillis()).isEmpty();
    assertThat(figures.receivedPerSecond()).isEmpty();
    assertThat(figures.openFiles()).isEmpty();
    assertThat(figures.oldestOpenFileMillis()).isEmpty();
    assertThat(figures.checkpoints().last()).isEmpty();
    assertThat(figures.checkpoints().areFailing()).isFalse();
  }

  @Test
  void givenCheckpointsWhenReadThenTheyFailOnlyIfTheNewestDid() {
    responses.put("/jobs/j/checkpoints", checkpoints(2_000, 3_000));
    JobFigures.Checkpoints failing = JobFigures.read(this::get, "j").checkpoints();
    responses.put("/jobs/j/checkpoints", checkpoints(3_000, 2_000));
    JobFigures.Checkpoints recovered = JobFigures.read(this::get, "j").checkpoints();

    assertThat(failing.areFailing()).isTrue();
    assertThat(failing.lastFailure().orElseThrow().message()).isEqualTo("Expired.");
    assertThat(recovered.areFailing()).isFalse();
    assertThat(recovered.failed()).isEqualTo(4);
    assertThat(recovered.interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(recovered.last())
        .contains(
            new JobFigures.Completed(Instant.ofEpochMilli(3_000), Duration.ofMillis(120), 71_790));
  }

  private static String checkpoints(long completed, long failed) {
    return """
        {"counts":{"failed":4},"latest":{
          "completed":{"latest_ack_timestamp":%d,"end_to_end_duration":120,"state_size":71790},
          "failed":{"failure_timestamp":%d,"failure_message":"Expired."}}}
        """
        .formatted(completed, failed);
  }

  private void answer(String metrics, String name, String aggregate, String value) {
    responses.put(
        metrics + "?get=" + name + "&agg=" + aggregate,
        "[{\"id\":\"" + name + "\",\"" + aggregate + "\":" + value + "}]");
  }

  private JsonNode get(String path) {
    try {
      assertThat(responses).containsKey(path);
      return new ObjectMapper().readTree(responses.get(path));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
