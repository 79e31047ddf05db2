package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch on a Flink cluster in session mode, submitted with the command {@code flink run}. */
class FlinkRunIT {

  private static final int EVENTS = 300;

  /** Flink's default; that of the local stack is half of it. */
  private static final String NETWORK_MEMORY = "128 mb";

  @TempDir private Path folder;

  @Test
  void givenASessionClusterWhenABatchRunsOnItTwiceThenEachEventIsARow() throws Exception {
    Path files = Files.createDirectories(folder.resolve("history"));
    for (int file = 0; file < 3; file++) {
      List<String> events = new ArrayList<>();
      for (int i = 0; i < EVENTS / 3; i++) {
        events.add(
            "{\"event_id\":\"run-%d-%d\",\"event_type\":\"page_view\",\"event_time\":\"2024-06-0%dT10:00:00Z\"}"
                .formatted(file, i, 1 + i % 3));
      }
      Files.write(files.resolve(file + ".json"), events);
    }
    try (OwnCluster cluster =
        new OwnCluster(
            "flink-run",
            2,
            Map.of("time.max-age", "36500 d"),
            Map.of(
                "taskmanager.memory.network.min",
                NETWORK_MEMORY,
                "taskmanager.memory.network.max",
                NETWORK_MEMORY))) {
      cluster.processes.start(cluster.flink().jobManager());
      cluster.processes.start(cluster.flink().taskManager());

      assertThat(load(cluster, files.toString()).path("written").asInt()).isEqualTo(EVENTS);
      assertRows(cluster);
      JsonNode again = load(cluster, files.toString());
      assertThat(again.path("present").asInt()).isEqualTo(EVENTS);
      assertThat(again.path("written").asInt()).isZero();
      assertRows(cluster);
    }
  }

  private static void assertRows(OwnCluster cluster) {
    cluster.crawler.crawlDatabase("flink_run", GonePartitions.KEEP);
    assertThat(
            cluster
                .sql
                .execute("SELECT count(*), count(DISTINCT event_id) FROM click_events")
                .rows())
        .containsExactly(List.of((long) EVENTS, (long) EVENTS));
  }

  /** Runs the client of Flink; returns the counts that the program prints. */
  private JsonNode load(OwnCluster cluster, String path) throws Exception {
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                cluster.shared.project().clusterClassPath(),
                "org.apache.flink.client.cli.CliFrontend",
                "run",
                "-m",
                cluster.url.getAuthority(),
                "-c",
                "io.clickstreamlake.BatchCommand",
                cluster.shared.project().jobJar().toString(),
                "load",
                "--config",
                cluster.state().jobSettings().toString(),
                path)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "FLINK_CONF_DIR",
                cluster.state().flink().resolve("conf").toString(),
                "FLINK_PLUGINS_DIR",
                cluster.shared.project().flinkPlugins().toString(),
                "AWS_ACCESS_KEY_ID",
                LocalAws.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                LocalAws.SECRET_KEY));
    Process client = builder.start();
    try {
      assertThat(client.waitFor(3, TimeUnit.MINUTES)).as(() -> text(output)).isTrue();
      assertThat(client.exitValue()).as(() -> text(output)).isZero();
    } finally {
      client.destroyForcibly();
    }
    String last =
        Arrays.stream(text(output).split("\n"))
            .filter(line -> line.startsWith("{\"result\""))
            .reduce((first, second) -> second)
            .orElseThrow(() -> new AssertionError(text(output)));
    return new ObjectMapper().readTree(last).path("result");
  }

  private static String text(Path output) {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
