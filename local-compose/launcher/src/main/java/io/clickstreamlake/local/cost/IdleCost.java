package io.clickstreamlake.local.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * The monthly bill of a deployment without events: hourly and monthly prices of its resources, and
 * the queries of the ledger checks. No events are written, so no bytes are billed.
 */
public final class IdleCost {

  private static final double MINIMUM_MB_PER_QUERY = 10;
  private static final double MB_PER_TB = 1024.0 * 1024;
  private static final int TABLES_OF_A_CHECK = 3;
  private static final int DAYS_OF_THE_HOURLY_CHECK = 2;

  private final PriceList prices;
  private final List<CostItem> items = new ArrayList<>();

  private IdleCost(PriceList prices) {
    this.prices = prices;
  }

  /** The lines of the bill. */
  public static List<CostItem> of(IdleDeployment deployment, PriceList prices) {
    IdleCost cost = new IdleCost(prices);
    cost.stream(deployment);
    cost.job(deployment);
    cost.checks(deployment);
    cost.monitoring(deployment);
    return List.copyOf(cost.items);
  }

  private void stream(IdleDeployment deployment) {
    double hours = assume("hoursPerMonth");
    if (deployment.shards() == 0) {
      add("Kinesis", "stream, on demand", hours, "kinesis.onDemand.streamHour");
    } else {
      double shardHours = deployment.shards() * hours;
      add("Kinesis", "shards", shardHours, "kinesis.provisioned.shardHour");
      add(
          "Kinesis",
          "retention over 24 h",
          deployment.streamRetentionHours() > 24 ? shardHours : 0,
          "kinesis.provisioned.retentionShardHour");
      add(
          "Kinesis",
          "metrics of shards",
          deployment.shards() * deployment.shardMetrics(),
          "cloudwatch.metric");
    }
  }

  private void job(IdleDeployment deployment) {
    double hours = assume("hoursPerMonth");
    add("Flink", "KPUs", deployment.kpus() * hours, "flink.kpuHour");
    add("Flink", "KPU for orchestration", hours, "flink.kpuHour");
    add(
        "Flink",
        "running storage",
        deployment.kpus() * MonthlyCost.FLINK_GB_PER_KPU,
        "flink.storageGbMonth");
    add(
        "VPC",
        "interface endpoint for Kinesis",
        deployment.endpointZones() * hours,
        "vpc.endpointZoneHour");
    add("Secrets", "secrets of the job", deployment.secrets(), "secretsManager.secretMonth");
  }

  private void checks(IdleDeployment deployment) {
    double hourly = assume("hoursPerMonth");
    double nightly = hourly / 24;
    add("Scheduler", "starts of the checks", (hourly + nightly) / 1e6, "scheduler.million");
    add(
        "Athena",
        "ledger checks",
        (hourly + nightly) * TABLES_OF_A_CHECK * MINIMUM_MB_PER_QUERY / MB_PER_TB,
        "athena.tb");
    // With crawlers the catalog has the existing folders; with projection Athena lists all possible
    // ones.
    double folders =
        deployment.crawlers()
            ? TABLES_OF_A_CHECK * assume("idle.daysInCatalog")
            : assume("projection.foldersOfAllTables");
    add(
        "S3",
        "lists of the checks",
        (hourly * TABLES_OF_A_CHECK * DAYS_OF_THE_HOURLY_CHECK + nightly * folders) / 1000,
        "s3.putThousand");
    add("S3", "jar, results, state", assume("idle.s3Gb"), "s3.gbMonth");
    if (deployment.crawlers()) {
      // Event-driven crawlers do not run without events; the nightly crawler lists everything.
      add(
          "Glue",
          "nightly crawler",
          nightly * assume("crawler.dpuMinutesPerRun") / 60,
          "glue.dpuHour");
    }
  }

  private void monitoring(IdleDeployment deployment) {
    add("KMS", "keys", assume("kms.keys"), "kms.keyMonth");
    add("KMS", "requests", assume("idle.kmsRequests") / 10_000, "kms.tenThousand");
    // One alarm is for the crawlers.
    double alarms = assume("cloudwatch.alarmMetrics") - (deployment.crawlers() ? 0 : 1);
    add("CloudWatch", "alarms", alarms, "cloudwatch.alarm");
    add("CloudWatch", "metrics of the job", assume("cloudwatch.metrics"), "cloudwatch.metric");
    add("CloudWatch", "dashboard", 1, "cloudwatch.dashboard");
    add("CloudWatch", "logs", assume("idle.logGb"), "cloudwatch.logGb");
  }

  private double assume(String name) {
    return prices.assumption(name);
  }

  private void add(String service, String what, double quantity, String price) {
    if (quantity > 0) {
      items.add(new CostItem(service, what, quantity, prices.price(price)));
    }
  }
}
