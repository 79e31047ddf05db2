package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.ClickstreamJob;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.event.SourceRecord;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job as a peer, with a source that reads the input's files. {@code ours} and {@code filesink}
 * are this peer with different {@code sink.type}; a task can set every setting of the job and
 * Flink.
 */
public final class JobPeer implements Peer {

  /** As in production. A round is shorter, so its only checkpoint is the final one. */
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
    Configuration configuration = FlinkSettings.configuration(task);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        output.resolve("checkpoints").toUri().toString());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(task.parallelism(), configuration);
    environment.enableCheckpointing(CHECKPOINT_INTERVAL_MILLIS);
    FileSource<SourceRecord> events =
        FileSource.forBulkFileFormat(
                new EventFileFormat(),
                BenchmarkInput.files(task.input()).stream()
                    .map(file -> new org.apache.flink.core.fs.Path(file.toUri()))
                    .toArray(org.apache.flink.core.fs.Path[]::new))
            .build();
    ClickstreamJob.build(
        environment.fromSource(
            events,
            // As in the job's own source: time is arrival time.
            WatermarkStrategy.<SourceRecord>forMonotonousTimestamps()
                .withTimestampAssigner((record, previous) -> record.arrivalTime),
            "events"),
        FlinkSettings.job(task, output.toUri().toString().replaceAll("/$", "")));
    environment.execute("benchmark");
    return Map.of();
  }
}
