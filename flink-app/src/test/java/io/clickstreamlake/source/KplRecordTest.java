package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sample.AggregatedRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.UserRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.junit.jupiter.api.Test;

/** De-aggregation by the connector of records that the Kinesis Producer Library aggregated. */
class KplRecordTest {

  @Test
  void givenAnAggregatedRecordWhenReadThenEachUserRecordHasItsBytesAndOrigin() {
    Record aggregated =
        new Record()
            .withData(
                ByteBuffer.wrap(
                    AggregatedRecord.of(List.of("{\"n\":1}", "{\"n\":2}", "{\"n\":3}"))))
            .withPartitionKey("a")
            .withSequenceNumber("495")
            .withApproximateArrivalTimestamp(new Date(1_795_169_730_123L));

    List<SourceRecord> records = new ArrayList<>();
    for (UserRecord record : UserRecord.deaggregate(List.of(aggregated))) {
      records.add(
          new KinesisRecordSchema()
              .deserialize(
                  record.getData().array(),
                  record.getPartitionKey(),
                  record.getSequenceNumber(),
                  record.getApproximateArrivalTimestamp().getTime(),
                  "clicks",
                  "shardId-000000000000"));
    }

    assertThat(records)
        .extracting(record -> new String(record.data, StandardCharsets.UTF_8))
        .containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
    assertThat(records)
        .allSatisfy(
            record -> {
              assertThat(record.origin.position).isEqualTo("495");
              assertThat(record.arrivalTime).isEqualTo(1_795_169_730_123L);
            });
  }
}
