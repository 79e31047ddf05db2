package io.clickstreamlake.sample;

/** The defect of a broken event. */
public enum Defect {
  /** The JSON text is truncated. */
  CUT_OFF,
  /** A line of an access log instead of JSON. */
  NOT_JSON,
  /** A JSON string instead of an object. */
  NOT_AN_OBJECT,
  /** The object has no event_type. */
  MISSING_EVENT_TYPE,
  /** The object has no event_time. */
  MISSING_EVENT_TIME,
  /** event_time is text that is not a time. */
  EVENT_TIME_NOT_A_TIME,
  /** event_time is in 1999, as on a device without a clock. */
  EVENT_TIME_OUT_OF_RANGE
}
