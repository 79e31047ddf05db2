package io.clickstreamlake.local.cost;

/**
 * The billed resources of a deployment without events. The two constants are the examples in
 * terraform/examples; a test compares them.
 *
 * @param name of the example
 * @param shards of a provisioned stream; 0 means on demand
 * @param shardMetrics number of enabled metrics per shard
 * @param streamRetentionHours retention of the stream
 * @param kpus of the job, without the one for orchestration
 * @param crawlers whether crawlers add the partitions; otherwise Athena projects them
 * @param endpointZones availability zones with an interface endpoint for Kinesis
 * @param secrets in Secrets Manager
 */
public record IdleDeployment(
    String name,
    int shards,
    int shardMetrics,
    int streamRetentionHours,
    int kpus,
    boolean crawlers,
    int endpointZones,
    int secrets) {

  /** terraform/examples/minimal. */
  public static final IdleDeployment MINIMAL =
      new IdleDeployment("minimal", 0, 0, 24, 1, false, 0, 0);

  /** terraform/examples/production. */
  public static final IdleDeployment PRODUCTION =
      new IdleDeployment("production", 4, 2, 168, 4, true, 2, 1);
}
