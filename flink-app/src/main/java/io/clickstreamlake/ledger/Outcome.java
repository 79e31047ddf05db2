package io.clickstreamlake.ledger;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The outcome of an event. Each event is RECEIVED, and then exactly one of WRITTEN, REJECTED and
 * DUPLICATE; FLAGGED and LATE are subsets of WRITTEN, LOADED and FILLED of RECEIVED.
 */
public enum Outcome {
  RECEIVED,
  WRITTEN,
  REJECTED,
  DUPLICATE,
  FLAGGED,
  LATE,
  /** Read from a file by the command load, and not from the source of the job. */
  LOADED,
  /** Read from the raw archive by the command fill. */
  FILLED;

  /** The outcomes that a job without end has; the others belong to batches. */
  public static final Set<Outcome> OF_JOB = EnumSet.complementOf(EnumSet.of(LOADED, FILLED));

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The value in the table ledger. */
  public String text() {
    return text;
  }

  /** Name of the Flink metric that counts it in this run: {@code eventsReceived}. */
  public String metric() {
    return "events" + name().charAt(0) + text.substring(1);
  }

  /** Name of its rate in CloudWatch: {@code eventsReceivedPerSecond}. */
  public String rateMetric() {
    return metric() + "PerSecond";
  }
}
