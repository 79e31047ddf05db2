package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the job with its default settings; DuckDB reads the column that the enrichment fills. */
class WeekdayColumnTest {

  private static final Instant ARRIVAL = Instant.parse("2026-11-22T10:20:00Z");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path lake;

  @Test
  void givenEventsOfAWeekWhenTheJobRunsThenTheFilesHaveTheirWeekdays() throws Exception {
    List<SourceRecord> records = new ArrayList<>();
    for (int day = 16; day <= 22; day++) {
      String event =
          "{\"event_id\":\"e%d\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-%dT09:00:00Z\"}";
      records.add(
          new SourceRecord(
              String.format(event, day, day).getBytes(StandardCharsets.UTF_8),
              new Origin("clicks", "shardId-000000000000", Integer.toString(day)),
              ARRIVAL.toEpochMilli()));
    }
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    ClickstreamJob.build(
        environment.fromData(records, TypeInformation.of(SourceRecord.class)),
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", lake.toUri().toString())));
    environment.execute();

    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT event_id, weekday, dayname(event_time) FROM read_parquet('"
                    + lake
                    + "/click_events/**/*.parquet') ORDER BY event_id")) {
      while (result.next()) {
        rows.add(result.getString(1) + " " + result.getInt(2) + " " + result.getString(3));
      }
    }
    assertThat(rows)
        .containsExactly(
            "e16 1 Monday",
            "e17 2 Tuesday",
            "e18 3 Wednesday",
            "e19 4 Thursday",
            "e20 5 Friday",
            "e21 6 Saturday",
            "e22 7 Sunday");
  }
}
