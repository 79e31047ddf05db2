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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the job; DuckDB reads the table purchases. */
class PurchasesTest {

  private static final Instant ARRIVAL = Instant.parse("2026-11-20T10:20:00Z");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path lake;

  @ParameterizedTest
  @ValueSource(strings = {"ROLLING", "CHECKPOINT"})
  void givenPurchasesAmongPageViewsWhenTheJobRunsThenEachPurchaseIsInItsTableOnce(String sink)
      throws Exception {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // A fourth of the events are purchases, and the last two are duplicates of the first two.
      records.add(record(i % 38));
    }
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    ClickstreamJob.build(
        environment.fromData(records, TypeInformation.of(SourceRecord.class)),
        JobSettings.of(
            Map.of(
                "source.stream",
                "clicks",
                "source.region",
                "us-east-1",
                "sink.type",
                sink,
                "sink.path",
                lake.toUri().toString())));
    environment.execute();

    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT event_id, order_id, currency, revenue, epoch_ms(event_time), day"
                    + " FROM read_parquet('"
                    + lake
                    + "/purchases/year=*/month=*/day=*/*.parquet', hive_partitioning = true)")) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= 6; column++) {
          row.add(result.getString(column));
        }
        rows.add(String.join(" ", row));
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 38; i += 4) {
      expected.add("e" + i + " o" + i + " EUR " + i + ".5000 " + time(i).toEpochMilli() + " 20");
    }
    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.events()).hasSize(38);
    assertThat(folder.ledger()).isEqualTo(Map.of("received", 40L, "written", 38L, "duplicate", 2L));
  }

  private static Instant time(int i) {
    return Instant.parse("2026-11-20T10:00:00Z").plusSeconds(i);
  }

  private static SourceRecord record(int i) {
    String event =
        String.format(
            "{\"event_id\":\"e%d\",\"event_type\":\"%s\",\"event_time\":\"%s\",\"currency\":\"EUR\","
                + "\"order\":{\"id\":\"o%d\",\"total\":%d.5}}",
            i, i % 4 == 0 ? "purchase" : "page_view", time(i), i, i);
    return new SourceRecord(
        event.getBytes(StandardCharsets.UTF_8),
        new Origin("clicks", "shardId-000000000000", Integer.toString(i)),
        ARRIVAL.toEpochMilli());
  }
}
