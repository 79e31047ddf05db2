package io.clickstreamlake.event;

/**
 * One record as a source delivers it: bytes, origin and arrival. The steps behind the source know
 * nothing else about where records come from. De-aggregated KPL user records are records of their
 * own and share an origin.
 *
 * <p>A Flink POJO, see {@link Origin}.
 */
public final class SourceRecord {

  /** The bytes as the producer sent them. */
  public byte[] data;

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
