package io.clickstreamlake.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole command over a few events: checks that it measures, not the figures. */
class BenchIT {

  private static final int EVENTS = 2_000;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void givenAFewEventsWhenTheJobAndDuckDbTakeTurnsThenEachHasAllRowsAndFigures(@TempDir Path work)
      throws Exception {
    JsonNode figures =
        measure(work, "throughput", "--peers", "ours,filesink,duckdb", "--parallelism", "1,2");

    assertThat(figures.at("/input/events").asInt()).isEqualTo(EVENTS);
    for (String name : new String[] {"ours", "filesink", "duckdb"}) {
      assertFigures(name, figures.get(name));
      assertThat(figures.get(name).at("/by_parallelism/2/parallelism").asInt())
          .as(name)
          .isEqualTo(2);
      assertThat(out.toString()).containsPattern("(?m)^" + name + " +1 ");
    }
  }

  @Test
  void givenAFewEventsWhenThePipelineIsMeasuredThenEachVariantHasItsFigures(@TempDir Path work)
      throws Exception {
    JsonNode pipeline = measure(work, "pipeline").get("pipeline");

    assertThat(pipeline.fieldNames())
        .toIterable()
        .containsExactly("ours", "ours-enriched", "ours-dedup", "ours-complete");
    pipeline
        .fields()
        .forEachRemaining(variant -> assertFigures(variant.getKey(), variant.getValue()));
  }

  @Test
  void givenAFewEventsWhenALoadIsMeasuredThenItHasTheRowsOfTheLivePath(@TempDir Path work)
      throws Exception {
    JsonNode batch = measure(work, "batch").get("batch");

    assertThat(batch.fieldNames()).toIterable().containsExactly("ours-complete", "load");
    batch.fields().forEachRemaining(each -> assertFigures(each.getKey(), each.getValue()));
  }

  @Test
  void givenAFewIdsWhenDeDuplicationIsMeasuredThenNewIdsAndRepeatsHaveTheirFigures(
      @TempDir Path work) throws Exception {
    JsonNode dedup = measure(work, "dedup").get("dedup");

    assertThat(dedup.findValuesAsText("ids")).containsExactly("new", "repeat", "repeat");
    // One group of ids; each round repeats a fifth of it.
    assertThat(dedup.get(0).get("events").asInt()).isEqualTo(2197);
    assertThat(dedup.get(1).get("events").asInt()).isEqualTo(440);
    assertThat(dedup.get(1).get("events_per_core_second").asDouble()).isPositive();
    assertThat(out.toString()).containsPattern("(?m)^repeat +440 ");
  }

  @Test
  void givenAnHourOfAFewEventsWhenItsLayoutIsMeasuredThenOursIsOneObjectAndTheStockSinkHasMany(
      @TempDir Path work) throws Exception {
    JsonNode layout = measure(work, "layout").get("layout");

    JsonNode ours = layout.get("ours");
    JsonNode filesink = layout.get("filesink");
    for (JsonNode sink : new JsonNode[] {ours, filesink}) {
      assertThat(sink.get("rows").asInt()).isEqualTo(EVENTS);
      assertThat(sink.get("checkpoints").asInt()).isGreaterThanOrEqualTo(60);
      assertThat(sink.get("checkpoint_bytes").asLong()).isPositive();
      assertThat(sink.get("bytes_sent").asLong()).isGreaterThan(sink.get("bytes").asLong());
      assertThat(sink.at("/scanned_bytes_by_query/top_products").asLong()).isPositive();
    }
    assertThat(ours.get("objects").asInt()).isEqualTo(1);
    assertThat(filesink.get("objects").asInt()).isGreaterThanOrEqualTo(60);
    assertThat(ours.get("scanned_bytes").asLong())
        .isLessThan(filesink.get("scanned_bytes").asLong());
    assertThat(out.toString()).containsPattern("(?m)^ours +1 ").containsPattern("(?m)^filesink +");
  }

  @Test
  void givenAFewEventsWhenOursIsProfiledThenItsTimeIsDividedAmongItsSteps(@TempDir Path work)
      throws Exception {
    JsonNode profile = measure(work, "profile").get("profile");

    assertThat(profile.get("samples").asInt()).isPositive();
    double shares = 0;
    for (JsonNode share : profile.get("steps")) {
      shares += share.asDouble();
    }
    assertThat(shares).isCloseTo(1, within(1e-9));
    assertThat(profile.get("methods")).isNotEmpty();
  }

  @Test
  void givenAnUnknownPeerWhenCalledThenTheMessageListsThePeers(@TempDir Path work) {
    int status =
        Bench.commandLine()
            .setErr(new PrintWriter(err))
            .execute("--events", "10", "--peers", "ourz", "--work", work.toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .contains("there is no peer 'ourz'")
        .contains("ours, filesink, flink-sql, spark, duckdb");
  }

  /** Figures of one section, from two rounds over a few events. */
  private JsonNode measure(Path work, String section, String... options) throws Exception {
    Path json = work.resolve("figures.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--sections",
                section,
                "--events",
                Integer.toString(EVENTS),
                "--warm-up",
                "1",
                "--rounds",
                "2",
                "--heap",
                "1g",
                "--root",
                Path.of("..", "..").toAbsolutePath().normalize().toString(),
                "--work",
                work.toString(),
                "--json",
                json.toString()));
    arguments.addAll(List.of(options));

    int status =
        Bench.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(new String[0]));

    assertThat(status).as(err.toString()).isZero();
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.at("/left_out")).isEmpty();
    return figures;
  }

  private static void assertFigures(String name, JsonNode figures) {
    assertThat(figures.get("rows").asInt()).as(name).isEqualTo(EVENTS);
    assertThat(figures.get("bytes").asLong()).as(name).isPositive();
    assertThat(figures.get("rounds")).as(name).hasSize(2);
    assertThat(figures.get("events_per_core_second").asDouble())
        .as(name)
        .isEqualTo(EVENTS / figures.get("cpu_seconds").asDouble());
  }
}
