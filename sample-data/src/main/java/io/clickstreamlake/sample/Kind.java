package io.clickstreamlake.sample;

/** The kind of a generated event, which determines its outcome in the lake. */
public enum Kind {
  /** Well-formed and on time: one row of click_events. */
  GOOD,
  /** With a {@link Defect}: one row of rejected_events. */
  BROKEN,
  /** The same bytes as an earlier {@link #GOOD} event: one duplicate, no row. */
  DUPLICATE,
  /** Well-formed, but sent days after its time: one row of click_events, in the day of its time. */
  LATE
}
