package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.KinesisRecord;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a MiniCluster, from records to files. */
class ClickstreamJobTest {

  private static final Instant ARRIVAL = Instant.parse("2026-11-20T10:20:00Z");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path lake;

  @Test
  void givenGoodBadAndRepeatedEventsWhenTheJobRunsThenEachLiesWhereItBelongs() throws Exception {
    List<KinesisRecord> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      records.add(
          record(
              "{\"event_id\":\"e"
                  + i
                  + "\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-"
                  + (i % 2 == 0 ? "19" : "20")
                  + "T10:15:30.123Z\",\"user_id\":\"u1\",\"page\":{\"url\":\"https://shop.example/a\"},"
                  + "\"price\":19.90,\"quantity\":2}"));
    }
    records.add(
        record("{\"event_id\":\"e7\",\"event_type\":\"page_view\",\"event_time\":1795169730}"));
    records.add(record("{\"event_type\":\"page_view\""));
    records.add(record("{\"event_time\":\"2026-11-20T10:15:30Z\"}"));

    run(records);

    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.eventsByFolder().keySet())
        .containsExactly("year=2026/month=11/day=19", "year=2026/month=11/day=20");
    assertThat(folder.eventsByFolder().get("year=2026/month=11/day=19").size()).isEqualTo(50);
    assertThat(folder.events())
        .extracting(ClickEvent::getEventId)
        .doesNotHaveDuplicates()
        .hasSize(100);
    ClickEvent event = folder.events().get(0);
    assertThat(event.getPrice()).isEqualTo(new BigDecimal("19.90"));
    assertThat(event.getEventTime().toString()).endsWith("T10:15:30.123Z");
    assertThat(folder.rejectedByFolder().keySet())
        .containsExactly(
            "reason=malformed_json/year=2026/month=11/day=20",
            "reason=missing_value/year=2026/month=11/day=20");
    assertThat(folder.ledger())
        .isEqualTo(
            Map.of(
                "received", 103L,
                "written", 100L,
                "duplicate", 1L,
                "late", 50L,
                "rejected:malformed_json", 1L,
                "rejected:missing_value", 1L));
  }

  private void run(List<KinesisRecord> records) throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    ClickstreamJob.build(
        environment.fromData(records, TypeInformation.of(KinesisRecord.class)),
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", lake.toUri().toString())));
    environment.execute();
  }

  private static KinesisRecord record(String json) {
    return new KinesisRecord(
        json.getBytes(StandardCharsets.UTF_8),
        "clicks",
        "shardId-000000000000",
        "1",
        ARRIVAL.toEpochMilli());
  }
}
