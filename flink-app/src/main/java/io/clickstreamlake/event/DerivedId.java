package io.clickstreamlake.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The generator of ids for events without one, or without one that may be written. An id is derived
 * from stream, shard, sequence number, position and bytes, so it is the same on every replay.
 *
 * <p>The bytes are included because the user records in one Kinesis record of the KPL share its
 * sequence number, and the connector does not pass on their index. Two byte-identical user records
 * therefore count as one event.
 *
 * <p>It is a UUID of version 8, which RFC 9562 reserves for own schemes, so a derived id can be
 * told from one that a producer made: {@link #is}.
 */
public final class DerivedId {

  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private static final long VERSION_MASK = 0xF000L;
  private static final long VERSION_8 = 0x8000L;

  private DerivedId() {}

  /** Whether an id has the form of a derived one. */
  public static boolean is(String id) {
    return FORM.matcher(id).matches();
  }

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
    UUID hash =
        UUID.nameUUIDFromBytes(
            ByteBuffer.allocate(prefix.length + event.length)
                .put(prefix)
                .put(event.bytes, event.start, event.length)
                .array());
    return new UUID(
            hash.getMostSignificantBits() & ~VERSION_MASK | VERSION_8,
            hash.getLeastSignificantBits())
        .toString();
  }
}
