package io.clickstreamlake.privacy;

import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.ParsedEvent;

/**
 * The replacement of ids that hold personal data, such as an e-mail address as the user id. With a
 * key the replacement is a hash, so that one person keeps one id. Without a key it is null, because
 * an unkeyed hash can be reversed by hashing all known e-mail addresses. The event id must not be
 * null: it is derived from the event's position in the stream and its bytes, as for events without
 * an id. To reverse a derived id, an attacker must know every byte of the event.
 */
final class PersonalIds {

  private final FieldAction hash;

  /**
   * @param hash the hash with the key of the settings, or null without a key
   */
  PersonalIds(FieldAction hash) {
    this.hash = hash;
  }

  /** The value for the column. Adds the flag {@code COLUMN_redacted} to the event. */
  String replace(String column, String id, boolean required, ParsedEvent event) {
    event.flag(column + "_redacted");
    if (hash != null) {
      return hash.apply(id);
    }
    return required ? DerivedId.of(event) : null;
  }
}
