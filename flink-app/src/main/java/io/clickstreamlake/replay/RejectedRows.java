package io.clickstreamlake.replay;

import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.tables.DayBuckets;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Which rows of rejected_events are tried again. Immutable. */
public final class RejectedRows implements Serializable {

  private static final long serialVersionUID = 1L;

  private final TreeSet<String> reasons;
  private final Instant from;
  private final Instant to;

  /**
   * @param reasons of the rejection; empty for all
   * @param from first arrival
   * @param to arrival after the last
   */
  public RejectedRows(Collection<String> reasons, Instant from, Instant to) {
    this.reasons = new TreeSet<>(reasons);
    this.from = from;
    this.to = to;
  }

  /** All rows. */
  public static RejectedRows all() {
    return new RejectedRows(List.of(), Instant.MIN, Instant.MAX);
  }

  boolean contain(RejectedEvent row) {
    return (reasons.isEmpty() || reasons.contains(row.getReason()))
        && !row.getArrivalTime().isBefore(from)
        && row.getArrivalTime().isBefore(to);
  }

  /** Whether the folder of a day, such as {@code year=2026/month=11/day=20}, may have one. */
  boolean mayBeIn(String day) {
    return (from.equals(Instant.MIN) || day.compareTo(DayBuckets.day(from.toEpochMilli())) >= 0)
        && (to.equals(Instant.MAX) || day.compareTo(DayBuckets.day(to.toEpochMilli() - 1)) <= 0);
  }
}
