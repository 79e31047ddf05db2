package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.compose.ComposeFile;
import io.clickstreamlake.local.stack.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A fake program {@code docker} that lists containers and records all other calls; and {@code
 * ./lake} on a machine with it.
 */
final class FakeDocker {

  private static final String PROGRAM =
      """
      #!/bin/sh
      cd "$(dirname "$0")" || exit 1
      case "$*" in
        "compose version"|version) exit "$(cat exit)" ;;
        *" ps "*) cat containers ;;
        *--no-log-prefix*) cat log ;;
        inspect*Health*) cat health ;;
        inspect*) echo LAKE_STREAM=clicks ;;
        *" up "*) echo "$*" >> calls; exit "$(cat exit-of-up)" ;;
        *) echo "$*" >> calls; exit "$(cat exit)" ;;
      esac
      """;

  private final Path folder;

  record Outcome(int exitCode, String out, String err) {}

  private FakeDocker(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder of the program
   */
  static FakeDocker in(Path folder) throws IOException {
    FakeDocker docker = new FakeDocker(Files.createDirectories(folder));
    Path program = Files.writeString(folder.resolve("docker"), PROGRAM);
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " cannot be made executable.");
    }
    Files.writeString(folder.resolve("calls"), "");
    Files.writeString(folder.resolve("containers"), "");
    docker.exitsWith(0);
    Files.writeString(folder.resolve("exit-of-up"), "0\n");
    return docker;
  }

  /**
   * Lets {@code docker compose up} fail.
   *
   * @param containers in the format of docker compose ps
   * @param log of any service
   * @param health output of any health check
   */
  void failsToStart(String containers, String log, String health) throws IOException {
    Files.writeString(folder.resolve("exit-of-up"), "1\n");
    Files.writeString(folder.resolve("containers"), containers);
    Files.writeString(folder.resolve("log"), log);
    Files.writeString(folder.resolve("health"), health);
  }

  void exitsWith(int exitCode) throws IOException {
    Files.writeString(folder.resolve("exit"), exitCode + "\n");
  }

  /** Lists these services as running containers, with their ports on this machine. */
  void runs(Map<Service, Integer> ports) throws IOException {
    List<String> containers = new ArrayList<>();
    ports.forEach((service, port) -> containers.add(container(service, port)));
    containers.add("{\"Service\":\"setup\",\"Name\":\"s\",\"State\":\"exited\",\"ExitCode\":0}");
    Files.write(folder.resolve("containers"), containers);
  }

  private static String container(Service service, int port) {
    return """
    {"Service":"%s","Name":"clickstream-lake-%1$s-1","State":"running","Health":"healthy",\
    "Publishers":[{"TargetPort":%d,"PublishedPort":%d}]}"""
        .formatted(service.key(), service.defaultPort(), port);
  }

  /** The recorded calls. */
  List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  /**
   * Runs {@code ./lake}.
   *
   * @param root root of the checkout
   */
  Outcome lake(Path root, String... arguments) throws IOException, InterruptedException {
    return lake(root, Map.of(), arguments);
  }

  Outcome lake(Path root, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlake.root=" + root,
                "-cp",
                System.getProperty("java.class.path"),
                Lake.class.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PATH", folder + ":/usr/bin:/bin");
    ComposeFile.variables().keySet().forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process lake = builder.start();
    try {
      if (!lake.waitFor(2, TimeUnit.MINUTES)) {
        throw new IOException("./lake " + String.join(" ", arguments) + " does not end.");
      }
      return new Outcome(lake.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      lake.destroyForcibly();
    }
  }
}
