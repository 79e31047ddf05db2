package io.clickstreamlake.local.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How to start one process of the stack and how to tell that it answers.
 *
 * @param name file name of its pid file and log, e.g. {@code trino}
 * @param command program and arguments
 * @param environment added to the launcher's own environment
 * @param readiness asked until it is true
 * @param timeout how long the process may take until it answers
 */
public record ProcessSpec(
    String name,
    List<String> command,
    Map<String, String> environment,
    Readiness readiness,
    Duration timeout) {

  public ProcessSpec {
    Objects.requireNonNull(name, "name");
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(readiness, "readiness");
    Objects.requireNonNull(timeout, "timeout");
  }
}
