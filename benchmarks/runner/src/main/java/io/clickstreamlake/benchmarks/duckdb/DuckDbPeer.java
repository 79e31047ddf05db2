package io.clickstreamlake.benchmarks.duckdb;

import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;

/** DuckDB as a peer: one COPY from JSON lines to partitioned ZSTD Parquet, one thread per core. */
public final class DuckDbPeer implements Peer {

  private final PeerTask task;
  private final Connection connection;
  private final String copy;

  private DuckDbPeer(PeerTask task) throws Exception {
    this.task = task;
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = " + task.parallelism());
    execute("SET TimeZone = 'UTC'");
    this.copy = resource("copy.sql");
  }

  public static void main(String[] args) {
    PeerServer.serve(args, DuckDbPeer::new);
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    Files.createDirectories(output);
    execute(
        copy.replace("${input}", task.input().toString())
            .replace("${output}", output.resolve("click_events").toString()));
    return Map.of();
  }

  @Override
  public void close() throws Exception {
    connection.close();
  }

  private void execute(String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DuckDbPeer.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
