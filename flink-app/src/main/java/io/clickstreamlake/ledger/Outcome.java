package io.clickstreamlake.ledger;

import java.util.Locale;

/**
 * What became of an event. Each one is RECEIVED, and then exactly one of WRITTEN, REJECTED and
 * DUPLICATE; FLAGGED and LATE are parts of WRITTEN.
 */
public enum Outcome {
  RECEIVED,
  WRITTEN,
  REJECTED,
  DUPLICATE,
  FLAGGED,
  LATE;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it stands in the table ledger. */
  public String text() {
    return text;
  }

  /** Name of the Flink metric that counts it in this run: {@code eventsReceived}. */
  public String metric() {
    return "events" + name().charAt(0) + text.substring(1);
  }

  /** Name of its rate, as it stands in CloudWatch: {@code eventsReceivedPerSecond}. */
  public String rateMetric() {
    return metric() + "PerSecond";
  }
}
