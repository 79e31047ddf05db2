package io.clickstreamlake.source;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;

/**
 * A deserialization schema that passes on a record's bytes unchanged; the parser reads them and
 * handles their errors.
 */
final class KinesisRecordSchema implements KinesisDeserializationSchema<SourceRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public SourceRecord deserialize(
      byte[] data,
      String partitionKey,
      String sequenceNumber,
      long arrivalTime,
      String stream,
      String shardId) {
    return new SourceRecord(data, new Origin(stream, shardId, sequenceNumber), arrivalTime);
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return TypeInformation.of(SourceRecord.class);
  }
}
