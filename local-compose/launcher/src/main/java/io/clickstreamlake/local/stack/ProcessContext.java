package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The machine, or the container, on which services run: where their files, endpoints and settings
 * are.
 */
final class ProcessContext {

  /** Generous: all services start at once, and the machine may have other work. */
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  private final ProjectFiles project;
  private final StateFolder state;
  private final StackEndpoints endpoints;
  private final HostAddress host;
  private final LocalStackSettings settings;
  private final FlinkProcesses flink;
  private final Consumer<String> notes;

  /**
   * @param cluster evaluated only if a process of Flink is started
   * @param notes receives a line when a step takes time
   */
  ProcessContext(
      ProjectFiles project,
      StateFolder state,
      StackEndpoints endpoints,
      HostAddress host,
      LocalStackSettings settings,
      Supplier<FlinkProcesses.Cluster> cluster,
      Consumer<String> notes) {
    this.project = project;
    this.state = state;
    this.endpoints = endpoints;
    this.host = host;
    this.settings = settings;
    this.flink = new FlinkProcesses(this, cluster);
    this.notes = notes;
  }

  ProjectFiles project() {
    return project;
  }

  StateFolder state() {
    return state;
  }

  StackEndpoints endpoints() {
    return endpoints;
  }

  HostAddress host() {
    return host;
  }

  LocalStackSettings settings() {
    return settings;
  }

  FlinkProcesses flink() {
    return flink;
  }

  /** Whether this is a container with one service, and not the machine with all of them. */
  boolean isContainer() {
    return !host.equals(HostAddress.LOOPBACK);
  }

  /** The command that runs Kinesalite, which is installed first if needed. */
  List<String> kinesaliteCommand() {
    return KinesaliteInstallation.in(project.kinesalite(), settings.searchPath())
        .command(state.logs().resolve("npm.log"), notes);
  }

  String port(Service service) {
    return Integer.toString(endpoints.port(service));
  }

  String url(Service service) {
    return endpoints.endpoint(service).toString();
  }

  JavaProcess java(Service service) {
    return new JavaProcess(this, service);
  }

  ProcessSpec spec(
      Service service, List<String> command, Map<String, String> environment, Readiness readiness) {
    return new ProcessSpec(service.key(), command, environment, readiness, TIMEOUT);
  }

  /** Writes a file of Java properties, sorted by key. */
  void writeProperties(Path file, Map<String, String> properties) throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(properties)
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
