package io.clickstreamlake.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command over a few events: that it measures, not what. */
class BenchIT {

  private static final int EVENTS = 2_000;

  @Test
  void givenAFewEventsWhenTheJobAndDuckDbTakeTurnsThenEachHasAllRowsAndItsFigures(
      @TempDir Path work) throws Exception {
    Path json = work.resolve("figures.json");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int status =
        Bench.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "--events",
                Integer.toString(EVENTS),
                "--peers",
                "ours,filesink,duckdb",
                "--parallelism",
                "1,2",
                "--warm-up",
                "1",
                "--rounds",
                "2",
                "--heap",
                "1g",
                "--work",
                work.toString(),
                "--json",
                json.toString());

    assertThat(status).as(err.toString()).isZero();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.at("/left_out")).isEmpty();
    assertThat(figures.at("/input/events").asInt()).isEqualTo(EVENTS);
    for (String name : new String[] {"ours", "filesink", "duckdb"}) {
      JsonNode peer = figures.get(name);
      assertThat(peer.get("rows").asInt()).as(name).isEqualTo(EVENTS);
      assertThat(peer.get("bytes").asLong()).as(name).isPositive();
      assertThat(peer.get("rounds")).as(name).hasSize(2);
      assertThat(peer.get("events_per_core_second").asDouble())
          .as(name)
          .isEqualTo(EVENTS / peer.get("cpu_seconds").asDouble());
      assertThat(peer.at("/by_parallelism/2/parallelism").asInt()).as(name).isEqualTo(2);
      assertThat(out.toString()).containsPattern("(?m)^" + name + " +1 ");
    }
  }

  @Test
  void givenAnUnknownPeerWhenCalledThenItSaysWhichThereAre(@TempDir Path work) {
    StringWriter err = new StringWriter();

    int status =
        Bench.commandLine()
            .setErr(new PrintWriter(err))
            .execute("--events", "10", "--peers", "ourz", "--work", work.toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .contains("there is no peer 'ourz'")
        .contains("ours, filesink, flink-sql, spark, duckdb");
  }
}
