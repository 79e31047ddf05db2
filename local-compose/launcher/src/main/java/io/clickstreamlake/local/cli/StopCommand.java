package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.LocalStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code lake stop}. */
@Command(
    name = "stop",
    description = {
      "Stops the job with a savepoint and ends all processes. The state stays on disk: ./lake start"
          + " continues from it, and no event is lost or written twice. The newest "
          + LocalStack.KEPT_SAVEPOINTS
          + " savepoints are kept; ./lake snapshots lists them."
    },
    optionListHeading = "%nOptions:%n")
final class StopCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    if (!LocalStack.runsOn(state.folder())) {
      state.requireNoContainers("Stop it with ./lake down.");
      // A launcher that was killed may have started one without recording it.
      LocalStack.endOrphans(state.folder());
    }
    LocalStack stack = state.attachLocal();
    console.line("Stopping the stack on " + state.folder());
    stack.stop(console);
    console.line("Stopped.");
    return 0;
  }
}
