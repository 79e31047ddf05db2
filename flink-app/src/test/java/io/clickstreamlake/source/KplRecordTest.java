package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.KinesisRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.UserRecord;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Record;
import org.junit.jupiter.api.Test;

/** Records that the Kinesis Producer Library packed into one, as the connector takes them apart. */
class KplRecordTest {

  @Test
  void givenAnAggregatedRecordWhenReadThenEachOfItsRecordsComesWithBytesAndOrigin()
      throws Exception {
    Record aggregated =
        new Record()
            .withData(ByteBuffer.wrap(aggregate("{\"n\":1}", "{\"n\":2}", "{\"n\":3}")))
            .withPartitionKey("a")
            .withSequenceNumber("495")
            .withApproximateArrivalTimestamp(new Date(1_795_169_730_123L));

    List<KinesisRecord> records = new ArrayList<>();
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
              assertThat(record.sequenceNumber).isEqualTo("495");
              assertThat(record.arrivalTime).isEqualTo(1_795_169_730_123L);
            });
  }

  /**
   * The KPL's aggregated form: a magic number, a protobuf message of partition keys (field 1) and
   * records (field 3: key index, data), and the message's MD5.
   */
  private static byte[] aggregate(String... texts) throws Exception {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, 1, "a".getBytes(StandardCharsets.UTF_8));
    for (String text : texts) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.write(1 << 3);
      record.write(0);
      field(record, 3, text.getBytes(StandardCharsets.UTF_8));
      field(message, 3, record.toByteArray());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(HexFormat.of().parseHex("f3899ac2"));
    out.write(message.toByteArray());
    out.write(MessageDigest.getInstance("MD5").digest(message.toByteArray()));
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes)
      throws IOException {
    assertThat(bytes).hasSizeLessThan(128);
    out.write(number << 3 | 2);
    out.write(bytes.length);
    out.write(bytes);
  }
}
