package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.ClickstreamJob;
import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.event.SourceRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStatsSummarySnapshot;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job as a peer in fast motion: the task sets the number of events between two checkpoints, so
 * an hour of one-minute checkpoints takes as long as sixty checkpoints. The job writes to {@code
 * sink.path}; the folder of a round holds its checkpoints.
 */
public final class PacedJobPeer implements Peer {

  private static final String EVENTS = "paced.events";
  private static final String EVENTS_A_CHECKPOINT = "paced.events-a-checkpoint";

  private final PeerTask task;

  private PacedJobPeer(PeerTask task) {
    if (task.parallelism() != 1) {
      throw new IllegalArgumentException("events are read in order, so parallelism must be 1");
    }
    this.task = task;
  }

  public static void main(String[] args) {
    PeerServer.serve(args, PacedJobPeer::new);
  }

  /** Required settings: number of events in total, and between two checkpoints. */
  public static Map<String, String> pace(int events, int eventsACheckpoint) {
    return Map.of(
        EVENTS, Integer.toString(events), EVENTS_A_CHECKPOINT, Integer.toString(eventsACheckpoint));
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    Map<String, String> settings = new HashMap<>(task.settings());
    long events = Long.parseLong(settings.remove(EVENTS));
    int eventsACheckpoint = Integer.parseInt(settings.remove(EVENTS_A_CHECKPOINT));
    String sinkPath = settings.remove("sink.path");
    PeerTask jobTask = new PeerTask(task.input(), 1, settings);

    Configuration configuration = FlinkSettings.configuration(jobTask);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        Files.createDirectories(output).toUri().toString());
    FileSystem.initialize(
        configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(1);
    DataGeneratorSource<SourceRecord> source =
        new DataGeneratorSource<>(
            new PacedEvents(task.input()),
            events,
            RateLimiterStrategy.perCheckpoint(eventsACheckpoint),
            TypeInformation.of(SourceRecord.class));
    ClickstreamJob.build(
        environment.fromSource(source, WatermarkStrategy.noWatermarks(), "events"),
        FlinkSettings.job(jobTask, sinkPath));
    return run(environment.getStreamGraph().getJobGraph(), configuration);
  }

  private static Map<String, Long> run(JobGraph job, Configuration configuration) throws Exception {
    try (MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .withRandomPorts()
                .build())) {
      cluster.start();
      cluster.executeJobBlocking(job);
      return figures(cluster, job.getJobID());
    }
  }

  private static Map<String, Long> figures(MiniCluster cluster, JobID job) throws Exception {
    CheckpointStatsSnapshot checkpoints =
        cluster.getArchivedExecutionGraph(job).get().getCheckpointStatsSnapshot();
    CompletedCheckpointStatsSummarySnapshot all = checkpoints.getSummaryStats();
    return Map.of(
        "checkpoints", checkpoints.getCounts().getNumberOfCompletedCheckpoints(),
        "checkpoint_bytes", all.getStateSizeStats().getSum(),
        "checkpoint_bytes_max", all.getStateSizeStats().getMaximum(),
        "checkpoint_millis_median", Math.round(all.getEndToEndDurationStats().getQuantile(0.5)),
        "checkpoint_millis_max", all.getEndToEndDurationStats().getMaximum());
  }
}
