package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables that {@code compose.yaml} gives to a container of the stack: the
 * variables of {@code example.env}, prefixed with {@code LAKE_}. The host names of the other
 * containers are the names of their services.
 */
public final class ContainerEnvironment {

  /** Where the volumes are mounted; the layout is that of every state folder. */
  private static final Path STATE = Path.of("/state");

  private final Map<String, String> variables;

  private ContainerEnvironment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Empty if this process does not run in a container of the stack. */
  public static Optional<ContainerEnvironment> of(Map<String, String> variables) {
    return variables.containsKey("LAKE_STREAM")
        ? Optional.of(new ContainerEnvironment(variables))
        : Optional.empty();
  }

  /** The endpoints of the other containers. */
  public StackEndpoints endpoints() {
    StackEndpoints endpoints =
        StackEndpoints.of(
            service -> URI.create("http://" + service.key() + ":" + service.defaultPort()),
            text("STREAM"));
    return has("CRAWL_SECONDS")
        ? endpoints.withCrawlInterval(seconds("CRAWL_SECONDS", new ArrayList<>()))
        : endpoints;
  }

  /**
   * The endpoints of the other containers.
   *
   * @throws NotRunningException if none of them runs: Docker knows only the names of running ones
   */
  public StackEndpoints runningEndpoints() {
    for (Service service : Service.withPort()) {
      try {
        InetAddress.getByName(service.key());
        return endpoints();
      } catch (UnknownHostException e) {
        // This one does not run. A message about the missing ones follows when they are used.
      }
    }
    throw NotRunningException.inContainers();
  }

  StateFolder state() {
    return new StateFolder(STATE);
  }

  /** Slots per TaskManager. */
  int slots() {
    return number("TASK_SLOTS", new ArrayList<>());
  }

  /**
   * The settings of a stack without containers; a variable that is unset keeps its default.
   *
   * @throws LakeException with all wrong variables
   */
  LocalStackSettings settings(Path root) {
    List<String> problems = new ArrayList<>();
    LocalStackSettings settings = settings(root, problems);
    if (!problems.isEmpty()) {
      throw new LakeException(String.join("\n", problems));
    }
    return settings;
  }

  /**
   * The same, with defaults in place of wrong variables.
   *
   * @param problems receives a message per wrong variable
   */
  LocalStackSettings settings(Path root, List<String> problems) {
    LocalStackSettings.Builder settings = LocalStackSettings.in(root, STATE).stream(text("STREAM"));
    if (has("SHARDS")) {
      settings.shards(number("SHARDS", problems));
    }
    if (has("TASKMANAGERS")) {
      settings
          .parallelism(number("TASKMANAGERS", problems) * number("TASK_SLOTS", problems))
          .checkpointInterval(seconds("CHECKPOINT_SECONDS", problems));
      JobSettingsText.parse(
              variables.getOrDefault("LAKE_" + JobSettingsText.VARIABLE, ""), problems)
          .forEach(settings::jobSetting);
    }
    if (has("CRAWL_SECONDS")) {
      settings.crawlInterval(seconds("CRAWL_SECONDS", problems));
    }
    if (has("ARCHIVE_SECONDS")) {
      settings
          .archiveInterval(seconds("ARCHIVE_SECONDS", problems))
          .archiveBytes(number("ARCHIVE_MIB", problems) * 1024L * 1024);
    }
    return settings.build();
  }

  private boolean has(String name) {
    return variables.containsKey("LAKE_" + name);
  }

  private Duration seconds(String name, List<String> problems) {
    return Duration.ofSeconds(number(name, problems));
  }

  /** 1 in place of a wrong number. */
  private int number(String name, List<String> problems) {
    String text = variables.getOrDefault("LAKE_" + name, "").trim();
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    problems.add(
        name
            + " must be a whole number above 0, but is '"
            + text
            + "'. Correct it in local-compose/.env.");
    return 1;
  }

  private String text(String name) {
    String value = variables.get("LAKE_" + name);
    if (value == null || value.isBlank()) {
      throw new LakeException(name + " has no value. Set it in local-compose/.env.");
    }
    return value.trim();
  }
}
