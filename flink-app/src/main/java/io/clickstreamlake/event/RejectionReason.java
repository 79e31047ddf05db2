package io.clickstreamlake.event;

import java.util.Locale;

/** Why an event is not in click_events; the column reason of rejected_events. */
public enum RejectionReason {
  /** The record held no byte, or nothing but separators and empty arrays. */
  EMPTY,
  /** Compressed data that is cut off or damaged, or compressed too often. */
  INVALID_COMPRESSION,
  /** A compressed record, or the part of it that expands beyond parse.max-uncompressed. */
  TOO_LARGE,
  /** What lies in a record behind parse.max-events events; one piece, however many it holds. */
  TOO_MANY_EVENTS,
  /**
   * Bytes that the parser passed over, or a step failed at: a fault of the job, not the producer.
   */
  UNREADABLE,
  /** Bytes that are not UTF-8. */
  INVALID_UTF8,
  /** An escaped surrogate without its other half, which no UTF-8 can hold. */
  INVALID_UNICODE,
  /** Not JSON as RFC 8259 defines it. */
  MALFORMED_JSON,
  /** JSON, but neither an object nor an array of objects. */
  NOT_AN_OBJECT,
  /** Nested deeper than parse.max-depth. */
  TOO_DEEP,
  /** One name twice in one object, with no way to tell which value was meant. */
  DUPLICATE_KEY,
  /** A required column without a value. */
  MISSING_VALUE,
  /** A value that its column cannot hold. */
  INVALID_VALUE,
  /** event_time before time.min or time.max-age, or further ahead than time.max-future. */
  TIME_OUT_OF_RANGE,
  /** A rule of quality.rules with action reject. */
  QUALITY_RULE;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it stands in tables: {@code malformed_json}. */
  public String text() {
    return text;
  }
}
