package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.StackAdvice;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackEndpoints;
import io.clickstreamlake.local.stack.StackFigures;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake status}. */
@Command(
    name = "status",
    description = {
      "Shows the services and their URLs; how far the job is behind the stream, its open files and"
          + " checkpoints; how fresh the tables are; disk space; and what to do about what is wrong.",
      "docs/running-locally.md explains each figure."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 all is well; 1 something is wrong: see NOT RUNNING and \"What to do\"; 3 no stack is running",
      "",
      "Example, for an alarm:",
      "  ./lake status --json | jq .lagMillis"
    })
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object instead: times as ISO 8601, durations in milliseconds, sizes in"
              + " bytes; null is what is not known.")
  private boolean json;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (state.isInContainer()) {
      try (StackClient stack = state.attach()) {
        StatusReport report = new StatusReport("Stack in containers, seen from a container");
        return finish(report, stack, StackAdvice.Place.IN_A_CONTAINER, Optional.empty());
      }
    }
    Optional<List<ComposeProject.Container>> containers = state.runningCompose();
    return containers.isPresent() ? ofContainers(containers.get()) : ofProcesses();
  }

  private int ofContainers(List<ComposeProject.Container> containers) {
    StatusReport report = new StatusReport("Stack in containers");
    for (ComposeProject.Container container : containers) {
      report.service(
          container.service(),
          container.runs() ? container.health() : "done",
          container.isHealthy(),
          container.name());
    }
    Optional<StackEndpoints> endpoints = ComposeProject.endpoints(containers);
    if (endpoints.isEmpty()) {
      report.advice("Not all containers are running. ./lake up starts the missing ones.");
      return print(report);
    }
    try (StackClient stack = state.attach(endpoints.get())) {
      return finish(report, stack, StackAdvice.Place.CONTAINERS, Optional.empty());
    }
  }

  private int ofProcesses() {
    LocalStack stack = state.attachLocal();
    StatusReport report = new StatusReport("Stack on " + stack.state().root());
    for (Map.Entry<String, Optional<ProcessHandle>> entry : stack.processes().entrySet()) {
      report.service(
          entry.getKey(),
          entry.getValue().map(process -> "pid " + process.pid()).orElse(""),
          entry.getValue().isPresent(),
          stack.state().logs().resolve(entry.getKey() + ".log").toString());
    }
    List<String> ended =
        stack.processes().entrySet().stream()
            .filter(entry -> entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!ended.isEmpty()) {
      report.advice(
          "Not running: "
              + String.join(", ", ended)
              + (stack.isSupervised()
                  ? ". The supervisor starts "
                      + (ended.size() == 1 ? "it" : "them")
                      + " again within seconds: ./lake logs supervisor."
                  : ". ./lake start starts the stack again; the job continues from its last"
                      + " checkpoint, and no event is lost or written twice."));
    }
    try (StackClient client = stack.client()) {
      return finish(report, client, StackAdvice.Place.PROCESSES, Optional.of(stack.state().root()));
    }
  }

  private int finish(
      StatusReport report, StackClient stack, StackAdvice.Place place, Optional<Path> folder) {
    Instant now = Instant.now();
    StackFigures figures = StackFigures.read(stack, folder);
    report.endpoints(stack);
    report.figures(figures, now);
    StackAdvice.of(figures, place, now).forEach(report::advice);
    return print(report);
  }

  private int print(StatusReport report) {
    Console console = new Console(spec.commandLine().getOut());
    if (json) {
      ObjectNode object = report.json();
      console.line(object.toPrettyString());
    } else {
      report.lines().forEach(console::line);
    }
    return report.isHealthy() ? 0 : 1;
  }
}
