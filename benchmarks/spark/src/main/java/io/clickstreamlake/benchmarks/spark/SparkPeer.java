package io.clickstreamlake.benchmarks.spark;

import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Spark SQL as a peer, {@code local[n]}: JSON with a given schema to partitioned ZSTD Parquet. */
public final class SparkPeer implements Peer {

  private final PeerTask task;
  private final SparkSession spark;

  private SparkPeer(PeerTask task) {
    this.task = task;
    this.spark =
        SparkSession.builder()
            .master("local[" + task.parallelism() + "]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.compression.codec", "zstd")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
            .getOrCreate();
  }

  public static void main(String[] args) {
    PeerServer.serve(args, SparkPeer::new);
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    spark
        .read()
        .schema(resource("events.ddl"))
        .json(task.input().toUri().toString())
        .createOrReplaceTempView("events");
    spark
        .sql(resource("select.sql"))
        .write()
        .partitionBy("year", "month", "day")
        .parquet(output.resolve("click_events").toUri().toString());
    return Map.of();
  }

  @Override
  public void close() {
    spark.close();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SparkPeer.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
