package io.clickstreamlake.event;

/**
 * The position in a stream that a record was read from. Together with an index in the record it
 * permanently identifies an event: a second read of the same record has the same origin.
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
