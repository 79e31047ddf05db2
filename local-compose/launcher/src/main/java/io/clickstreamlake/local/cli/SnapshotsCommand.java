package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.flink.Snapshots.Snapshot;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.RememberedSettings;
import io.clickstreamlake.local.stack.StateFolder;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code lake snapshots}. */
@Command(
    name = "snapshots",
    description = {
      "Lists the snapshots that ./lake start can continue from, newest first: the savepoints of"
          + " ./lake stop, of which the newest "
          + LocalStack.KEPT_SAVEPOINTS
          + " are kept, and the checkpoints of jobs that were not stopped. Snapshots with the same code"
          + " ran with the same settings, mapping and rules; ./lake start --from-snapshot continues with"
          + " them."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake snapshots",
      "  ./lake start --from-snapshot NAME --set sink.on-older-snapshot=REWIND"
    })
final class SnapshotsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    List<Snapshot> all = new StateFolder(state.folder()).snapshots().list();
    Map<String, List<String>> settings = new LinkedHashMap<>();
    for (Snapshot snapshot : all) {
      String fingerprint =
          RememberedSettings.of(snapshot.folder())
              .map(
                  known -> {
                    settings.put(known.fingerprint(), known.lines());
                    return "settings " + known.fingerprint();
                  })
              .orElse("settings unknown");
      console.line(
          String.format(
              Locale.ROOT,
              "%s  %-48s  %s",
              snapshot.written().truncatedTo(ChronoUnit.SECONDS),
              snapshot.name(),
              fingerprint));
    }
    settings.forEach(
        (fingerprint, lines) ->
            console.line(
                "settings "
                    + fingerprint
                    + ": "
                    + (lines.isEmpty() ? "the defaults" : String.join(" ", lines))));
    if (all.isEmpty()) {
      console.line("There is no snapshot in " + state.folder() + ".");
    }
    return 0;
  }
}
