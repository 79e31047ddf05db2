package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.FlinkConfiguration;
import io.clickstreamlake.local.process.ProcessSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs in a container before its service: writes the service's configuration, and prints the
 * command that runs it, as words that end with a NUL, {@code NAME=VALUE} of its environment first.
 * It is the command of a stack without containers, at other addresses.
 *
 * <p>{@code setup} prints nothing: it makes what the others need, and is done.
 */
public final class ContainerService {

  /** Only the containers reach them, and each has its own address. */
  private static final int RPC_PORT = 6123;

  private static final int BLOB_PORT = 6124;

  private final ProjectFiles project;
  private final ContainerEnvironment environment;
  private final LocalStackSettings settings;
  private final String ownAddress;

  private ContainerService(Path root, ContainerEnvironment environment, String ownAddress) {
    this.project = new ProjectFiles(root);
    this.environment = environment;
    this.settings = environment.settings(project.root());
    this.ownAddress = ownAddress;
  }

  /**
   * @param args name of the service
   */
  public static void main(String[] args) throws IOException {
    try {
      ContainerEnvironment environment =
          ContainerEnvironment.of(System.getenv())
              .orElseThrow(
                  () ->
                      new LakeException(
                          "LAKE_STREAM is not set: this runs only in a container of"
                              + " compose.yaml."));
      ContainerService container =
          new ContainerService(
              Path.of(System.getProperty("lake.root")),
              environment,
              InetAddress.getLocalHost().getHostAddress());
      if (args.length == 1 && args[0].equals("setup")) {
        container.setUp();
      } else {
        print(container.process(args.length == 1 ? args[0] : ""), System.out);
      }
    } catch (LakeException e) {
      System.err.println("lake: " + e.getMessage());
      System.exit(1);
    }
  }

  private void setUp() {
    try (RunningStack stack = new RunningStack(project, environment.address())) {
      stack.createStream(environment.shards());
      stack.createBuckets();
      stack.createTables();
      stack.createViews();
    }
  }

  private ProcessSpec process(String name) throws IOException {
    StackProcesses processes =
        new StackProcesses(
            project,
            environment.state(),
            environment.address(),
            new NodeAddress("0.0.0.0", ownAddress),
            settings);
    return switch (name) {
      case "s3" -> processes.s3();
      case "catalog" -> processes.catalogWithoutCrawler();
      case "crawler" -> processes.crawler();
      case "archive" -> processes.archive();
      case "trino" -> processes.trino(() -> true);
      case "jobmanager" -> {
        processes.writeJobSettings();
        yield processes.jobManagerWithJob(flink(processes));
      }
      case "taskmanager" -> processes.taskManager(flink(processes));
      default ->
          throw new LakeException(
              "There is no service '"
                  + name
                  + "'. There are s3, catalog, crawler, archive, trino, jobmanager, taskmanager and"
                  + " setup.");
    };
  }

  private FlinkConfiguration flink(StackProcesses processes) throws IOException {
    Map<String, String> more = new TreeMap<>();
    more.put("taskmanager.rpc.port", "6122");
    more.put("web.submit.enable", "false");
    // The job lives as long as its container: it continues from where any earlier one stopped.
    Optional<Path> snapshot = environment.state().snapshots().newest();
    snapshot.ifPresent(path -> more.put("execution.state-recovery.path", path.toUri().toString()));
    return processes.flinkConfiguration(RPC_PORT, BLOB_PORT, environment.slots(), more);
  }

  private static void print(ProcessSpec process, PrintStream out) {
    new TreeMap<>(process.environment()).forEach((name, value) -> word(name + "=" + value, out));
    process.command().forEach(word -> word(word, out));
    out.flush();
  }

  private static void word(String word, PrintStream out) {
    out.writeBytes(word.getBytes(StandardCharsets.UTF_8));
    out.write(0);
  }
}
