package io.clickstreamlake.benchmarks.dedup;

/**
 * Cost of de-duplication for one kind of event.
 *
 * @param kind {@code new} or {@code repeat}
 * @param events number of events processed
 * @param cpuSeconds of the whole process, compaction and garbage collection included
 */
public record DeduplicationCost(String kind, long events, double cpuSeconds) {

  public double eventsPerCoreSecond() {
    return events / cpuSeconds;
  }
}
