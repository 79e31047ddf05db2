package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.Snapshots;
import io.clickstreamlake.local.process.ProcessSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The first program in a service's container: it writes the configuration of the service and prints
 * the command that runs it, as words that end with a NUL, preceded by {@code NAME=VALUE} of its
 * environment. The command is that of a stack without containers, with other host names.
 *
 * <p>Two programs print nothing and end: {@code settings} checks all settings before anything
 * starts, and {@code setup} creates the stream, buckets, tables and views, and adds the columns
 * that tables lack.
 */
public final class ContainerCommand {

  private static final String SETTINGS = "settings";
  private static final String SETUP = "setup";

  /** Fixed ports: only containers reach them, and each container has its own IP address. */
  private static final int RPC_PORT = 6123;

  private static final int BLOB_PORT = 6124;
  private static final String TASKMANAGER_RPC_PORT = "6122";

  private final ProjectFiles project;
  private final ContainerEnvironment environment;
  private final LocalStackSettings settings;
  private final String ownAddress;

  private ContainerCommand(
      ProjectFiles project,
      ContainerEnvironment environment,
      LocalStackSettings settings,
      String ownAddress) {
    this.project = project;
    this.environment = environment;
    this.settings = settings;
    this.ownAddress = ownAddress;
  }

  /**
   * @param args name of the service, {@code settings} or {@code setup}
   */
  public static void main(String[] args) throws IOException {
    try {
      ContainerEnvironment environment =
          ContainerEnvironment.of(System.getenv())
              .orElseThrow(
                  () ->
                      new LakeException(
                          "LAKE_STREAM is not set: this program runs only in a container of"
                              + " compose.yaml."));
      ProjectFiles project = new ProjectFiles(Path.of(System.getProperty("lake.root")));
      String ownAddress = InetAddress.getLocalHost().getHostAddress();
      String name = args.length == 1 ? args[0] : "";
      if (name.equals(SETTINGS)) {
        checkSettings(project, environment, ownAddress);
        return;
      }
      ContainerCommand container =
          new ContainerCommand(
              project, environment, environment.settings(project.root()), ownAddress);
      if (name.equals(SETUP)) {
        container.setUp();
      } else {
        print(container.process(name), System.out);
      }
    } catch (LakeException e) {
      System.err.println("lake: " + PlainDocker.inItsCommands(e.getMessage()));
      System.exit(1);
    }
  }

  /** Reports the wrong variables and the wrong settings of the job at once. */
  private static void checkSettings(
      ProjectFiles project, ContainerEnvironment environment, String ownAddress)
      throws IOException {
    List<String> problems = new ArrayList<>();
    LocalStackSettings settings = environment.settings(project.root(), problems);
    try {
      new ContainerCommand(project, environment, settings, ownAddress)
          .context()
          .flink()
          .checkJobSettings();
    } catch (LakeException e) {
      problems.add(e.getMessage());
    }
    if (!problems.isEmpty()) {
      throw new LakeException(String.join("\n", problems));
    }
  }

  private void setUp() throws IOException {
    // Writes the columns of the tables, which the catalog follows.
    context().flink().checkJobSettings();
    try (StackClient client = new StackClient(project, environment.endpoints())) {
      for (Service service : Service.values()) {
        service.prepare(client, settings);
      }
      client.createViews();
    }
  }

  private ProcessSpec process(String name) throws IOException {
    if (name.equals(Service.JOBMANAGER.key())) {
      requireColumns();
    }
    Service service =
        launched()
            .filter(each -> each.key().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new LakeException(
                        "Unknown service '"
                            + name
                            + "'. Known services: "
                            + launched().map(Service::key).collect(Collectors.joining(", "))
                            + ", "
                            + SETTINGS
                            + ", "
                            + SETUP
                            + "."));
    return service.process(context());
  }

  /** The container {@code setup} has brought the tables in step. */
  private void requireColumns() throws IOException {
    try (StackClient client = new StackClient(project, environment.endpoints())) {
      context().flink().requireColumns(client.eventColumns());
    }
  }

  private ProcessContext context() {
    return new ProcessContext(
        project,
        environment.state(),
        environment.endpoints(),
        new HostAddress("0.0.0.0", ownAddress),
        settings,
        this::cluster,
        System.err::println);
  }

  private static Stream<Service> launched() {
    return Stream.of(Service.values()).filter(Service::isLaunchedInContainer);
  }

  private FlinkProcesses.Cluster cluster() {
    Map<String, String> flink = new TreeMap<>();
    flink.put("taskmanager.rpc.port", TASKMANAGER_RPC_PORT);
    flink.put("web.submit.enable", "false");
    // The job lives as long as its container, and continues where the last container ended.
    Snapshots snapshots = environment.state().snapshots();
    snapshots
        .newest()
        .ifPresent(path -> flink.put("execution.state-recovery.path", path.toUri().toString()));
    return new FlinkProcesses.Cluster(RPC_PORT, BLOB_PORT, environment.slots(), flink);
  }

  private static void print(ProcessSpec process, PrintStream out) {
    new TreeMap<>(process.environment())
        .forEach((name, value) -> printWord(name + "=" + value, out));
    process.command().forEach(word -> printWord(word, out));
    out.flush();
  }

  private static void printWord(String word, PrintStream out) {
    out.writeBytes(word.getBytes(StandardCharsets.UTF_8));
    out.write(0);
  }
}
