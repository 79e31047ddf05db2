package io.clickstreamlake.privacy;

import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.ParsedEvent;

/**
 * What becomes of ids that hold personal data, such as an e-mail address as the user's id. With a
 * key they become a hash, so that the same person stays one. Without a key nothing can be written
 * that could not be tried out with all known addresses, so they become null. An event's own id may
 * not be null: it is derived from its place in the stream and its bytes, as for events without one.
 * Who wants to try out that one must know every byte of the event.
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
    return required ? DerivedId.of(event) : null;
  }
}
