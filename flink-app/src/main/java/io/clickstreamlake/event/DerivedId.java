package io.clickstreamlake.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The generator of ids for events without one, or without one that may be written. An id is derived
 * from stream, shard, sequence number, position and bytes, so it is the same on every replay.
 *
 * <p>The bytes are included because the user records in one Kinesis record of the KPL share its
 * sequence number, and the connector does not pass on their index. Two byte-identical user records
 * therefore count as one event.
 */
public final class DerivedId {

  private DerivedId() {}

  /** Returns the id, a UUID. The row's stream, shard and sequence number must be set. */
  public static String of(ParsedEvent event) {
    ClickEvent row = event.event;
    byte[] prefix =
        String.join(
                "\n",
                row.getStream(),
                row.getShardId(),
                row.getSequenceNumber(),
                Integer.toString(event.position))
            .getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(
            ByteBuffer.allocate(prefix.length + event.length)
                .put(prefix)
                .put(event.bytes, event.start, event.length)
                .array())
        .toString();
  }
}
