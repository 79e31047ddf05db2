package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake up}. */
@Command(
    name = "up",
    description = {
      "Starts the stack in containers with docker compose, and returns when all are healthy. The job"
          + " continues from the last ./lake down. Ports, rates and intervals are in"
          + " local-compose/.env."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake up --build                             build the images first",
      "  ./lake up --taskmanagers 2",
      "  ROLL_INTERVAL=1min ./lake up"
    })
final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Option(
      names = "--build",
      description = "Rebuilds images if their sources have changed, not only missing images.")
  private boolean build;

  @Option(
      names = "--taskmanagers",
      paramLabel = "N",
      description =
          "Number of TaskManagers; the parallelism of the job is N times TASK_SLOTS. Default:"
              + " TASKMANAGERS in .env")
  private Integer taskManagers;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (taskManagers != null && taskManagers < 1) {
      throw new ParameterException(
          spec.commandLine(), "--taskmanagers must be at least 1, but is " + taskManagers + ".");
    }
    Console console = new Console(spec.commandLine().getOut());
    if (LocalStack.runsOn(checkout.defaultState())) {
      throw new LakeException(
          "A stack of processes is running on "
              + checkout.defaultState()
              + ". Stop it first with ./lake stop.");
    }
    ComposeProject compose = ComposeProject.of(checkout.root());
    compose.requireEngine();
    List<String> arguments = new ArrayList<>(List.of("up", "--wait", "--wait-timeout", "900"));
    if (build) {
      arguments.add("--build");
    }
    int exitCode =
        compose.run(
            arguments,
            taskManagers == null ? Map.of() : Map.of("TASKMANAGERS", taskManagers.toString()));
    console.line(
        exitCode == 0
            ? "The stack is running. ./lake status shows its URLs; stop it with ./lake down."
            : "The stack did not start. See Docker's output above, ./lake status and ./lake logs NAME."
                + " If a port is in use, change it in local-compose/.env.");
    return exitCode == 0 ? 0 : 1;
  }
}
