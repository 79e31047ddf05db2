package io.clickstreamlake.event;

/**
 * A record as delivered by a source: bytes, origin and arrival. The steps after the source depend
 * on nothing else. De-aggregated KPL user records are separate records that share an origin.
 *
 * <p>A Flink POJO, see {@link Origin}.
 */
public final class SourceRecord {

  /** The bytes as sent by the producer. */
  public byte[] data;

  /** Stream, shard and sequence number. */
  public Origin origin;

  /** When the source received the record, milliseconds since the epoch. */
  public long arrivalTime;

  public SourceRecord() {}

  public SourceRecord(byte[] data, Origin origin, long arrivalTime) {
    this.data = data;
    this.origin = origin;
    this.arrivalTime = arrivalTime;
  }
}
