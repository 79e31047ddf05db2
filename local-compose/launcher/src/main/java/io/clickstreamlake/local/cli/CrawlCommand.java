package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.crawler.CrawlReport;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake crawl}. */
@Command(
    name = "crawl",
    description = {
      "Adds new partitions in S3 to the tables now, instead of waiting for the next scheduled"
          + " crawl."
    },
    optionListHeading = "%nOptions:%n")
final class CrawlCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Option(
      names = "--remove-gone",
      description = "Removes partitions from the catalog if their folder no longer exists.")
  private boolean removeGone;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    CrawlReport report =
        state.attach().crawl(removeGone ? GonePartitions.REMOVE : GonePartitions.KEEP);
    report.added().forEach(partition -> console.line("added   " + partition));
    report.removed().forEach(partition -> console.line("removed " + partition));
    report.ignored().forEach(prefix -> console.line("ignored " + prefix + " (not a partition)"));
    console.line(
        "crawled "
            + report.tables()
            + " tables, added "
            + report.added().size()
            + " and removed "
            + report.removed().size()
            + " partitions");
    return 0;
  }
}
