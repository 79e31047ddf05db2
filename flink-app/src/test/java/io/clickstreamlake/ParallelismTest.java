package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.tables.LakeTable;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/**
 * The parallelism of the job is that of Flink's configuration, as Managed Service for Apache Flink
 * and the containers set it.
 */
class ParallelismTest {

  private static final int CONFIGURED = 5;

  @Test
  void givenAConfiguredParallelismWhenTheJobIsBuiltThenOnlyTheSmallTablesHaveOneWriter() {
    Configuration flink = new Configuration();
    flink.set(CoreOptions.DEFAULT_PARALLELISM, CONFIGURED);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(flink);
    ClickstreamJob.build(
        environment.fromSource(
            new DataGeneratorSource<>(
                number -> new SourceRecord(), 1, TypeInformation.of(SourceRecord.class)),
            WatermarkStrategy.noWatermarks(),
            "kinesis"),
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", "file:///lake")));

    StreamGraph graph = environment.getStreamGraph();
    Map<Boolean, Map<String, Integer>> byTable =
        graph.getStreamNodes().stream()
            .collect(
                Collectors.partitioningBy(
                    node -> belongsToASmallTable(node.getOperatorName()),
                    Collectors.toMap(StreamNode::getOperatorName, StreamNode::getParallelism)));

    assertThat(byTable.get(true))
        .isNotEmpty()
        .allSatisfy((name, tasks) -> assertThat(tasks).isOne());
    assertThat(byTable.get(false))
        .containsKeys("Source: kinesis", "parse", "enrich", "dedup", "count")
        .allSatisfy((name, tasks) -> assertThat(tasks).as(name).isEqualTo(CONFIGURED));
  }

  /** Whether a step is the sink of a small table, or creates the rows of rejected events. */
  private static boolean belongsToASmallTable(String step) {
    return step.equals("rejected row")
        || LakeTable.smallTables().stream().anyMatch(table -> step.startsWith(table + ": "));
  }
}
