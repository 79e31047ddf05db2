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

  /** Why the bytes are not those of a whole record; null if they are. */
  public RejectionReason problem;

  /** Explanation of {@link #problem} for people. */
  public String problemMessage;

  public SourceRecord() {}

  public SourceRecord(byte[] data, Origin origin, long arrivalTime) {
    this.data = data;
    this.origin = origin;
    this.arrivalTime = arrivalTime;
  }

  /** A record that the source could not read to its end; the parser rejects it. */
  public static SourceRecord incomplete(
      byte[] data, Origin origin, long arrivalTime, RejectionReason problem, String message) {
    SourceRecord record = new SourceRecord(data, origin, arrivalTime);
    record.problem = problem;
    record.problemMessage = message;
    return record;
  }
}
