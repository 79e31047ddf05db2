package io.clickstreamlake.local.compose;

import static java.lang.ProcessBuilder.Redirect.DISCARD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackEndpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Docker Compose project of this checkout, used through the command {@code docker compose}. */
public final class ComposeProject {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String HOW_TO_GET_DOCKER =
      "Install Docker with its compose plugin (docker compose version must work), or use ./lake"
          + " start, which needs no Docker.";

  private final Path file;

  private ComposeProject(Path file) {
    this.file = file;
  }

  /**
   * @param root the checkout
   */
  public static ComposeProject of(Path root) {
    return new ComposeProject(root.resolve("local-compose/compose.yaml"));
  }

  /** The settings of the containers. */
  public EnvFile envFile() {
    return EnvFile.in(file.getParent());
  }

  /**
   * A container of the project.
   *
   * @param state in Docker's terms, such as {@code running}
   * @param health in Docker's terms; empty for a container without a health check
   * @param exitCode of a container that has ended
   * @param ports container port to port on this machine
   */
  public record Container(
      String service,
      String name,
      String state,
      String health,
      int exitCode,
      Map<Integer, Integer> ports) {

    public Container {
      ports = Map.copyOf(ports);
    }

    public boolean runs() {
      return state.equals("running");
    }

    /** Whether it is healthy, or has ended successfully like the container {@code setup}. */
    public boolean isHealthy() {
      return runs()
          ? health.isEmpty() || health.equals("healthy")
          : state.equals("exited") && exitCode == 0;
    }
  }

  /**
   * @throws LakeException if Docker or its compose plugin is missing, or Docker does not run
   */
  public void requireEngine() {
    if (answer(List.of("docker", "compose", "version")).isEmpty()) {
      throw new LakeException("docker compose does not work on this machine. " + HOW_TO_GET_DOCKER);
    }
    if (answer(List.of("docker", "version")).isEmpty()) {
      throw new LakeException(
          "Docker is installed, but is not running, or this user may not use it; see docker"
              + " version. Start it, or use ./lake start, which needs no Docker.");
    }
  }

  /**
   * Runs a command of {@code docker compose}, which prints to this terminal.
   *
   * @param environment overrides {@code .env}
   * @return its exit code
   */
  public int run(List<String> arguments, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command(arguments)).inheritIO();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      return process.waitFor();
    } catch (IOException e) {
      throw new LakeException("Cannot run docker: " + e.getMessage() + ". " + HOW_TO_GET_DOCKER, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while docker compose ran.", e);
    }
  }

  /** All containers of the project; empty if Docker is missing or not running. */
  public List<Container> containers() {
    return answer(command(List.of("ps", "--all", "--format", "json")))
        .map(ComposeProject::parse)
        .orElse(List.of());
  }

  /** The last lines of a service's log, without the name of the container. */
  public List<String> lastLines(String service, int lines) {
    return answer(
            command(
                List.of(
                    "logs",
                    "--no-color",
                    "--no-log-prefix",
                    "--tail",
                    Integer.toString(lines),
                    service)),
            true)
        // Compose erases its line before each line of a log, also when it writes no terminal.
        .map(text -> text.replaceAll("\\r|\u001b\\[[0-9;]*[A-Za-z]", "").lines().toList())
        .orElse(List.of());
  }

  /** What the last health check of a container printed; empty if it printed nothing. */
  public String lastHealthOutput(Container container) {
    String outputs =
        answer(
                List.of(
                    "docker",
                    "inspect",
                    "--format",
                    "{{range .State.Health.Log}}{{.Output}}{{println}}{{end}}",
                    container.name()))
            .orElse("");
    return outputs.lines().filter(line -> !line.isBlank()).reduce("", (first, last) -> last);
  }

  /** Whether any of its containers runs. */
  public boolean runs() {
    return runs(containers());
  }

  public static boolean runs(List<Container> containers) {
    return containers.stream().anyMatch(Container::runs);
  }

  /** The output of a command; empty if it fails, or if Docker is missing. */
  private static Optional<String> answer(List<String> command) {
    return answer(command, false);
  }

  private static Optional<String> answer(List<String> command, boolean withErrors) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder = withErrors ? builder.redirectErrorStream(true) : builder.redirectError(DISCARD);
      Process process = builder.start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while waiting for Docker.", e);
    }
  }

  /**
   * The endpoints of the stack on this machine; empty if not all of its services run.
   *
   * @param containers of this project
   */
  public static Optional<StackEndpoints> endpoints(List<Container> containers) {
    Map<Service, URI> urls = urls(containers);
    if (urls.size() < Service.withPort().size()) {
      return Optional.empty();
    }
    Optional<Duration> crawlInterval =
        variable(containers, Service.CRAWLER, "LAKE_CRAWL_SECONDS")
            .filter(text -> text.matches("\\d{1,9}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    return Optional.of(
        new StackEndpoints(urls, stream(containers), crawlInterval, Optional.empty()));
  }

  /** The URLs of the services that run and publish a port. */
  static Map<Service, URI> urls(List<Container> containers) {
    Map<Service, URI> urls = new EnumMap<>(Service.class);
    for (Container container : containers) {
      for (Service service : Service.withPort()) {
        Integer port = container.ports().get(service.defaultPort());
        if (container.runs() && container.service().equals(service.key()) && port != null) {
          urls.put(service, URI.create("http://127.0.0.1:" + port));
        }
      }
    }
    return urls;
  }

  private static String stream(List<Container> containers) {
    return variable(containers, Service.JOBMANAGER, "LAKE_STREAM")
        .orElseThrow(
            () ->
                new LakeException(
                    "docker inspect shows no LAKE_STREAM of the container of the JobManager."
                        + " Recreate it with ./lake up."));
  }

  /** A variable that a container was started with; .env may have changed since. */
  private static Optional<String> variable(
      List<Container> containers, Service service, String name) {
    return containers.stream()
        .filter(container -> container.service().equals(service.key()))
        .findFirst()
        .flatMap(
            container ->
                answer(
                    List.of(
                        "docker",
                        "inspect",
                        "--format",
                        "{{range .Config.Env}}{{println .}}{{end}}",
                        container.name())))
        .stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst();
  }

  /** One object per line, or an array of them, depending on the version of compose. */
  static List<Container> parse(String answer) {
    List<Container> containers = new ArrayList<>();
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(answer)) {
      // The iterator also descends into an array.
      values.forEachRemaining(value -> containers.add(container(value)));
      return List.copyOf(containers);
    } catch (IOException e) {
      throw new LakeException("Cannot parse the output of docker compose ps: " + answer, e);
    }
  }

  private static Container container(JsonNode json) {
    Map<Integer, Integer> ports = new HashMap<>();
    for (JsonNode publisher : json.path("Publishers")) {
      int published = publisher.path("PublishedPort").asInt();
      if (published > 0) {
        ports.put(publisher.path("TargetPort").asInt(), published);
      }
    }
    return new Container(
        json.path("Service").asText(),
        json.path("Name").asText(),
        json.path("State").asText(),
        json.path("Health").asText(),
        json.path("ExitCode").asInt(),
        ports);
  }

  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "compose", "--file", file.toString()));
    command.addAll(arguments);
    return command;
  }
}
