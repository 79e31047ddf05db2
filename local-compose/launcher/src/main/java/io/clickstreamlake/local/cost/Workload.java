package io.clickstreamlake.local.cost;

/**
 * The workload of a bill.
 *
 * @param eventsPerSecond average over the month
 * @param bytesPerEvent size of an event as JSON
 * @param eventsPerRecord events per Kinesis record
 * @param shards of a provisioned stream; 0 means on demand
 * @param streamRetentionHours retention of the stream
 * @param kpus of the job, without the one for orchestration
 * @param rawDays retention of the raw archive
 * @param lakeMonths months of events in the lake
 * @param crawlers whether crawlers add the partitions; otherwise Athena projects them
 */
public record Workload(
    double eventsPerSecond,
    int bytesPerEvent,
    int eventsPerRecord,
    int shards,
    int streamRetentionHours,
    int kpus,
    int rawDays,
    int lakeMonths,
    boolean crawlers) {

  public Workload {
    atLeast("eventsPerSecond", eventsPerSecond, 0);
    atLeast("bytesPerEvent", bytesPerEvent, 1);
    atLeast("eventsPerRecord", eventsPerRecord, 1);
    atLeast("shards", shards, 0);
    atLeast("streamRetentionHours", streamRetentionHours, 24);
    atLeast("kpus", kpus, 1);
    atLeast("rawDays", rawDays, 0);
    atLeast("lakeMonths", lakeMonths, 1);
  }

  private static void atLeast(String name, double value, double least) {
    if (!(value >= least)) {
      throw new IllegalArgumentException(name + " is " + value + ", less than " + least);
    }
  }
}
