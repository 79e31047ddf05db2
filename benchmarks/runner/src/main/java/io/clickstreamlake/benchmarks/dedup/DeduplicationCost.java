package io.clickstreamlake.benchmarks.dedup;

/**
 * What de-duplication costs for one kind of events.
 *
 * @param kind {@code new} or {@code repeat}
 * @param events how many were processed
 * @param cpuSeconds of the whole process: compaction and garbage collection included
 */
public record DeduplicationCost(String kind, long events, double cpuSeconds) {

  public double eventsPerCoreSecond() {
    return events / cpuSeconds;
  }
}
