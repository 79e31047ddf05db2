package io.clickstreamlake.benchmarks.layout;

import io.clickstreamlake.benchmarks.check.LakeContents;
import io.clickstreamlake.benchmarks.check.LakeReader;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.job.PacedJobPeer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.benchmarks.run.Cores;
import io.clickstreamlake.benchmarks.run.PeerCatalog;
import io.clickstreamlake.benchmarks.run.PeerDefinition;
import io.clickstreamlake.benchmarks.run.RunningPeer;
import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Benchmark of the file layout: the same hour of events through both sinks to the local stack's S3,
 * with sixty checkpoints, then each sample query over the result in Trino. All enrichments that
 * need no extra file are on, so that the columns are as full as in production.
 */
public final class LayoutBenchmark {

  /** One hour with a checkpoint per minute. */
  private static final int CHECKPOINTS = 60;

  /** Gives the job time to process the events of a checkpoint before the next is triggered. */
  private static final double MILLIS_PER_EVENT = 0.03;

  private static final String TABLE = "click_events";

  private final Path root;
  private final Path folder;
  private final BenchmarkInput input;
  private final String heap;
  private final Consumer<String> progress;

  /**
   * @param root of the source tree, with the local stack built
   * @param folder for the local stack's state and for logs
   */
  public LayoutBenchmark(
      Path root, Path folder, BenchmarkInput input, String heap, Consumer<String> progress) {
    this.root = root;
    this.folder = folder;
    this.input = input;
    this.heap = heap;
    this.progress = progress;
  }

  /** The layouts of {@code ours} and {@code filesink}, by these names. */
  public Map<String, HourLayout> run() throws IOException {
    Path state = folder.resolve("stack");
    new StateFolder(state).clear();
    Map<String, HourLayout> layouts = new LinkedHashMap<>();
    try (LocalStack stack = LocalStack.start(LocalStackSettings.in(root, state).build())) {
      for (String sink : new String[] {PeerCatalog.OURS, PeerCatalog.FILESINK}) {
        layouts.put(sink, layout(sink, stack));
        empty(stack);
      }
    }
    return layouts;
  }

  private HourLayout layout(String sink, LocalStack stack) throws IOException {
    progress.accept("an hour of " + CHECKPOINTS + " checkpoints through " + sink);
    Map<String, Long> figures;
    long sent;
    try (S3Meter meter = S3Meter.before(stack.client().endpoint(Service.S3))) {
      PeerDefinition job = job(sink, stack, meter);
      try (RunningPeer peer =
          RunningPeer.start(
              job,
              new PeerTask(input.folder(), 1, job.settings()),
              folder.resolve(sink),
              heap,
              Cores.all())) {
        figures = peer.run(folder.resolve(sink).resolve("checkpoints"));
      }
      sent = meter.bytesSent();
    }
    stack.client().crawl();
    LakeContents contents = LakeReader.read(stack.state().s3().resolve(Buckets.PROCESSED));
    if (contents.rows() != input.events()) {
      throw new IOException(
          sink + " wrote " + contents.rows() + " rows of " + input.events() + " events");
    }
    return new HourLayout(
        contents,
        sent,
        figures.get("checkpoints"),
        figures.get("checkpoint_bytes"),
        figures.get("checkpoint_millis_median"),
        figures.get("checkpoint_millis_max"),
        scans(stack));
  }

  private PeerDefinition job(String sink, LocalStack stack, S3Meter meter) {
    Map<String, String> settings = new HashMap<>();
    int eventsPerCheckpoint = (input.events() + CHECKPOINTS - 1) / CHECKPOINTS;
    settings.putAll(PacedJobPeer.pace(input.events(), eventsPerCheckpoint));
    settings.put("sink.type", sink.equals(PeerCatalog.OURS) ? "rolling" : "checkpoint");
    settings.put("sink.path", "s3://" + Buckets.PROCESSED);
    // No file must reach its roll age during the accelerated hour.
    settings.put("roll.interval", "1 d");
    settings.put("enrich.chain", "page;campaign;referrer;user_agent;money");
    // Its state would obscure the sink's share of a checkpoint.
    settings.put("dedup.enabled", "false");
    settings.put(
        "flink.execution.checkpointing.interval",
        Math.max(50, (int) (eventsPerCheckpoint * MILLIS_PER_EVENT)) + " ms");
    settings.put("flink.s3.endpoint", meter.endpoint().toString());
    settings.put("flink.s3.path.style.access", "true");
    return PeerCatalog.job(sink, PacedJobPeer.class, settings)
        .withEnvironment(
            Map.of(
                "FLINK_PLUGINS_DIR",
                stack.client().project().flinkPlugins().toString(),
                "AWS_ACCESS_KEY_ID",
                LocalAws.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                LocalAws.SECRET_KEY));
  }

  /** Bytes that Trino reads from S3 per sample query; queries that read nothing are omitted. */
  private Map<String, Long> scans(LocalStack stack) {
    Map<String, Long> scans = new TreeMap<>();
    for (Path file : stack.client().project().queryFiles()) {
      String name = file.getFileName().toString().replace(".sql", "");
      String sql =
          "-- bench " + name + "\n" + stack.client().script(file).statements().get(0).sql();
      stack.client().query(sql);
      QueryResult bytes =
          stack
              .client()
              .query(
                  "SELECT coalesce(sum(t.physical_input_bytes), 0) FROM system.runtime.tasks t"
                      + " JOIN system.runtime.queries q ON t.query_id = q.query_id"
                      + " WHERE q.query_id = (SELECT max_by(query_id, created)"
                      + " FROM system.runtime.queries WHERE query LIKE '-- bench "
                      + name
                      + "%')");
      if (bytes.singleLong() > 0) {
        scans.put(name, bytes.singleLong());
      }
    }
    return scans;
  }

  private static void empty(LocalStack stack) {
    try (S3Client s3 = LocalAws.s3(stack.client().endpoint(Service.S3))) {
      for (S3Object object :
          s3.listObjectsV2Paginator(list -> list.bucket(Buckets.PROCESSED).prefix(TABLE + "/"))
              .contents()) {
        s3.deleteObject(delete -> delete.bucket(Buckets.PROCESSED).key(object.key()));
      }
    }
  }
}
