package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstreamlake.local.cost.CostItem;
import io.clickstreamlake.local.cost.IdleCost;
import io.clickstreamlake.local.cost.IdleDeployment;
import io.clickstreamlake.local.cost.MonthlyCost;
import io.clickstreamlake.local.cost.PriceList;
import io.clickstreamlake.local.cost.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake cost}. */
@Command(
    name = "cost",
    description = {
      "Computes the monthly cost on AWS, compared with Firehose format conversion and a Glue job."
          + " terraform/docs/cost.md documents the calculation."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake cost --events-per-second 500 --bytes 600",
      "  ./lake cost --events-per-second 20000 --bytes 600 --events-per-record 40 --shards 16",
      "  ./lake cost --idle                            without events",
      "  ./lake cost --show-prices > my-prices.json    to edit, and use with --prices"
    })
final class CostCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--events-per-second",
      paramLabel = "N",
      defaultValue = "500",
      description = "Events per second, averaged over the month. Default: ${DEFAULT-VALUE}.")
  private double eventsPerSecond;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "600",
      description = "Size of an event as JSON. Default: ${DEFAULT-VALUE}.")
  private int bytes;

  @Option(
      names = "--events-per-record",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Events per Kinesis record, as JSON lines or aggregated by the KPL."
              + " Default: ${DEFAULT-VALUE}.")
  private int eventsPerRecord;

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "0",
      description = "Shards of a provisioned stream; 0 means on demand. Default: ${DEFAULT-VALUE}.")
  private int shards;

  @Option(
      names = "--stream-hours",
      paramLabel = "N",
      defaultValue = "72",
      description = "Retention of the stream in hours. Default: ${DEFAULT-VALUE}.")
  private int streamHours;

  @Option(
      names = "--kpus",
      paramLabel = "N",
      description = "KPUs of the job. Default: derived from the rate and the price list.")
  private Integer kpus;

  @Option(
      names = "--raw-days",
      paramLabel = "N",
      defaultValue = "30",
      description = "Retention of the raw archive in days. Default: ${DEFAULT-VALUE}.")
  private int rawDays;

  @Option(
      names = "--lake-months",
      paramLabel = "N",
      defaultValue = "12",
      description = "Months of events in the lake. Default: ${DEFAULT-VALUE}.")
  private int lakeMonths;

  /** How partitions get into the catalog: the values of Terraform's catalog_mode. */
  enum CatalogMode {
    CRAWLER,
    PROJECTION
  }

  @Option(
      names = "--catalog-mode",
      paramLabel = "MODE",
      defaultValue = "CRAWLER",
      description = "crawler or projection. Default: crawler.")
  private CatalogMode catalogMode;

  @Option(
      names = "--idle",
      description =
          "Shows the cost of terraform/examples without events, line by line. Only --prices"
              + " applies; other options are ignored.")
  private boolean idle;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "File with custom unit prices and assumptions.")
  private Path prices;

  @Option(names = "--show-prices", description = "Prints the unit prices and assumptions, as JSON.")
  private boolean showPrices;

  @Mixin private HelpOption help;

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = new Console(spec.commandLine().getOut());
    PriceList list = prices == null ? PriceList.shipped() : PriceList.read(prices);
    if (showPrices) {
      console.line(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
              .writeValueAsString(list));
      return 0;
    }
    if (idle) {
      idle(console, list);
      return 0;
    }
    Workload workload = workload(list);
    console.line(
        String.format(
            Locale.ROOT,
            "%,.0f events/s of %,d bytes, %s, %d KPU%s. %s, %s, %s.",
            workload.eventsPerSecond(),
            workload.bytesPerEvent(),
            workload.shards() == 0 ? "on-demand stream" : workload.shards() + " shards",
            workload.kpus(),
            workload.kpus() == 1 ? "" : "s",
            list.region(),
            list.currency(),
            list.asOf()));
    List<CostItem> ours = MonthlyCost.ours(workload, list);
    List<CostItem> theirs = MonthlyCost.firehoseAndGlue(workload, list);
    bill(console, "Clickstream Lake", ours);
    bill(console, "Firehose format conversion and Glue", theirs);
    double millions = workload.eventsPerSecond() * list.assumption("hoursPerMonth") * 0.0036;
    console.line("");
    console.line(
        String.format(
            Locale.ROOT,
            "total: clickstream-lake=%.2f firehose-and-glue=%.2f per-million-events=%.3f",
            MonthlyCost.total(ours),
            MonthlyCost.total(theirs),
            millions > 0 ? MonthlyCost.total(ours) / millions : 0));
    console.line("Prices: " + list.source() + ".");
    return 0;
  }

  private static void idle(Console console, PriceList list) {
    console.line(
        String.format(
            Locale.ROOT, "No events. %s, %s, %s.", list.region(), list.currency(), list.asOf()));
    StringBuilder totals = new StringBuilder("total:");
    for (IdleDeployment deployment : List.of(IdleDeployment.MINIMAL, IdleDeployment.PRODUCTION)) {
      List<CostItem> items = IdleCost.of(deployment, list);
      bill(console, "terraform/examples/" + deployment.name(), items);
      totals.append(
          String.format(Locale.ROOT, " %s=%.2f", deployment.name(), MonthlyCost.total(items)));
    }
    console.line("");
    console.line(totals.toString());
    console.line("Prices: " + list.source() + ".");
  }

  private Workload workload(PriceList list) {
    try {
      int needed =
          (int)
              Math.max(1, Math.ceil(eventsPerSecond / list.assumption("flink.eventsPerKpuSecond")));
      return new Workload(
          eventsPerSecond,
          bytes,
          eventsPerRecord,
          shards,
          streamHours,
          kpus == null ? needed : kpus,
          rawDays,
          lakeMonths,
          catalogMode == CatalogMode.CRAWLER);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void bill(Console console, String title, List<CostItem> items) {
    console.line("");
    console.line(title);
    for (CostItem item : items) {
      console.line(
          String.format(
              Locale.ROOT,
              "  %-10s %-36s %,12.2f × %-8s %,10.2f   %s",
              item.service(),
              item.what(),
              item.quantity(),
              item.unitPrice().usd(),
              item.usd(),
              item.unitPrice().unit()));
    }
    console.line(
        String.format(
            Locale.ROOT,
            "  %-10s %-36s %12s   %-8s %,10.2f",
            "",
            "per month",
            "",
            "",
            MonthlyCost.total(items)));
  }
}
