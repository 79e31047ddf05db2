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

/** {@code lake down}. */
@Command(
    name = "down",
    description = {
      "Ends the stack in containers. Its volumes stay: ./lake up goes on from here, and no event is"
          + " lost or written twice."
    },
    optionListHeading = "%nOptions:%n")
final class DownCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Option(
      names = "--volumes",
      description = "Throws the volumes away, too: stream, objects, catalog and job state.")
  private boolean volumes;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    ComposeProject compose = ComposeProject.of(checkout.root());
    compose.requireEngine();
    // Containers of profiles would hold the network and the volumes.
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
            ? "No containers, and nothing of what they stored, are left."
            : "No containers are left; what they stored is. ./lake up goes on from it.");
    return 0;
  }
}
