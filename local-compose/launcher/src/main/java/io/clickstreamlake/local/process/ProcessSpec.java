package io.clickstreamlake.local.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The command that starts one process of the stack, and the check that it is ready.
 *
 * @param name file name of its pid file and log, such as {@code trino}
 * @param command program and arguments
 * @param environment added to the launcher's environment
 * @param readiness repeated until it is true
 * @param timeout maximum time until the process is ready
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
