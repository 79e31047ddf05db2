package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.compose.ComposeProject;
import io.clickstreamlake.local.compose.EnvFile;
import io.clickstreamlake.local.stack.JobSettingsText;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.RememberedSettings;
import io.clickstreamlake.local.stack.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake up}. */
@Command(
    name = "up",
    description = {
      "Starts the stack in containers with docker compose, and returns when all are healthy. The job"
          + " continues from the last ./lake down.",
      "What it is told lasts: it writes the settings to local-compose/.env, which later commands of"
          + " ./lake and of docker compose read. local-compose/example.env has all settings."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake up --build                             build the images first",
      "  ./lake up --taskmanagers 2",
      "  ./lake up --set roll.interval=1min --set CHECKPOINT_SECONDS=10",
      "  ./lake up --set parse.mapping=/config/my-mapping.yaml     a file in local-compose/config"
    })
final class UpCommand implements Callable<Integer> {

  private static final String TASKMANAGERS = "TASKMANAGERS";

  /** The program that checks all settings before anything starts. */
  private static final String SETTINGS = "settings";

  private static final String MESSAGE = "lake: ";
  private static final int LOG_LINES = 60;

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Option(
      names = "--build",
      description = "Rebuilds images if their sources have changed, not only missing images.")
  private boolean build;

  @Option(
      names = "--taskmanagers",
      paramLabel = "N",
      description =
          "Number of TaskManagers; the parallelism of the job is N times TASK_SLOTS. The same as"
              + " --set TASKMANAGERS=N")
  private Integer taskManagers;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the job, such as roll.interval=1min, or a variable of"
              + " local-compose/example.env, such as KINESIS_PORT=4568. Repeatable")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--unset",
      paramLabel = "KEY",
      description = "Returns this setting to its default. Repeatable")
  private List<String> unset = new ArrayList<>();

  @Mixin private HelpOption help;

  private Console console;

  @Override
  public Integer call() {
    if (taskManagers != null && taskManagers < 1) {
      throw new ParameterException(
          spec.commandLine(), "--taskmanagers must be at least 1, but is " + taskManagers + ".");
    }
    console = new Console(spec.commandLine().getOut());
    if (LocalStack.runsOn(checkout.defaultState())) {
      throw new LakeException(
          "A stack of processes is running on "
              + checkout.defaultState()
              + ". Stop it first with ./lake stop.");
    }
    ComposeProject compose = ComposeProject.of(checkout.root());
    compose.requireEngine();
    EnvFile settings = compose.envFile();
    Map<String, String> environment = remember(settings);
    requireFreePorts(settings, compose.containers());
    List<String> arguments = new ArrayList<>(List.of("up", "--wait", "--wait-timeout", "900"));
    if (build) {
      arguments.add("--build");
    }
    int exitCode = compose.run(arguments, environment);
    if (exitCode == 0) {
      console.line("The stack is running. ./lake status shows its URLs; stop it with ./lake down.");
      return 0;
    }
    reportFailure(compose);
    return 1;
  }

  // ---------------------------------------------------------------- settings

  /**
   * Writes the options, and the variables of the shell, to .env, without the settings of the job
   * that apply to one start.
   *
   * @return the variables of this start, which override those of the shell
   */
  private Map<String, String> remember(EnvFile settings) {
    Map<String, String> wanted = new LinkedHashMap<>();
    settings
        .defaults()
        .keySet()
        .forEach(
            name -> {
              String ofShell = System.getenv(name);
              if (ofShell != null && !ofShell.isBlank()) {
                wanted.put(name, ofShell);
              }
            });
    if (taskManagers != null) {
      wanted.put(TASKMANAGERS, taskManagers.toString());
    }
    List<String> problems = new ArrayList<>();
    Map<String, String> job =
        JobSettingsText.parse(
            wanted.getOrDefault(JobSettingsText.VARIABLE, settings.value(JobSettingsText.VARIABLE)),
            problems);
    if (!problems.isEmpty()) {
      throw new LakeException(String.join("\n", problems));
    }
    for (String key : unset) {
      if (isOfTheJob(key)) {
        job.remove(key);
      } else {
        wanted.put(key, settings.defaults().getOrDefault(key, ""));
      }
    }
    set.forEach((key, value) -> (isOfTheJob(key) ? job : wanted).put(key, value));
    Map<String, String> environment = new LinkedHashMap<>(wanted);
    environment.put(JobSettingsText.VARIABLE, JobSettingsText.format(job));
    job.keySet().removeAll(RememberedSettings.ONCE);
    wanted.put(JobSettingsText.VARIABLE, JobSettingsText.format(job));

    boolean changed = false;
    for (Map.Entry<String, String> setting : wanted.entrySet()) {
      changed |= settings.set(setting.getKey(), setting.getValue());
    }
    if (changed) {
      settings.write();
    }
    print(settings, job, changed);
    return environment;
  }

  private void print(EnvFile settings, Map<String, String> job, boolean changed) {
    Map<String, String> shown = settings.changed();
    shown.remove(JobSettingsText.VARIABLE);
    shown.putAll(job);
    if (shown.isEmpty() && !changed) {
      return;
    }
    console.line(
        (changed ? "Wrote " : "From ")
            + settings.file()
            + (shown.isEmpty() ? ": all settings have their defaults" : ":"));
    shown.forEach(
        (key, value) -> console.line("  " + key + "=" + RememberedSettings.shown(key, value)));
  }

  private static boolean isOfTheJob(String key) {
    return key.equals(key.toLowerCase(Locale.ROOT));
  }

  /** Docker's own message names the address, and not the variable. */
  private void requireFreePorts(EnvFile settings, List<ComposeProject.Container> containers) {
    List<String> problems = new ArrayList<>();
    for (Service service : Service.withPort()) {
      String variable = service.portName().toUpperCase(Locale.ROOT) + "_PORT";
      String port = settings.value(variable);
      boolean ours =
          containers.stream()
              .filter(ComposeProject.Container::runs)
              .anyMatch(c -> c.ports().containsValue(number(port)));
      if (number(port) < 1 || number(port) > 65_535) {
        problems.add(variable + " must be a port from 1 to 65535, but is '" + port + "'.");
      } else if (!ours && !isFree(number(port))) {
        problems.add(
            "Port "
                + port
                + " of "
                + variable
                + " is in use by another program. Choose another port: ./lake up --set "
                + variable
                + "="
                + (number(port) + 10_000) % 65_536);
      }
    }
    if (!problems.isEmpty()) {
      throw new LakeException(String.join("\n", problems));
    }
  }

  private static int number(String port) {
    return port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  // ---------------------------------------------------------------- failure

  /** The reason is the last thing that the user sees. */
  private void reportFailure(ComposeProject compose) {
    List<ComposeProject.Container> failed =
        compose.containers().stream().filter(container -> !container.isHealthy()).toList();
    console.line("");
    if (failed.stream().anyMatch(container -> container.service().equals(SETTINGS))) {
      throw new LakeException(
          "The settings in local-compose/.env are wrong.\n"
              + message(compose.lastLines(SETTINGS, LOG_LINES)));
    }
    List<String> reasons = new ArrayList<>();
    for (ComposeProject.Container container : failed) {
      List<String> log = compose.lastLines(container.service(), LOG_LINES);
      String health = compose.lastHealthOutput(container);
      reasons.add(
          container.service()
              + " is "
              + (container.runs() ? container.health() : container.state())
              + (health.isEmpty() ? "" : ": " + health)
              + (log.isEmpty() ? "" : ". The end of its log: " + message(log)));
    }
    throw new LakeException(
        "The stack did not start"
            + (reasons.isEmpty() ? "; Docker's output above tells why." : ":\n  ")
            + String.join("\n  ", reasons)
            + "\n./lake logs NAME shows more.");
  }

  /** The last message of our own program in a log, or its last line. */
  private static String message(List<String> log) {
    for (int i = log.size() - 1; i >= 0; i--) {
      if (log.get(i).startsWith(MESSAGE)) {
        return String.join("\n", log.subList(i, log.size())).substring(MESSAGE.length());
      }
    }
    return log.isEmpty() ? "" : log.get(log.size() - 1);
  }
}
