package io.clickstreamlake.source;

import io.clickstreamlake.event.KinesisRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;

/** Keeps a record's bytes as they are; reading them is the parser's work, and so are its errors. */
final class KinesisRecordSchema implements KinesisDeserializationSchema<KinesisRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public KinesisRecord deserialize(
      byte[] data,
      String partitionKey,
      String sequenceNumber,
      long arrivalTime,
      String stream,
      String shardId) {
    return new KinesisRecord(data, stream, shardId, sequenceNumber, arrivalTime);
  }

  @Override
  public TypeInformation<KinesisRecord> getProducedType() {
    return TypeInformation.of(KinesisRecord.class);
  }
}
