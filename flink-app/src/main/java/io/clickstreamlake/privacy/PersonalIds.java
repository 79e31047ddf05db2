package io.clickstreamlake.privacy;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What becomes of ids that hold personal data, such as an e-mail address as the user's id. With a
 * key they become a hash, so that the same person stays one. Without a key nothing can be written
 * that could not be tried out with all known addresses, so they become null. An event's own id may
 * not be null: it is made from the event's place in the stream, as for events without one.
 */
final class PersonalIds {

  private final FieldAction hash;

  /**
   * @param hash with the key of the settings, or null without one
   */
  PersonalIds(FieldAction hash) {
    this.hash = hash;
  }

  /** The value for the column; the event carries the mark {@code COLUMN_redacted}. */
  String replace(String column, String id, boolean required, ParsedEvent event) {
    event.flag(column + "_redacted");
    if (hash != null) {
      return hash.apply(id);
    }
    return required ? place(event) : null;
  }

  private static String place(ParsedEvent event) {
    ClickEvent row = event.event;
    String place =
        String.join(
            "\n",
            row.getStream(),
            row.getShardId(),
            row.getSequenceNumber(),
            Integer.toString(event.position));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(place.getBytes(StandardCharsets.UTF_8));
      return FieldAction.hex(digest, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
