package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.RunningStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lake status}. */
@Command(
    name = "status",
    description = {"Shows what runs, where it answers, and how the job is."},
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExit codes:%n",
    footer = {"  0 all runs; 1 something does not; 3 no stack is running"})
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    if (state.isInContainer()) {
      console.line("Stack in containers, as it is seen from one of them");
      try (RunningStack stack = state.attach()) {
        return endpoints(stack, console) ? 0 : 1;
      }
    }
    Optional<List<ComposeProject.Container>> containers = state.runningCompose();
    return containers.isPresent()
        ? ofContainers(containers.get(), console)
        : ofProcesses(state.attachLocal(), console);
  }

  private int ofContainers(List<ComposeProject.Container> containers, Console console) {
    boolean well = true;
    console.line("Stack in containers");
    for (ComposeProject.Container container : containers) {
      well &= container.isWell();
      console.line(
          String.format(
              Locale.ROOT,
              "  %-18s %-12s %s",
              container.service(),
              container.runs() ? container.health() : container.isWell() ? "done" : "NOT RUNNING",
              container.name()));
    }
    Optional<StackAddress> address = ComposeProject.address(containers);
    if (address.isEmpty()) {
      console.line("  Not all of it runs. ./lake up starts what is missing.");
      return 1;
    }
    try (RunningStack stack = state.attach(address.get())) {
      well &= endpoints(stack, console);
    }
    return well ? 0 : 1;
  }

  private static int ofProcesses(LocalStack stack, Console console) {
    boolean well = true;
    console.line("Stack on " + stack.state().root());
    for (Map.Entry<String, Optional<ProcessHandle>> entry : stack.processes().entrySet()) {
      well &= entry.getValue().isPresent();
      console.line(
          String.format(
              Locale.ROOT,
              "  %-18s %-12s %s",
              entry.getKey(),
              entry.getValue().map(p -> "pid " + p.pid()).orElse("NOT RUNNING"),
              stack.state().logs().resolve(entry.getKey() + ".log")));
    }
    return well & endpoints(stack, console) ? 0 : 1;
  }

  private static boolean endpoints(RunningStack stack, Console console) {
    for (Service service : Service.values()) {
      console.line(
          String.format(Locale.ROOT, "  %-31s %s", service.title(), stack.endpoint(service)));
    }
    console.line(String.format(Locale.ROOT, "  %-31s %s", "stream", stack.streamName()));
    return job(stack, console) & events(stack, console);
  }

  /** What can be queried now: the job may be further. */
  private static boolean events(RunningStack stack, Console console) {
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

  private static boolean job(RunningStack stack, Console console) {
    try {
      return stack
          .job()
          .map(
              job -> {
                console.line(
                    String.format(
                        Locale.ROOT,
                        "  %-31s %s, %d of %d tasks run",
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
