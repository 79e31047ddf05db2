package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.ContainerEnvironment;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.NotRunningException;
import io.clickstreamlake.local.stack.ProjectFiles;
import io.clickstreamlake.local.stack.RunningStack;
import io.clickstreamlake.local.stack.StackAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which stack a command is about. */
final class StateOption extends Checkout {

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "Folder that keeps everything of one stack of processes. Several can run side by side, each"
            + " in a folder of its own. Default: .lake in the checkout; or the stack in containers,"
            + " if that is the one that runs"
      })
  private Path state;

  Path folder() {
    return state == null ? usualState() : state.toAbsolutePath();
  }

  /** Whether this program runs in a container of the stack: docker compose run lake. */
  boolean isInContainer() {
    return ContainerEnvironment.of(System.getenv()).isPresent();
  }

  /** The stack of processes on the folder. */
  LocalStack attachLocal() {
    return LocalStack.attach(root(), folder());
  }

  /**
   * Its containers, if the stack in containers is the one that runs; not where --state is given.
   */
  Optional<List<ComposeProject.Container>> runningCompose() {
    if (state != null || isInContainer()) {
      return Optional.empty();
    }
    List<ComposeProject.Container> containers = ComposeProject.of(root()).containers();
    if (!ComposeProject.runs(containers)) {
      return Optional.empty();
    }
    if (LocalStack.runsOn(folder())) {
      throw new LakeException(
          "Two stacks run: one of processes, and one in containers. Use the first with --state "
              + folder()
              + ", or end one of them: ./lake stop, ./lake down.");
    }
    return Optional.of(containers);
  }

  /**
   * For commands that are not about containers.
   *
   * @param whatToDo instead, or before
   * @throws LakeException if the stack in containers runs; not where --state is given
   */
  void requireNoContainers(String whatToDo) {
    if (state == null && ComposeProject.of(root()).runs()) {
      throw new LakeException("The stack in containers runs. " + whatToDo);
    }
  }

  /**
   * The stack that runs: of processes, in containers, or around the container that this is.
   *
   * @throws NotRunningException if none does
   */
  RunningStack attach() {
    Optional<ContainerEnvironment> here = ContainerEnvironment.of(System.getenv());
    if (here.isPresent()) {
      return new RunningStack(new ProjectFiles(root()), here.get().address());
    }
    Optional<List<ComposeProject.Container>> containers = runningCompose();
    return containers.isPresent() ? attach(containers.get()) : attachLocal();
  }

  /** The stack in containers. */
  private RunningStack attach(List<ComposeProject.Container> containers) {
    StackAddress address =
        ComposeProject.address(containers)
            .orElseThrow(
                () ->
                    new LakeException(
                        "Not all containers of the stack run; ./lake status shows which. ./lake up"
                            + " starts those that are missing."));
    return attach(address);
  }

  RunningStack attach(StackAddress address) {
    return new RunningStack(new ProjectFiles(root()), address);
  }
}
