package io.clickstreamlake.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The identity of an event that carries none, or none that may be written: from its stream, shard,
 * sequence number, position and bytes, so the same on every replay.
 *
 * <p>The bytes are part of it because the user records that the KPL packs into one Kinesis record
 * share its sequence number, and the connector does not tell which of them this is. Two of them
 * that are equal to the byte therefore count as one event.
 */
public final class DerivedId {

  private DerivedId() {}

  /** The id of an event whose row has its place in the stream already. */
  public static String of(ParsedEvent event) {
    ClickEvent row = event.event;
    byte[] place =
        String.join(
                "\n",
                row.getStream(),
                row.getShardId(),
                row.getSequenceNumber(),
                Integer.toString(event.position))
            .getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(
            ByteBuffer.allocate(place.length + event.length)
                .put(place)
                .put(event.bytes, event.start, event.length)
                .array())
        .toString();
  }
}
