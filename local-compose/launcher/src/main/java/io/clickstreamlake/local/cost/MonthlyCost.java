package io.clickstreamlake.local.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * The monthly bills of two systems for one workload: this system, and the usual one, in which
 * Firehose converts records to Parquet and an hourly Glue job enriches, de-duplicates and compacts
 * the files. Both have a raw archive, and the same stream, catalog and monitoring.
 *
 * <p>The rounding of AWS matters more than its prices: Firehose bills every record as a multiple of
 * 5 KB, an on-demand stream as a multiple of 1 KB. A GB is 2^30 bytes.
 */
public final class MonthlyCost {

  private static final double KB = 1024;
  private static final double MB = 1024 * KB;
  private static final double GB = 1024 * MB;
  private static final double PUT_UNIT = 25 * KB;
  static final double FLINK_GB_PER_KPU = 50;
  private static final double HOURS_PER_DAY = 24;

  private final Workload workload;
  private final PriceList prices;
  private final List<CostItem> items = new ArrayList<>();

  private MonthlyCost(Workload workload, PriceList prices) {
    this.workload = workload;
    this.prices = prices;
  }

  /** This system: stream, Firehose for the raw archive, the Flink job. */
  public static List<CostItem> ours(Workload workload, PriceList prices) {
    MonthlyCost cost = new MonthlyCost(workload, prices);
    cost.stream(2);
    cost.add("Firehose", "raw archive", cost.firehoseGb(), "firehose.inGb");
    cost.add(
        "Flink", "KPUs and orchestration", (workload.kpus() + 1) * cost.hours(), "flink.kpuHour");
    cost.add(
        "Flink", "running storage", workload.kpus() * FLINK_GB_PER_KPU, "flink.storageGbMonth");
    cost.rawArchive();
    double lake = cost.jsonBytes() * cost.assume("parquet.bytesPerByte");
    cost.add("S3", "lake", lake / GB * workload.lakeMonths(), "s3.gbMonth");
    double files = workload.kpus() * cost.hours();
    double parts = lake / (cost.assume("s3.partMb") * MB);
    cost.add(
        "S3",
        "requests of the lake",
        (2 * files + parts + cost.assume("s3.sideFilesPerMonth")) / 1000,
        "s3.putThousand");
    cost.shared();
    return List.copyOf(cost.items);
  }

  /** The usual system: Firehose with format conversion, and an hourly Glue job after it. */
  public static List<CostItem> firehoseAndGlue(Workload workload, PriceList prices) {
    MonthlyCost cost = new MonthlyCost(workload, prices);
    cost.stream(1);
    cost.add("Firehose", "delivery", cost.firehoseGb(), "firehose.inGb");
    cost.add("Firehose", "conversion to Parquet", cost.firehoseGb(), "firehose.conversionGb");
    double runs = cost.assume("glueJob.runsPerMonth");
    double dpus = cost.assume("glueJob.dpus");
    double work = cost.jsonBytes() / GB / cost.assume("glueJob.gbPerDpuHour");
    cost.add(
        "Glue",
        "job: enrich, de-duplicate, compact",
        runs * dpus * cost.assume("glueJob.startMinutes") / 60 + work,
        "glue.dpuHour");
    cost.rawArchive();
    double lake = cost.jsonBytes() * cost.assume("firehose.parquetBytesPerByte");
    cost.add("S3", "lake", lake / GB * workload.lakeMonths(), "s3.gbMonth");
    // Written by Firehose, and again by the job.
    double objects = cost.objects(cost.assume("firehose.conversionBufferMb")) + runs * dpus;
    cost.add("S3", "requests of the lake", objects / 1000, "s3.putThousand");
    cost.shared();
    return List.copyOf(cost.items);
  }

  /** The sum of a bill. */
  public static double total(List<CostItem> items) {
    return items.stream().mapToDouble(CostItem::usd).sum();
  }

  private void stream(int readers) {
    double monthGb = jsonBytes() / GB;
    double keptHours = workload.streamRetentionHours() - 24;
    if (workload.shards() == 0) {
      double inGb = records() * roundUp(recordBytes(), KB) / GB;
      add("Kinesis", "stream, on demand", hours(), "kinesis.onDemand.streamHour");
      add("Kinesis", "records in", inGb, "kinesis.onDemand.inGb");
      add("Kinesis", "records out", monthGb * readers, "kinesis.onDemand.outGb");
      add(
          "Kinesis",
          "retention over 24 h",
          inGb / hours() * keptHours,
          "kinesis.onDemand.retentionGbMonth");
    } else {
      double shardHours = workload.shards() * hours();
      add("Kinesis", "shards", shardHours, "kinesis.provisioned.shardHour");
      add(
          "Kinesis",
          "records in",
          records() * roundUp(recordBytes(), PUT_UNIT) / PUT_UNIT / 1e6,
          "kinesis.provisioned.putMillion");
      add(
          "Kinesis",
          "retention over 24 h",
          keptHours > 0 ? shardHours : 0,
          "kinesis.provisioned.retentionShardHour");
    }
  }

  private void rawArchive() {
    double raw = jsonBytes() * assume("raw.bytesPerByte");
    double months = workload.rawDays() * HOURS_PER_DAY / hours();
    add("S3", "raw archive", raw / GB * months, "s3.gbMonth");
    add(
        "S3",
        "requests of the raw archive",
        objects(assume("firehose.bufferMb")) / 1000,
        "s3.putThousand");
  }

  private void shared() {
    double crawls =
        workload.crawlers()
            ? assume("crawler.runsPerMonth") * assume("crawler.dpuMinutesPerRun") / 60
            : 0;
    add("Glue", "crawlers", crawls, "glue.dpuHour");
    add("Athena", "queries", assume("athena.gbScannedPerMonth") / 1024, "athena.tb");
    add("KMS", "keys", assume("kms.keys"), "kms.keyMonth");
    add("CloudWatch", "alarms", assume("cloudwatch.alarmMetrics"), "cloudwatch.alarm");
    add("CloudWatch", "metrics", assume("cloudwatch.metrics"), "cloudwatch.metric");
    add("CloudWatch", "dashboard", 1, "cloudwatch.dashboard");
    add("CloudWatch", "logs", assume("cloudwatch.logGb"), "cloudwatch.logGb");
  }

  /** Objects that Firehose writes per month: by time, or by size if that is reached earlier. */
  private double objects(double bufferMb) {
    double bySeconds = hours() * 3600 / assume("firehose.bufferSeconds");
    return Math.max(bySeconds, jsonBytes() / (bufferMb * MB));
  }

  private double hours() {
    return assume("hoursPerMonth");
  }

  private double events() {
    return workload.eventsPerSecond() * hours() * 3600;
  }

  private double jsonBytes() {
    return events() * workload.bytesPerEvent();
  }

  private double records() {
    return events() / workload.eventsPerRecord();
  }

  private double recordBytes() {
    return (double) workload.bytesPerEvent() * workload.eventsPerRecord();
  }

  private double firehoseGb() {
    return records() * roundUp(recordBytes(), 5 * KB) / GB;
  }

  private static double roundUp(double bytes, double unit) {
    return Math.ceil(bytes / unit) * unit;
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
