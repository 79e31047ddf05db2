package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.compose.ComposeProject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lake down}. */
@Command(
    name = "down",
    description = {
      "Ends the stack in containers. Its volumes stay: ./lake up goes on from here, and no event is"
          + " lost or written twice."
    },
    optionListHeading = "%nOptions:%n")
final class DownCommand implements Callable<Integer> {

  private final Checkout checkout = new Checkout();

  @Option(
      names = "--volumes",
      description = "Throws the volumes away, too: stream, objects, catalog and job state.")
  private boolean volumes;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this text.")
  private boolean help;

  @Override
  public Integer call() {
    // Containers of profiles would hold the network and the volumes.
    List<String> arguments =
        new ArrayList<>(
            List.of("--profile", "generator", "--profile", "lake", "down", "--remove-orphans"));
    if (volumes) {
      arguments.add("--volumes");
    }
    return ComposeProject.of(checkout.root()).run(arguments, Map.of()) == 0 ? 0 : 1;
  }
}
