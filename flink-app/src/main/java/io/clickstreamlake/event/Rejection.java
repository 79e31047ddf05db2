package io.clickstreamlake.event;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A rejected event with its reason and original bytes, the content of a row of rejected_events.
 *
 * <p>A Flink POJO, see {@link Origin}.
 */
public final class Rejection {

  /** {@link RejectionReason#text()}. */
  public String reason;

  /** The column that the reason is about, or null. */
  public String column;

  /** Explanation for people; contains no value of the event. */
  public String message;

  /** Origin of the record. */
  public Origin origin;

  /** Index of the event in its record, from 0. */
  public int position;

  /** When the source received the record, milliseconds since the epoch. */
  public long arrivalTime;

  /** Original bytes of the event, uncompressed if possible. */
  public byte[] payload;

  public Rejection() {}

  public static Rejection of(
      RejectedException cause, Origin origin, int position, long arrivalTime, byte[] payload) {
    Rejection rejection = new Rejection();
    rejection.reason = cause.reason().text();
    rejection.column = cause.column();
    rejection.message = cause.getMessage();
    rejection.origin = origin;
    rejection.position = position;
    rejection.arrivalTime = arrivalTime;
    rejection.payload = payload;
    return rejection;
  }

  /** Returns the row that this version of the job writes. */
  public RejectedEvent toRow(String jobVersion) {
    return RejectedEvent.newBuilder()
        .setReason(reason)
        .setColumnName(column)
        .setMessage(message)
        .setStream(origin.source)
        .setShardId(origin.partition)
        .setSequenceNumber(origin.position)
        .setPosition(position)
        .setArrivalTime(Instant.ofEpochMilli(arrivalTime))
        .setJobVersion(jobVersion)
        .setPayload(ByteBuffer.wrap(payload))
        .build();
  }
}
