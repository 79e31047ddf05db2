package io.clickstreamlake.local.cost;

/**
 * What is to be paid for.
 *
 * @param eventsPerSecond average over the month
 * @param bytesPerEvent size of an event as JSON
 * @param eventsPerRecord events that a producer puts into one Kinesis record
 * @param shards of a provisioned stream; 0: on demand
 * @param streamRetentionHours how long Kinesis keeps records
 * @param kpus of the job, without the one for orchestration
 * @param rawDays how long the raw archive is kept
 * @param lakeMonths how many months of events the lake holds
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
