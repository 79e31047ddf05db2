package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.stack.ContainerEnvironment;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.NotRunningException;
import io.clickstreamlake.local.stack.ProjectFiles;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackEndpoints;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code --state}, and the stack that a command uses. */
final class StateOption extends Checkout {

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "State folder of a stack of processes. Several stacks can run side by side, each with its own"
            + " folder. Default: .lake in the checkout, or the stack in containers if it runs"
      })
  private Path state;

  Path folder() {
    return state == null ? defaultState() : state.toAbsolutePath();
  }

  /** Whether this program runs in a container of the stack (docker compose run lake). */
  boolean isInContainer() {
    return ContainerEnvironment.of(System.getenv()).isPresent();
  }

  /** The stack of processes on the state folder. */
  LocalStack attachLocal() {
    return LocalStack.attach(root(), folder());
  }

  /** The containers of the stack, if it runs in containers and --state was not given. */
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
          "Two stacks are running, one of processes and one in containers. Use the first with"
              + " --state "
              + folder()
              + ", or stop one of them: ./lake stop, ./lake down.");
    }
    return Optional.of(containers);
  }

  /** The containers, if none of them runs and no stack of processes does, as after a failed up. */
  Optional<List<ComposeProject.Container>> endedCompose() {
    if (state != null || isInContainer() || LocalStack.runsOn(folder())) {
      return Optional.empty();
    }
    return Optional.of(ComposeProject.of(root()).containers()).filter(all -> !all.isEmpty());
  }

  /**
   * Rejects a command that does not apply to containers.
   *
   * @param whatToDo way out, for the message
   * @throws LakeException if the stack runs in containers and --state was not given
   */
  void requireNoContainers(String whatToDo) {
    if (state == null && ComposeProject.of(root()).runs()) {
      throw new LakeException("The stack is running in containers. " + whatToDo);
    }
  }

  /**
   * A client of the running stack: of processes, in containers, or of the containers next to this
   * one.
   *
   * @throws NotRunningException if no stack is running
   */
  StackClient attach() {
    Optional<ContainerEnvironment> here = ContainerEnvironment.of(System.getenv());
    if (here.isPresent()) {
      return attach(here.get().runningEndpoints());
    }
    Optional<List<ComposeProject.Container>> containers = runningCompose();
    return containers.isPresent() ? attach(containers.get()) : attachLocal().client();
  }

  private StackClient attach(List<ComposeProject.Container> containers) {
    return attach(
        ComposeProject.endpoints(containers)
            .orElseThrow(
                () ->
                    new LakeException(
                        "Not all containers of the stack are running; see ./lake status. ./lake up"
                            + " starts the missing ones.")));
  }

  StackClient attach(StackEndpoints endpoints) {
    return new StackClient(new ProjectFiles(root()), endpoints);
  }
}
