package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.ClickstreamJob;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.KinesisRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job behind a source that reads the input's files. {@code ours} and {@code filesink} are this
 * peer with another {@code sink.type}; every setting of the job can be given.
 */
public final class JobPeer implements Peer {

  /** What production has; a round is shorter, so that its one checkpoint is the last one. */
  private static final long CHECKPOINT_INTERVAL_MILLIS = 60_000;

  private final PeerTask task;

  private JobPeer(PeerTask task) {
    this.task = task;
  }

  public static void main(String[] args) {
    PeerServer.serve(args, JobPeer::new);
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        output.resolve("checkpoints").toUri().toString());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(task.parallelism(), configuration);
    environment.enableCheckpointing(CHECKPOINT_INTERVAL_MILLIS);
    FileSource<KinesisRecord> events =
        FileSource.forBulkFileFormat(
                new EventFileFormat(),
                BenchmarkInput.files(task.input()).stream()
                    .map(file -> new org.apache.flink.core.fs.Path(file.toUri()))
                    .toArray(org.apache.flink.core.fs.Path[]::new))
            .build();
    ClickstreamJob.build(
        environment.fromSource(events, WatermarkStrategy.noWatermarks(), "events"),
        settings(output));
    environment.execute("benchmark");
    return Map.of();
  }

  private JobSettings settings(Path output) {
    return settings(task, output);
  }

  /** The job's settings: what the task says, else the plain path from bytes to Parquet. */
  static JobSettings settings(PeerTask task, Path output) {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.stream", "clicks");
    texts.put("source.region", "eu-central-1");
    texts.put("enrich.chain", "");
    texts.put("dedup.enabled", "false");
    texts.putAll(task.settings());
    texts.put("sink.path", output.toUri().toString().replaceAll("/$", ""));
    return JobSettings.of(texts);
  }
}
