package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.compose.ComposeProject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake down}. */
@Command(
    name = "down",
    description = {
      "Stops and removes the containers of the stack. The volumes stay: ./lake up continues from"
          + " them, and no event is lost or written twice."
    },
    optionListHeading = "%nOptions:%n")
final class DownCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Option(
      names = "--volumes",
      description = "Deletes the volumes, too: stream, objects, catalog and job state.")
  private boolean volumes;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    ComposeProject compose = ComposeProject.of(checkout.root());
    compose.requireEngine();
    // Running containers of the profiles would keep the network and the volumes in use.
    List<String> arguments =
        new ArrayList<>(
            List.of("--profile", "generator", "--profile", "lake", "down", "--remove-orphans"));
    if (volumes) {
      arguments.add("--volumes");
    }
    if (compose.run(arguments, Map.of()) != 0) {
      return 1;
    }
    console.line(
        volumes
            ? "The containers and their volumes are removed."
            : "The containers are removed; their volumes are kept. ./lake up continues from them.");
    return 0;
  }
}
