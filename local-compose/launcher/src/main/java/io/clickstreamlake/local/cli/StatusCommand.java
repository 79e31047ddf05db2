package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackEndpoints;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code lake status}. */
@Command(
    name = "status",
    description = {"Shows the services, their URLs, and the state of the job."},
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExit codes:%n",
    footer = {"  0 everything runs; 1 some part does not; 3 no stack is running"})
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    if (state.isInContainer()) {
      console.line("Stack in containers, seen from a container");
      try (StackClient stack = state.attach()) {
        return printEndpoints(stack, console) ? 0 : 1;
      }
    }
    Optional<List<ComposeProject.Container>> containers = state.runningCompose();
    return containers.isPresent()
        ? ofContainers(containers.get(), console)
        : ofProcesses(state.attachLocal(), console);
  }

  private int ofContainers(List<ComposeProject.Container> containers, Console console) {
    boolean healthy = true;
    console.line("Stack in containers");
    for (ComposeProject.Container container : containers) {
      healthy &= container.isHealthy();
      console.line(
          String.format(
              Locale.ROOT,
              "  %-18s %-12s %s",
              container.service(),
              container.runs()
                  ? container.health()
                  : container.isHealthy() ? "done" : "NOT RUNNING",
              container.name()));
    }
    Optional<StackEndpoints> endpoints = ComposeProject.endpoints(containers);
    if (endpoints.isEmpty()) {
      console.line("  Not all containers are running. ./lake up starts the missing ones.");
      return 1;
    }
    try (StackClient stack = state.attach(endpoints.get())) {
      healthy &= printEndpoints(stack, console);
    }
    return healthy ? 0 : 1;
  }

  private static int ofProcesses(LocalStack stack, Console console) {
    boolean healthy = true;
    console.line("Stack on " + stack.state().root());
    for (Map.Entry<String, Optional<ProcessHandle>> entry : stack.processes().entrySet()) {
      healthy &= entry.getValue().isPresent();
      console.line(
          String.format(
              Locale.ROOT,
              "  %-18s %-12s %s",
              entry.getKey(),
              entry.getValue().map(p -> "pid " + p.pid()).orElse("NOT RUNNING"),
              stack.state().logs().resolve(entry.getKey() + ".log")));
    }
    if (!healthy) {
      console.line(
          stack.isSupervised()
              ? "  The supervisor starts it again within seconds: ./lake logs supervisor."
              : "  ./lake start starts the stack again; the job continues from its last checkpoint,"
                  + " and no event is lost or written twice.");
    }
    return healthy & printEndpoints(stack.client(), console) ? 0 : 1;
  }

  private static boolean printEndpoints(StackClient stack, Console console) {
    for (Service service : Service.withPort()) {
      console.line(
          String.format(Locale.ROOT, "  %-31s %s", service.title(), stack.endpoint(service)));
    }
    console.line(String.format(Locale.ROOT, "  %-31s %s", "stream", stack.streamName()));
    return printJob(stack, console) & printEvents(stack, console);
  }

  /** Counts the events that can be queried; the job may have read more. */
  private static boolean printEvents(StackClient stack, Console console) {
    try {
      Accounting events = stack.accounting(0);
      console.line(
          String.format(
              Locale.ROOT,
              "  %-31s received=%d written=%d rejected=%d duplicate=%d",
              "events in the tables",
              events.received(),
              events.written(),
              events.rejected(),
              events.duplicate()));
      console.line(
          String.format(
              Locale.ROOT, "  %-31s %d", "records in the raw archive", stack.archivedRecords()));
      return true;
    } catch (LakeException e) {
      console.line("  events in the tables: " + e.getMessage());
      return false;
    }
  }

  private static boolean printJob(StackClient stack, Console console) {
    try {
      return stack
          .job()
          .map(
              job -> {
                console.line(
                    String.format(
                        Locale.ROOT,
                        "  %-31s %s, %d of %d tasks running",
                        "job",
                        job.state(),
                        job.runningTasks(),
                        job.tasks()));
                stack
                    .flink()
                    .lastFailure(job.id())
                    .ifPresent(failure -> console.line("  its last failure: " + failure));
                return job.allTasksRun();
              })
          .orElseGet(
              () -> {
                console.line("  no job was submitted");
                return false;
              });
    } catch (LakeException e) {
      console.line("  job: " + e.getMessage());
      return false;
    }
  }
}
