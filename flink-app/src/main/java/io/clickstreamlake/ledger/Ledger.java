package io.clickstreamlake.ledger;

import io.clickstreamlake.event.LedgerEntry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Counts of one operator since it last posted them, by arrival hour, stream, outcome and reason.
 * Not thread-safe: it belongs to one subtask.
 */
public final class Ledger {

  private static final long HOUR_MILLIS = 3_600_000;

  private final Map<Page, Page> pages = new LinkedHashMap<>();

  /** The page of the last event, which is nearly always that of the next event too. */
  private Page current = new Page(Long.MIN_VALUE, "");

  /** Counts one event that arrived at {@code arrivalTime}, milliseconds since the epoch. */
  public void count(Outcome outcome, long arrivalTime, String stream) {
    count(outcome, arrivalTime, stream, 1);
  }

  /** Counts events that arrived at {@code arrivalTime}, milliseconds since the epoch. */
  public void count(Outcome outcome, long arrivalTime, String stream, int events) {
    page(arrivalTime, stream).counts[outcome.ordinal()] += events;
  }

  /**
   * Counts rejected events.
   *
   * @param events a negative number if they were counted before, and are no longer rejected
   */
  public void countRejected(String reason, long arrivalTime, String stream, long events) {
    page(arrivalTime, stream).rejected.merge(reason, events, Long::sum);
  }

  /** Passes on everything counted since the last call, and resets the counts. */
  public void post(Consumer<LedgerEntry> to) {
    pages.values().forEach(page -> page.post(to));
    pages.clear();
    current = new Page(Long.MIN_VALUE, "");
  }

  private Page page(long arrivalTime, String stream) {
    long hour = Math.floorDiv(arrivalTime, HOUR_MILLIS) * HOUR_MILLIS;
    if (current.hour != hour || !current.stream.equals(stream)) {
      current = pages.computeIfAbsent(new Page(hour, stream), page -> page);
    }
    return current;
  }

  /** The counts of one arrival hour and stream, which determine equality. */
  private static final class Page {

    private final long hour;
    private final String stream;
    private final long[] counts = new long[Outcome.values().length];
    private final Map<String, Long> rejected = new LinkedHashMap<>();

    private Page(long hour, String stream) {
      this.hour = hour;
      this.stream = stream;
    }

    private void post(Consumer<LedgerEntry> to) {
      for (Outcome outcome : Outcome.values()) {
        if (counts[outcome.ordinal()] != 0) {
          to.accept(entry(outcome, null, counts[outcome.ordinal()]));
        }
      }
      rejected.forEach(
          (reason, events) -> {
            if (events != 0) {
              to.accept(entry(Outcome.REJECTED, reason, events));
            }
          });
    }

    private LedgerEntry entry(Outcome outcome, String reason, long events) {
      return LedgerEntry.newBuilder()
          .setArrivalHour(Instant.ofEpochMilli(hour))
          .setStream(stream)
          .setOutcome(outcome.text())
          .setReason(reason)
          .setEvents(events)
          .build();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Page
          && hour == ((Page) other).hour
          && stream.equals(((Page) other).stream);
    }

    @Override
    public int hashCode() {
      return Objects.hash(hour, stream);
    }
  }
}
