package io.clickstreamlake.parse.mapping;

import java.time.Instant;

/** What the section {@code time} of a mapping says about the time of an event. Immutable. */
public final class EventTimes {

  /** When the clock of the producer is corrected by the time at which it sent the event. */
  public enum Correction {
    /** The time of the event is impossible: before time.min, or beyond time.max-future. */
    IMPOSSIBLE,
    /**
     * Also if the event was sent, by the producer's clock, more than a minute after its arrival.
     */
    AHEAD,
    /** Always. */
    ALWAYS
  }

  /** No slot: the mapping does not name the time of sending. */
  public static final int NONE = -1;

  /** The slot that holds the time of sending, or {@link #NONE}. */
  public final int sentSlot;

  public final Correction correction;

  /** Whether an event without a time has the time of its arrival. */
  public final boolean absentIsArrival;

  /** Whether an event whose time is out of range has the time of its arrival. */
  public final boolean outOfRangeIsArrival;

  private final TimeReader reader;

  EventTimes(
      TimeReader reader,
      int sentSlot,
      Correction correction,
      boolean absentIsArrival,
      boolean outOfRangeIsArrival) {
    this.reader = reader;
    this.sentSlot = sentSlot;
    this.correction = correction;
    this.absentIsArrival = absentIsArrival;
    this.outOfRangeIsArrival = outOfRangeIsArrival;
  }

  /** Reads a time in the formats of the mapping; returns null if it has none of them. */
  public Instant read(String text) {
    try {
      return reader.read(text.strip());
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
