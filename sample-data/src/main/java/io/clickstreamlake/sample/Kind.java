package io.clickstreamlake.sample;

/** What a generated event is, and so what must become of it in the lake. Each event is one kind. */
public enum Kind {
  /** Well-formed, in order of time: one row of click_events. */
  GOOD,
  /** Spoiled by a {@link Defect}: one row of rejected_events. */
  BROKEN,
  /** The same bytes as an earlier {@link #GOOD} event: one duplicate, no row. */
  DUPLICATE,
  /**
   * Well-formed, but it happened days before it is sent: one row of click_events, in its true day.
   */
  LATE
}
