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

/** The command {@code lake replay}. */
@Command(
    name = "replay",
    description = {
      "Tries rejected events again, with the settings that the job has now: after the mapping, the"
          + " rules or the limits were corrected. Accepted events become rows of click_events, with"
          + " the stream, arrival and id of the first time, and leave rejected_events. The others"
          + " stay as they are.",
      "",
      "An event that click_events has is a duplicate, and leaves rejected_events too. A rejected"
          + " record that holds several events is replaced by what they are now. Events whose bytes"
          + " are not kept, see privacy.consent.field, cannot be tried.",
      "",
      "The rows appear at once, at the end; then they leave rejected_events. The command can be"
          + " repeated: after an error, after Ctrl-C, or after another correction. It sees visible"
          + " rows: what the job still has in an open file is tried the next time. Afterwards the job"
          + " cannot go back to a snapshot from before. The ledger counts the events as replayed, and"
          + " no longer as rejected."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake replay --dry-run",
      "  ./lake replay --reason missing_value --from 2026-11-20"
    })
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private LakeOption option;

  @Option(
      names = "--reason",
      split = ",",
      paramLabel = "REASON",
      description = "Only events that were rejected for one of these reasons")
  private List<String> reasons = List.of();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = PointInTime.class,
      description =
          "First arrival, UTC: a day, an hour or a time, such as 2026-11-20 or 2026-11-20T13")
  private Optional<Instant> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = PointInTime.class,
      description = "End, exclusive")
  private Optional<Instant> to = Optional.empty();

  @Option(names = "--dry-run", description = "Only count what would be accepted")
  private boolean dryRun;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--from " + from.get() + " is not before --to " + to.get() + ". The end is exclusive.");
    }
    try (BatchLake lake = option.open("replay")) {
      return replay(lake);
    }
  }

  private int replay(BatchLake lake) {
    Console console = new Console(spec.commandLine().getOut());
    JobBatch.Counts counts =
        new JobBatch(option.root(), lake).replay(options(), new BatchProgress(console));
    if (!dryRun) {
      lake.crawl();
    }
    console.line(
        String.format(
            Locale.ROOT,
            "%s: tried=%d accepted=%d stayed=%d written=%d duplicate=%d",
            dryRun ? "would be replayed" : "replayed",
            counts.read(),
            counts.accepted(),
            counts.read() - counts.accepted(),
            counts.written(),
            counts.duplicate()));
    if (counts.read() == 0) {
      console.line("No rejected event was found.");
    }
    if (counts.withoutBytes() > 0) {
      console.line(
          counts.withoutBytes() + " rejected events have no bytes, so they cannot be tried.");
    }
    return 0;
  }

  private List<String> options() {
    List<String> options = new ArrayList<>();
    if (!reasons.isEmpty()) {
      options.addAll(List.of("--reason", String.join(",", reasons)));
    }
    from.ifPresent(time -> options.addAll(List.of("--from", time.toString())));
    to.ifPresent(time -> options.addAll(List.of("--to", time.toString())));
    if (dryRun) {
      options.add("--dry-run");
    }
    return options;
  }
}
