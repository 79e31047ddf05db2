package io.clickstreamlake.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.benchmarks.dedup.DeduplicationCost;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.layout.HourLayout;
import io.clickstreamlake.benchmarks.measure.Spread;
import io.clickstreamlake.benchmarks.profile.Profile;
import io.clickstreamlake.benchmarks.run.Cores;
import io.clickstreamlake.benchmarks.run.Result;
import io.clickstreamlake.benchmarks.run.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Report of the figures as JSON. Each peer is an object at the top level, with the figures of its
 * lowest parallelism; {@code by_parallelism} holds those of all:
 *
 * <pre>
 * {"machine": {…}, "input": {"events": …, "bytes": …},
 *  "ours": {"parallelism": 1, "rows": …, "bytes": …, "seconds": …, "cpu_seconds": …,
 *           "events_per_second": …, "events_per_core_second": …, …, "by_parallelism": {"1": {…}}},
 *  "filesink": {…}, …,
 *  "left_out": {"spark": "reason"}}
 * </pre>
 *
 * Times are medians of the warm rounds.
 */
public final class JsonReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final int METHODS = 40;

  private final ObjectNode root = JSON.createObjectNode();

  public JsonReport(Machine machine, Cores cores, BenchmarkInput input) {
    root.putObject("machine")
        .put("time", machine.time().toString())
        .put("processor", machine.processor())
        .put("processors", machine.processors())
        .put("java", machine.java())
        .put("os", machine.os())
        .put("load_before", machine.loadBefore())
        .put("pinned_to_cores", cores.pinned());
    root.putObject("input").put("events", input.events()).put("bytes", input.bytes());
  }

  public JsonReport results(List<Result> results) {
    for (Result result : results) {
      ObjectNode peer = (ObjectNode) root.get(result.name());
      if (peer == null) {
        peer = figures(result);
        root.set(result.name(), peer);
        peer.putObject("by_parallelism");
      }
      ((ObjectNode) peer.get("by_parallelism"))
          .set(Integer.toString(result.parallelism()), figures(result));
    }
    return this;
  }

  /** Adds the peers that were left out, each with the reason. */
  public JsonReport leftOut(Map<String, String> reasons) {
    ObjectNode leftOut = root.withObject("/left_out");
    reasons.forEach(leftOut::put);
    return this;
  }

  /** Adds the live path and the batches, as {@code batch.NAME}. */
  public JsonReport batches(List<Result> results) {
    return jobs("batch", results);
  }

  /** Adds the variants of the pipeline, as {@code pipeline.NAME}. */
  public JsonReport pipelines(List<Result> results) {
    return jobs("pipeline", results);
  }

  /** Adds the job with different numbers of custom columns, as {@code columns.NAME}. */
  public JsonReport columns(List<Result> results) {
    return jobs("columns", results);
  }

  private JsonReport jobs(String section, List<Result> results) {
    ObjectNode jobs = root.putObject(section);
    results.forEach(result -> jobs.set(result.name(), figures(result)));
    return this;
  }

  /** Adds the cost of new ids and of each round of repeats, as a list {@code dedup}. */
  public JsonReport deduplication(List<DeduplicationCost> costs) {
    ArrayNode all = root.putArray("dedup");
    for (DeduplicationCost cost : costs) {
      all.addObject()
          .put("ids", cost.kind())
          .put("events", cost.events())
          .put("cpu_seconds", cost.cpuSeconds())
          .put("events_per_core_second", cost.eventsPerCoreSecond());
    }
    return this;
  }

  /** Adds the layout of an hour, as {@code layout.SINK}. */
  public JsonReport layouts(Map<String, HourLayout> layouts) {
    ObjectNode all = root.putObject("layout");
    layouts.forEach(
        (sink, hour) -> {
          ObjectNode node =
              all.putObject(sink)
                  .put("rows", hour.contents().rows())
                  .put("objects", hour.contents().files())
                  .put("bytes", hour.contents().bytes())
                  .put("bytes_sent", hour.bytesSent())
                  .put("bytes_sent_per_byte", hour.bytesSentPerByte())
                  .put("checkpoints", hour.checkpoints())
                  .put("checkpoint_bytes", hour.checkpointBytes())
                  .put("checkpoint_millis_median", hour.checkpointMillisMedian())
                  .put("checkpoint_millis_max", hour.checkpointMillisMax())
                  .put("scanned_bytes", hour.scannedBytesInAll());
          hour.scannedBytes().forEach(node.putObject("scanned_bytes_by_query")::put);
        });
    return this;
  }

  /** Adds the profile of the job, as shares of the samples. */
  public JsonReport profile(Profile profile) {
    ObjectNode node =
        root.putObject("profile")
            .put("samples", profile.samples())
            .put("gc_pause_seconds", profile.pauses().toMillis() / 1000.0);
    profile.steps().forEach(node.putObject("steps")::put);
    profile.methods(METHODS).forEach(node.putObject("methods")::put);
    return this;
  }

  public void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), root);
  }

  private static ObjectNode figures(Result result) {
    ObjectNode figures =
        JSON.createObjectNode()
            .put("parallelism", result.parallelism())
            .put("rows", result.rows())
            .put("bytes", result.contents().bytes())
            .put("files", result.contents().files())
            .put("seconds", result.seconds().median())
            .put("cpu_seconds", result.cpuSeconds().median())
            .put("events_per_second", result.eventsPerSecond())
            .put("events_per_core_second", result.eventsPerCoreSecond());
    spread(figures.putObject("seconds_spread"), result.seconds());
    spread(figures.putObject("cpu_seconds_spread"), result.cpuSeconds());
    figures.put("cold_cpu_seconds", result.coldCpuSeconds());
    ArrayNode rounds = figures.putArray("rounds");
    for (Round round : result.rounds()) {
      ObjectNode node =
          rounds
              .addObject()
              .put("seconds", round.seconds())
              .put("cpu_seconds", round.cpuSeconds())
              .put("other_cpu_seconds", round.otherCpuSeconds())
              .put("rows", round.contents().rows())
              .put("bytes", round.contents().bytes());
      round.figures().forEach(node::put);
    }
    return figures;
  }

  private static void spread(ObjectNode node, Spread spread) {
    node.put("min", spread.min())
        .put("max", spread.max())
        .put("relative_width", spread.relativeWidth());
  }
}
