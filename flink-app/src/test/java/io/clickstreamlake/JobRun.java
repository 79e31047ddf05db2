package io.clickstreamlake;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;

/**
 * A run of the whole job over a few events, on the MiniCluster of a test; DuckDB reads its files.
 */
final class JobRun {

  /** Arrival of every event. */
  static final Instant ARRIVAL = Instant.parse("2026-11-20T10:20:00Z");

  private static final int PARALLELISM = 2;

  private JobRun() {}

  /** The cluster that {@link #over} uses, for a static field with {@code @RegisterExtension}. */
  static MiniClusterExtension cluster() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(PARALLELISM)
            .build());
  }

  /**
   * Runs the job to its end.
   *
   * @param lake folder of the tables
   * @param overrides settings of the job besides the required ones
   * @param events one JSON text per record
   */
  static void over(Path lake, Map<String, String> overrides, List<String> events) throws Exception {
    List<SourceRecord> records = new ArrayList<>();
    for (String event : events) {
      records.add(
          new SourceRecord(
              event.getBytes(StandardCharsets.UTF_8),
              new Origin("clicks", "shardId-000000000000", Integer.toString(records.size())),
              ARRIVAL.toEpochMilli()));
    }
    overRecords(lake, overrides, records);
  }

  /** Runs the job to its end over records of the stream {@code clicks}. */
  static void overRecords(Path lake, Map<String, String> overrides, List<SourceRecord> records)
      throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(PARALLELISM);
    environment.enableCheckpointing(200);
    ClickstreamJob.build(
        environment.fromData(records, TypeInformation.of(SourceRecord.class)),
        JobSettings.of(texts(lake, overrides)));
    environment.execute();
  }

  /** The settings of these runs. */
  static Map<String, String> texts(Path lake, Map<String, String> overrides) {
    Map<String, String> texts = new HashMap<>(overrides);
    texts.put("source.stream", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", lake.toUri().toString());
    return texts;
  }

  /**
   * The rows of a query; null is the text NULL.
   *
   * @param sql with {@code $table} for the files
   * @param table name of the table
   */
  static List<List<Object>> query(Path lake, String table, String sql) throws SQLException {
    String files =
        "read_parquet('" + lake.resolve(table) + "/**/*.parquet', hive_partitioning = true)";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql.replace("$table", files))) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i) == null ? "NULL" : result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }
}
