package io.clickstreamlake.parse;

import io.clickstreamlake.event.KinesisRecord;
import io.clickstreamlake.event.ParsedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The identity of an event that carries none: from its stream, shard, sequence number, position and
 * bytes, so the same on every replay.
 *
 * <p>The bytes are part of it because the user records that the KPL packs into one Kinesis record
 * share its sequence number, and the connector does not tell which of them this is. Two of them
 * that are equal to the byte therefore count as one event.
 */
final class DerivedId {

  private DerivedId() {}

  static String of(KinesisRecord origin, ParsedEvent event) {
    byte[] place =
        (origin.stream
                + '\n'
                + origin.shardId
                + '\n'
                + origin.sequenceNumber
                + '\n'
                + event.position)
            .getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(
            ByteBuffer.allocate(place.length + event.length)
                .put(place)
                .put(event.bytes, event.start, event.length)
                .array())
        .toString();
  }
}
