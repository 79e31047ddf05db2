package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.BatchLake;
import io.clickstreamlake.local.stack.JobBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake fill}. */
@Command(
    name = "fill",
    description = {
      "Writes the events that the raw archive has and the tables lack, for example since the job was"
          + " stopped for longer than the stream keeps events. They take the steps of the job, with"
          + " its settings.",
      "",
      "All rows appear at once, at the end. What the tables have already is not written again, so the"
          + " command can be repeated. An event is the same by its id and dedup.fields, one without"
          + " an id by everything that was sent: of several such events that are equal, one is"
          + " written, and none if the tables have one. A rejected event is the same by its bytes.",
      "",
      "Only what the job has finished with is filled: rows in open files are not visible, and the job"
          + " writes them itself. The ledger counts the events as received, and also as filled."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake fill --from 2026-11-20 --to 2026-11-21",
      "  ./lake fill --from 2026-11-20T13 --dry-run"
    })
final class FillCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private LakeOption option;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      converter = PointInTime.class,
      description =
          "First arrival, UTC: a day, an hour or a time, such as 2026-11-20 or 2026-11-20T13")
  private Instant from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = PointInTime.class,
      description = "End, exclusive. Default: as far as the job has finished with")
  private Optional<Instant> to = Optional.empty();

  @Option(
      names = "--archive-buffer",
      paramLabel = "DURATION",
      description =
          "How much of the arrival an object of the archive spans at most. Default: 15 min, the"
              + " maximum of Firehose")
  private Optional<String> archiveBuffer = Optional.empty();

  @Option(names = "--dry-run", description = "Only count what is missing")
  private boolean dryRun;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (to.isPresent() && !from.isBefore(to.get())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--from " + from + " is not before --to " + to.get() + ". The end is exclusive.");
    }
    try (BatchLake lake = option.open("fill")) {
      return fill(lake);
    }
  }

  private int fill(BatchLake lake) {
    Console console = new Console(spec.commandLine().getOut());
    JobBatch.Filled filled =
        new JobBatch(option.root(), lake).fill(options(), new BatchProgress(console));
    if (!dryRun) {
      lake.crawl();
    }
    JobBatch.Counts counts = filled.counts();
    console.line(
        String.format(
            Locale.ROOT,
            "%s: from=%s to=%s objects=%d read=%d written=%d rejected=%d duplicate=%d"
                + " already-there=%d",
            dryRun ? "missing" : "filled",
            filled.from(),
            filled.to(),
            counts.totalFiles(),
            counts.read(),
            counts.written(),
            counts.rejected(),
            counts.duplicate(),
            counts.present()));
    if (counts.written() + counts.rejected() == 0) {
      console.line("Nothing is missing.");
    }
    return 0;
  }

  private List<String> options() {
    List<String> options = new ArrayList<>(List.of("--from", from.toString()));
    to.ifPresent(time -> options.addAll(List.of("--to", time.toString())));
    archiveBuffer.ifPresent(text -> options.addAll(List.of("--archive-buffer", text)));
    if (dryRun) {
      options.add("--dry-run");
    }
    return options;
  }
}
