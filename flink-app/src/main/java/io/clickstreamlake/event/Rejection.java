package io.clickstreamlake.event;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Why an event was refused, and its original bytes: what becomes a row of rejected_events.
 *
 * <p>A Flink POJO, see {@link KinesisRecord}.
 */
public final class Rejection {

  /** {@link RejectionReason#text()}. */
  public String reason;

  /** The column that the reason is about, or null. */
  public String column;

  public String message;
  public String stream;
  public String shardId;
  public String sequenceNumber;

  /** Place of the event in its record, from 0. */
  public int position;

  /** When Kinesis received the record, milliseconds since the epoch. */
  public long arrivalTime;

  public byte[] payload;

  public Rejection() {}

  /** The row, as this version of the job writes it. */
  public RejectedEvent toRow(String jobVersion) {
    return RejectedEvent.newBuilder()
        .setReason(reason)
        .setColumnName(column)
        .setMessage(message)
        .setStream(stream)
        .setShardId(shardId)
        .setSequenceNumber(sequenceNumber)
        .setPosition(position)
        .setArrivalTime(Instant.ofEpochMilli(arrivalTime))
        .setJobVersion(jobVersion)
        .setPayload(ByteBuffer.wrap(payload))
        .build();
  }

  public static Rejection of(
      RejectedException why, KinesisRecord origin, int position, byte[] payload) {
    return of(
        why,
        origin.stream,
        origin.shardId,
        origin.sequenceNumber,
        position,
        origin.arrivalTime,
        payload);
  }

  public static Rejection of(
      RejectedException why,
      String stream,
      String shardId,
      String sequenceNumber,
      int position,
      long arrivalTime,
      byte[] payload) {
    Rejection rejection = new Rejection();
    rejection.reason = why.reason().text();
    rejection.column = why.column();
    rejection.message = why.getMessage();
    rejection.stream = stream;
    rejection.shardId = shardId;
    rejection.sequenceNumber = sequenceNumber;
    rejection.position = position;
    rejection.arrivalTime = arrivalTime;
    rejection.payload = payload;
    return rejection;
  }
}
