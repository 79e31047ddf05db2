package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.NotRunningException;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake logs}. */
@Command(
    name = "logs",
    description = {
      "Shows the logs of the services; without a running stack, those of the last start."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  ./lake logs archive --lines 50", "  ./lake logs --follow"})
final class LogsCommand implements Callable<Integer> {

  /** The names of all services, for the help text. */
  static final class ServiceNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(Service.values()).map(Service::key).iterator();
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      completionCandidates = ServiceNames.class,
      description = "Names of services: ${COMPLETION-CANDIDATES}. Default: all")
  private final List<String> names = new ArrayList<>();

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "20",
      description = "Shows the last N lines per service. Default: ${DEFAULT-VALUE}")
  private int lines;

  @Option(names = "--follow", description = "Continues with new lines until Ctrl-C.")
  private boolean follow;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Optional<List<ComposeProject.Container>> running = state.runningCompose();
    if (running.isPresent()) {
      return ofContainers(running.get());
    }
    Optional<List<ComposeProject.Container>> ended = state.endedCompose();
    if (ended.isPresent()) {
      spec.commandLine()
          .getErr()
          .println(
              "Nothing is running; these are the last logs of the containers. For those of"
                  + " processes: --state "
                  + state.folder());
      return ofContainers(ended.get());
    }
    return ofProcesses(new StateFolder(state.folder()));
  }

  private int ofContainers(List<ComposeProject.Container> containers) {
    Set<String> services =
        containers.stream()
            .map(ComposeProject.Container::service)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String name : names) {
      if (!services.contains(name)) {
        throw new LakeException(
            "Unknown container " + name + ". Known: " + String.join(", ", services) + ".");
      }
    }
    List<String> arguments = new ArrayList<>(List.of("logs", "--tail", Integer.toString(lines)));
    if (follow) {
      arguments.add("--follow");
    }
    arguments.addAll(names);
    return ComposeProject.of(state.root()).run(arguments, Map.of()) == 0 ? 0 : 1;
  }

  /** The logs stay when a stack ends, and show why a start failed. */
  private int ofProcesses(StateFolder folder) {
    List<String> known = Service.processes().stream().map(Service::key).toList();
    List<String> logs = new ArrayList<>();
    for (String name : names.isEmpty() ? known : names) {
      Path log = folder.logs().resolve(name + ".log");
      if (Files.exists(log)) {
        logs.add(log.toString());
      } else if (!names.isEmpty()) {
        throw new LakeException(
            "There is no log " + log + ". Known services: " + String.join(", ", known) + ".");
      }
    }
    if (logs.isEmpty()) {
      throw new NotRunningException(folder.root());
    }
    if (!LocalStack.runsOn(folder.root())) {
      spec.commandLine()
          .getErr()
          .println("No stack is running on " + folder.root() + "; these are its last logs.");
    }
    List<String> command = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      command.add("-F");
    }
    command.addAll(logs);
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0 ? 0 : 1;
    } catch (IOException e) {
      throw new LakeException("Cannot run tail: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
