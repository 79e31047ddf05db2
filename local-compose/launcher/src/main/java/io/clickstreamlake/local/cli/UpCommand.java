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

/** {@code lake up}. */
@Command(
    name = "up",
    description = {
      "Starts the stack in containers with docker compose, and returns when everything is healthy."
          + " The job continues where ./lake down left it. Ports, rates and intervals are in"
          + " local-compose/.env."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake up --build                             builds the images first",
      "  ./lake up --taskmanagers 2",
      "  ROLL_INTERVAL=1min ./lake up"
    })
final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Option(
      names = "--build",
      description =
          "Builds the images where sources have changed, not only those that are missing.")
  private boolean build;

  @Option(
      names = "--taskmanagers",
      paramLabel = "N",
      description =
          "Number of TaskManagers; the job runs with N times TASK_SLOTS tasks. Default:"
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
    if (LocalStack.runsOn(checkout.usualState())) {
      throw new LakeException(
          "A stack of processes runs on "
              + checkout.usualState()
              + ". End it first with ./lake stop.");
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
            ? "The stack is up. ./lake status shows where; end it with ./lake down."
            : "The stack is not up. Docker's words above, ./lake status and ./lake logs NAME say why; a"
                + " port that is taken can be changed in local-compose/.env.");
    return exitCode == 0 ? 0 : 1;
  }
}
