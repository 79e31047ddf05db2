package io.clickstreamlake.event;

/**
 * One record as the source read it: bytes and origin. De-aggregated KPL user records come one by
 * one and share a sequence number.
 *
 * <p>A Flink POJO: public fields and a constructor without arguments keep it off Kryo.
 */
public final class KinesisRecord {

  /** The record's bytes as the producer put them. */
  public byte[] data;

  public String stream;
  public String shardId;
  public String sequenceNumber;

  /** When Kinesis received the record, milliseconds since the epoch. */
  public long arrivalTime;

  public KinesisRecord() {}

  public KinesisRecord(
      byte[] data, String stream, String shardId, String sequenceNumber, long arrivalTime) {
    this.data = data;
    this.stream = stream;
    this.shardId = shardId;
    this.sequenceNumber = sequenceNumber;
    this.arrivalTime = arrivalTime;
  }
}
