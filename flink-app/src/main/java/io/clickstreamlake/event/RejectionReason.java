package io.clickstreamlake.event;

import java.util.Locale;

/** The reason why an event is not in click_events; the column reason of rejected_events. */
public enum RejectionReason {
  /**
   * The record was empty, or contained only separators and empty arrays; or an envelope without
   * events.
   */
  EMPTY,
  /** Compressed data that is truncated or damaged, or compressed too many times. */
  INVALID_COMPRESSION,
  /** A field that the mapping decodes, and that is not encoded so. */
  INVALID_ENCODING,
  /** The part of a compressed record that expands beyond parse.max-uncompressed. */
  TOO_LARGE,
  /**
   * The rest of a record after parse.max-events events: one piece, regardless of its number of
   * events.
   */
  TOO_MANY_EVENTS,
  /**
   * Bytes that the parser skipped, or for which a step failed: a bug of the job, not of the
   * producer.
   */
  UNREADABLE,
  /** Bytes that are not UTF-8. */
  INVALID_UTF8,
  /** An escaped, unpaired surrogate, which UTF-8 cannot represent. */
  INVALID_UNICODE,
  /** Not JSON according to RFC 8259. */
  MALFORMED_JSON,
  /** JSON that is neither an object nor an array of objects. */
  NOT_AN_OBJECT,
  /** Nested deeper than parse.max-depth. */
  TOO_DEEP,
  /** A repeated name in one object: which value was meant is unknown. */
  DUPLICATE_KEY,
  /** A required column without a value. */
  MISSING_VALUE,
  /** A value that its column cannot hold. */
  INVALID_VALUE,
  /** event_time before time.min or time.max-age, or further ahead than time.max-future. */
  TIME_OUT_OF_RANGE,
  /** A violated rule of quality.rules with the action reject. */
  QUALITY_RULE,
  /** The visitor has not given the consent that privacy.consent.field requires. */
  NO_CONSENT;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The value in tables: {@code malformed_json}. */
  public String text() {
    return text;
  }
}
