package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.flink.FlinkConfiguration;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.tables.JobTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The configuration and the processes of {@link Service#JOBMANAGER} and {@link
 * Service#TASKMANAGER}, and the settings of the job.
 */
final class FlinkProcesses {

  static final String JOB_CLASS = "io.clickstreamlake.ClickstreamJob";

  /**
   * The settings that differ between the cluster of a machine and that of the containers.
   *
   * @param rpcPort of the JobManager
   * @param blobPort of the JobManager
   * @param slots per TaskManager
   * @param settings additional settings of Flink; those of the user override them
   */
  record Cluster(int rpcPort, int blobPort, int slots, Map<String, String> settings) {

    Cluster {
      settings = Map.copyOf(settings);
    }
  }

  private final ProcessContext context;
  private final Supplier<Cluster> cluster;
  private FlinkConfiguration written;

  /**
   * @param cluster evaluated only if a process of Flink is started
   */
  FlinkProcesses(ProcessContext context, Supplier<Cluster> cluster) {
    this.context = context;
    this.cluster = cluster;
  }

  /** A JobManager in session mode: the job is submitted to it later. */
  ProcessSpec jobManager() throws IOException {
    return jobManager("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
  }

  /**
   * A JobManager in application mode: it starts and ends with this one job, whose settings {@link
   * #requireColumns} wrote.
   */
  ProcessSpec jobManagerWithJob() throws IOException {
    return jobManager(
        "io.clickstreamlake.local.cluster.JobClusterEntryPoint",
        "--jar",
        context.project().jobJar().toString(),
        "--job-class",
        JOB_CLASS,
        "--",
        "--config",
        context.state().jobSettings().toString());
  }

  private ProcessSpec jobManager(String mainClass, String... arguments) throws IOException {
    return java(Service.JOBMANAGER, configuration().jobManagerJvmOptions())
        .options(JavaProcess.QUICK_START)
        .classPath(context.project().clusterClassPath())
        .main(mainClass, "--configDir", confFolder().toString())
        .options(arguments)
        .readyWhen(
            Readiness.http(context.endpoints().endpoint(Service.JOBMANAGER).resolve("/overview")));
  }

  ProcessSpec taskManager() throws IOException {
    FlinkRest rest = new FlinkRest(context.endpoints().endpoint(Service.JOBMANAGER));
    return java(Service.TASKMANAGER, configuration().taskManagerJvmOptions())
        .classPath(context.project().clusterClassPath())
        .main(
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            "--configDir",
            confFolder().toString())
        .readyWhen(() -> rest.taskManagers() > 0);
  }

  private JavaProcess java(Service service, List<String> memory) {
    return context
        .java(service)
        .options(memory)
        .options(
            // Flink's serializers access JDK internals; without this, checkpoints fail on JDK 17.
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED",
            // Kinesalite truncates CBOR responses at 16 KB; the connector would read them forever.
            "-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor=true",
            "-Dlog4j.configurationFile=" + context.project().flinkLogConfiguration().toUri(),
            "-Dlog.file=" + context.state().logs().resolve(service.key() + ".log"))
        .environment(
            Map.of(
                "FLINK_PLUGINS_DIR",
                context.project().flinkPlugins().toString(),
                "AWS_ACCESS_KEY_ID",
                LocalAws.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                LocalAws.SECRET_KEY,
                "AWS_CBOR_DISABLE",
                "true"));
  }

  /** Written once: JobManager and TaskManager of one machine read the same file. */
  private synchronized FlinkConfiguration configuration() throws IOException {
    if (written == null) {
      written = write();
    }
    return written;
  }

  private FlinkConfiguration write() throws IOException {
    Cluster own = cluster.get();
    StackEndpoints endpoints = context.endpoints();
    LocalStackSettings settings = context.settings();
    Path folder = context.state().flink();
    Map<String, String> overrides = new TreeMap<>(own.settings());
    overrides.putAll(settings.flinkSettings());
    FlinkConfiguration configuration =
        new FlinkConfiguration(
            new FlinkConfiguration.Hosts(
                endpoints.endpoint(Service.JOBMANAGER).getHost(),
                context.host().advertised(),
                context.host().bind()),
            new FlinkConfiguration.ClusterPorts(
                endpoints.port(Service.JOBMANAGER), own.rpcPort(), own.blobPort()),
            folder,
            endpoints.endpoint(Service.S3),
            LocalAws.ACCESS_KEY,
            LocalAws.SECRET_KEY,
            settings.checkpointInterval(),
            settings.parallelism(),
            own.slots(),
            overrides);
    for (String child : List.of("conf", "checkpoints", "savepoints", "uploads", "tmp")) {
      Files.createDirectories(folder.resolve(child));
    }
    Files.writeString(confFolder().resolve("config.yaml"), configuration.yaml());
    return configuration;
  }

  private Path confFolder() {
    return context.state().flink().resolve("conf");
  }

  /**
   * Has the job check its settings. {@link #requireColumns} writes them.
   *
   * @return the columns of the tables that the job writes
   * @throws io.clickstreamlake.local.LakeException with all problems
   */
  JobTables checkJobSettings() throws IOException {
    if (!context.isContainer()) {
      context.kinesaliteCommand(); // also installs the geo database that the settings refer to
    }
    configuration();
    Path checked = context.state().jobSettings().resolveSibling("checked-settings.json");
    // S3 does not run yet: the job checks the files on it when it starts.
    Map<String, String> values = jobSettings();
    values.entrySet().removeIf(e -> !e.getKey().equals("sink.path") && isOnS3(e.getValue()));
    try {
      new JobSettingsFile(checked).write(values);
      new JobSettingsCheck(context.project(), context.state(), confFolder()).run(checked);
      return JobTables.read(context.state().jobTables());
    } finally {
      Files.deleteIfExists(checked);
    }
  }

  private static boolean isOnS3(String value) {
    return value.startsWith("s3://") || value.startsWith("s3a://");
  }

  /**
   * Writes the settings of the job, with those that have it check that the table has all columns
   * that it writes: it may have a mapping on S3, which {@link #checkJobSettings} could not read.
   *
   * @param columns of click_events in the catalog when the job starts
   */
  void requireColumns(Collection<String> columns) throws IOException {
    Map<String, String> values = jobSettings();
    values.putIfAbsent("catalog.columns", String.join(";", columns));
    JobSettingsFile.of(context.state()).write(values);
  }

  /** The defaults of the local stack that affect events. */
  static Map<String, String> forEvents(ProjectFiles project) {
    return Map.of(
        // Sample files have fixed dates, and a local stack accepts events of any age.
        "time.max-age", "36500 d", "enrich.geo.database", project.geoDatabase().toString());
  }

  private Map<String, String> jobSettings() {
    LocalStackSettings settings = context.settings();
    Map<String, String> values = new TreeMap<>();
    values.put("source.stream", settings.stream());
    values.put("source.region", LocalAws.REGION.id());
    values.put("source.endpoint", context.url(Service.KINESIS));
    values.putAll(forEvents(context.project()));
    values.put("sink.path", "s3://" + Buckets.PROCESSED);
    // Fits the heap of the local TaskManager (see FlinkConfiguration) with a few slots.
    values.put("sink.memory", "96mb");
    values.put("row-group.memory", "48mb");
    values.putAll(settings.jobSettings());
    return values;
  }
}
