package io.clickstreamlake.benchmarks.flinksql;

import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Flink SQL as a peer: a streaming INSERT from a JSON to a Parquet filesystem table. */
public final class FlinkSqlPeer implements Peer {

  private final PeerTask task;

  private FlinkSqlPeer(PeerTask task) {
    this.task = task;
  }

  public static void main(String[] args) {
    PeerServer.serve(args, FlinkSqlPeer::new);
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, task.parallelism());
    // As an experienced user would configure it: no copies between chained operators.
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.setString("execution.checkpointing.interval", "60 s");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        output.resolve("checkpoints").toUri().toString());
    TableEnvironment tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(configuration)
                .build());
    tables.getConfig().setLocalTimeZone(ZoneOffset.UTC);
    tables.executeSql(resource("source.sql").replace("${input}", task.input().toUri().toString()));
    tables.executeSql(
        resource("sink.sql")
            .replace("${output}", output.resolve("click_events").toUri().toString()));
    tables.executeSql(resource("insert.sql")).await();
    return Map.of();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = FlinkSqlPeer.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
