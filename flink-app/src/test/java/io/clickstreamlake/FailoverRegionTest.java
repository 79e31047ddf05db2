package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.jobgraph.DistributionPattern;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that the job is one failover region. The sink assumes that a failure restarts all of its
 * writers together. Flink restarts connected tasks, so all tasks of the job must be connected.
 */
class FailoverRegionTest {

  private final Map<String, String> parents = new HashMap<>();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givenTheJobWhenItsTasksAreGroupedThenTheyAreOneRegion(boolean deduplicates) {
    JobGraph graph = graph(deduplicates);
    for (JobVertex vertex : graph.getVertices()) {
      for (int subtask = 0; subtask < vertex.getParallelism(); subtask++) {
        find(task(vertex, subtask));
      }
      for (JobEdge edge : vertex.getInputs()) {
        connect(edge.getSource().getProducer(), vertex, edge.getDistributionPattern());
      }
    }

    Set<String> regions =
        List.copyOf(parents.keySet()).stream().map(this::find).collect(Collectors.toSet());
    assertThat(regions).as("regions of " + parents.size() + " tasks").hasSize(1);
    assertThat(parents).hasSizeGreaterThan(4);
  }

  private static JobGraph graph(boolean deduplicates) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setParallelism(4);
    ClickstreamJob.build(
        environment.fromSource(
            new DataGeneratorSource<>(
                number -> new SourceRecord(), 1, TypeInformation.of(SourceRecord.class)),
            WatermarkStrategy.noWatermarks(),
            "parallel, like Kinesis"),
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", "file:///lake",
                "dedup.enabled", Boolean.toString(deduplicates))));
    return environment.getStreamGraph().getJobGraph();
  }

  private void connect(JobVertex from, JobVertex to, DistributionPattern pattern) {
    for (int target = 0; target < to.getParallelism(); target++) {
      if (pattern == DistributionPattern.ALL_TO_ALL) {
        for (int source = 0; source < from.getParallelism(); source++) {
          union(task(from, source), task(to, target));
        }
      } else {
        assertThat(from.getParallelism()).isEqualTo(to.getParallelism());
        union(task(from, target), task(to, target));
      }
    }
  }

  private static String task(JobVertex vertex, int subtask) {
    return vertex.getID() + "/" + subtask;
  }

  private String find(String task) {
    String parent = parents.getOrDefault(task, task);
    parents.putIfAbsent(task, task);
    return parent.equals(task) ? task : find(parent);
  }

  private void union(String one, String other) {
    parents.put(find(one), find(other));
  }
}
