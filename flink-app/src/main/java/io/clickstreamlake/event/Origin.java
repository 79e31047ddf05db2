package io.clickstreamlake.event;

/**
 * Where a record was read from. Together with a position in the record it identifies an event for
 * good: a second read of the same record has the same origin.
 *
 * <p>A Flink POJO: public fields and a constructor without arguments keep it off Kryo.
 */
public final class Origin {

  /** Name of the Kinesis stream. */
  public String stream;

  /** Shard of the stream. */
  public String shardId;

  /** Sequence number within the shard. */
  public String sequenceNumber;

  public Origin() {}

  public Origin(String stream, String shardId, String sequenceNumber) {
    this.stream = stream;
    this.shardId = shardId;
    this.sequenceNumber = sequenceNumber;
  }
}
