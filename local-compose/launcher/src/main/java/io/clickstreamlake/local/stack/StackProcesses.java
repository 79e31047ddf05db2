package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.archive.ArchiveProcess;
import io.clickstreamlake.local.archive.ArchiveSettings;
import io.clickstreamlake.local.catalog.CatalogProcess;
import io.clickstreamlake.local.crawler.CrawlerProcess;
import io.clickstreamlake.local.flink.FlinkConfiguration;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.process.Heartbeat;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the configuration of each process and says how it is started. */
final class StackProcesses {

  /** Much more than it takes: all of it starts at once, and the machine may have other work. */
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  /** For processes that wait more than they work: the optimizing compiler would cost the start. */
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  static final String JOB_CLASS = "io.clickstreamlake.ClickstreamJob";

  private static final String PROPERTY_GROUP = "clickstream-lake";

  /** As Terraform names it, without the environment. */
  private static final String DELIVERY_STREAM = "clickstream-archive";

  private final ProjectFiles project;
  private final StateFolder state;
  private final StackAddress address;
  private final NodeAddress node;
  private final LocalStackSettings settings;

  StackProcesses(
      ProjectFiles project,
      StateFolder state,
      StackAddress address,
      NodeAddress node,
      LocalStackSettings settings) {
    this.project = project;
    this.state = state;
    this.address = address;
    this.node = node;
    this.settings = settings;
  }

  /**
   * @param command what runs Kinesalite
   */
  ProcessSpec kinesis(List<String> command) throws IOException {
    Files.createDirectories(state.kinesis());
    List<String> full = new ArrayList<>(command);
    full.addAll(List.of("--port", port(Service.KINESIS), "--path", state.kinesis().toString()));
    return new ProcessSpec(
        "kinesis", full, Map.of(), Readiness.http(address.endpoint(Service.KINESIS)), TIMEOUT);
  }

  ProcessSpec s3() throws IOException {
    Files.createDirectories(state.s3());
    write(
        state.s3Configuration(),
        Map.of(
            "s3proxy.endpoint",
            "http://" + node.bind() + ":" + port(Service.S3),
            "s3proxy.authorization",
            "aws-v2-or-v4",
            "s3proxy.identity",
            LocalAws.ACCESS_KEY,
            "s3proxy.credential",
            LocalAws.SECRET_KEY,
            // Plain files under the keys' names: a person can look at them.
            "jclouds.provider",
            "filesystem-nio2",
            "jclouds.filesystem.basedir",
            state.s3().toString()));
    List<String> command =
        java(
            "s3",
            List.of("-Xmx256m", "-XX:+UseSerialGC", QUICK_START),
            "-cp",
            project.objectStoreClassPath(),
            "io.clickstreamlake.local.objectstore.ObjectStoreProcess",
            state.s3Configuration().toString());
    return new ProcessSpec(
        "s3", command, Map.of(), Readiness.http(address.endpoint(Service.S3)), TIMEOUT);
  }

  /** The catalog, which crawls too. */
  ProcessSpec catalog() {
    return catalog(
        address.endpoint(Service.S3).toString(),
        Long.toString(settings.crawlInterval().toSeconds()));
  }

  /** The catalog alone. */
  ProcessSpec catalogWithoutCrawler() {
    return catalog(new String[0]);
  }

  private ProcessSpec catalog(String... crawler) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                CatalogProcess.class.getName(),
                node.bind(),
                port(Service.CATALOG),
                state.catalogFile().toString()));
    arguments.addAll(List.of(crawler));
    List<String> command =
        java(
            "catalog",
            List.of("-Xmx128m", "-XX:+UseSerialGC", QUICK_START),
            arguments.toArray(String[]::new));
    return new ProcessSpec(
        "catalog", command, Map.of(), Readiness.http(address.endpoint(Service.CATALOG)), TIMEOUT);
  }

  /** A crawler that is a process of its own. */
  ProcessSpec crawler() {
    List<String> command =
        java(
            "crawler",
            List.of("-Xmx128m", "-XX:+UseSerialGC", QUICK_START),
            "-cp",
            System.getProperty("java.class.path"),
            CrawlerProcess.class.getName(),
            address.endpoint(Service.CATALOG).toString(),
            address.endpoint(Service.S3).toString(),
            Long.toString(settings.crawlInterval().toSeconds()),
            state.crawler().toString());
    return new ProcessSpec(
        "crawler", command, Map.of(), Heartbeat.in(state.crawler()).since(Instant.now()), TIMEOUT);
  }

  /** Writes the file that the job gets as {@code --config}. */
  void writeJobSettings() throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put("source.stream", settings.stream());
    values.put("source.region", LocalAws.REGION.id());
    values.put("source.endpoint", address.endpoint(Service.KINESIS).toString());
    // Sample files are of fixed days, and a laptop takes events of any age.
    values.put("time.max-age", "36500 d");
    values.put("sink.path", "s3://" + Buckets.PROCESSED);
    // What fits the heap of the local TaskManager, FlinkConfiguration, with a few slots.
    values.put("sink.memory", "96mb");
    values.put("row-group.memory", "48mb");
    values.put("enrich.geo.database", project.geoDatabase().toString());
    values.putAll(settings.jobSettings());
    ObjectMapper json = new ObjectMapper();
    ArrayNode groups = json.createArrayNode();
    ObjectNode group = groups.addObject().put("PropertyGroupId", PROPERTY_GROUP);
    ObjectNode map = group.putObject("PropertyMap");
    values.forEach(map::put);
    Files.createDirectories(state.jobSettings().getParent());
    Files.writeString(state.jobSettings(), groups.toPrettyString() + "\n");
  }

  /** Listens on nothing: its heartbeat tells that it reads the stream. */
  ProcessSpec archive() {
    List<String> command =
        java(
            "archive",
            List.of("-Xmx256m", "-XX:+UseSerialGC", QUICK_START, launcherLogConfiguration()),
            "-cp",
            System.getProperty("java.class.path"),
            ArchiveProcess.class.getName(),
            address.endpoint(Service.KINESIS).toString(),
            settings.stream(),
            address.endpoint(Service.S3).toString(),
            Buckets.RAW,
            state.archive().toString(),
            DELIVERY_STREAM,
            Long.toString(settings.archiveBytes()),
            Long.toString(settings.archiveInterval().toSeconds()),
            Long.toString(ArchiveSettings.DEFAULT_RETRY_FOR.toSeconds()));
    return new ProcessSpec(
        "archive", command, Map.of(), Heartbeat.in(state.archive()).since(Instant.now()), TIMEOUT);
  }

  private String launcherLogConfiguration() {
    return "-Dlog4j.configurationFile=" + project.serviceLogConfiguration().toUri();
  }

  /** Writes the configuration of a cluster whose one TaskManager has a slot for each task. */
  FlinkConfiguration flinkConfiguration(int rpcPort, int blobPort) throws IOException {
    return flinkConfiguration(rpcPort, blobPort, settings.parallelism(), Map.of());
  }

  /**
   * Writes the cluster's configuration, which JobManager and TaskManager read.
   *
   * @param slots of each TaskManager
   * @param more settings that those of the person win over
   */
  FlinkConfiguration flinkConfiguration(
      int rpcPort, int blobPort, int slots, Map<String, String> more) throws IOException {
    Map<String, String> overrides = new TreeMap<>(more);
    overrides.putAll(settings.flinkSettings());
    FlinkConfiguration configuration =
        new FlinkConfiguration(
            new FlinkConfiguration.Hosts(
                address.endpoint(Service.FLINK).getHost(), node.own(), node.bind()),
            new FlinkConfiguration.ClusterPorts(address.port(Service.FLINK), rpcPort, blobPort),
            state.flink(),
            address.endpoint(Service.S3),
            LocalAws.ACCESS_KEY,
            LocalAws.SECRET_KEY,
            settings.checkpointInterval(),
            settings.parallelism(),
            slots,
            overrides);
    for (String folder : List.of("conf", "checkpoints", "savepoints", "uploads", "tmp")) {
      Files.createDirectories(state.flink().resolve(folder));
    }
    Files.writeString(flinkConf().resolve("config.yaml"), configuration.yaml());
    return configuration;
  }

  ProcessSpec jobManager(FlinkConfiguration configuration) {
    return jobManager(
        configuration, "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
  }

  /** Application mode: a JobManager for this one job, with which it begins and ends. */
  ProcessSpec jobManagerWithJob(FlinkConfiguration configuration) {
    return jobManager(
        configuration,
        "io.clickstreamlake.local.cluster.JobClusterEntryPoint",
        "--jar",
        project.jobJar().toString(),
        "--job-class",
        JOB_CLASS,
        "--",
        "--config",
        state.jobSettings().toString());
  }

  private ProcessSpec jobManager(
      FlinkConfiguration configuration, String mainClass, String... arguments) {
    List<String> options = new ArrayList<>(configuration.jobManagerJvmOptions());
    options.add(QUICK_START);
    return flink(
        "flink-jobmanager",
        options,
        mainClass,
        Readiness.http(address.endpoint(Service.FLINK).resolve("/overview")),
        arguments);
  }

  ProcessSpec taskManager(FlinkConfiguration configuration) {
    FlinkRest rest = new FlinkRest(address.endpoint(Service.FLINK));
    return flink(
        "flink-taskmanager",
        configuration.taskManagerJvmOptions(),
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        () -> rest.taskManagers() > 0);
  }

  private ProcessSpec flink(
      String name,
      List<String> memory,
      String mainClass,
      Readiness readiness,
      String... arguments) {
    List<String> options = new ArrayList<>(memory);
    options.addAll(
        List.of(
            // Flink's serializers reach into the JDK; without this, checkpoints fail on JDK 17.
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED",
            // Kinesalite cuts CBOR answers at 16 KB, and the connector would read them for ever.
            "-Dorg.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor=true",
            "-Dlog4j.configurationFile=" + project.flinkLogConfiguration().toUri(),
            "-Dlog.file=" + state.logs().resolve(name + ".log")));
    List<String> command =
        java(
            name,
            options,
            "-cp",
            project.clusterClassPath(),
            mainClass,
            "--configDir",
            flinkConf().toString());
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "FLINK_PLUGINS_DIR",
            project.flinkPlugins().toString(),
            "AWS_ACCESS_KEY_ID",
            LocalAws.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY",
            LocalAws.SECRET_KEY,
            "AWS_CBOR_DISABLE",
            "true");
    return new ProcessSpec(name, command, environment, readiness, TIMEOUT);
  }

  private Path flinkConf() {
    return state.flink().resolve("conf");
  }

  ProcessSpec trino(Readiness readiness) throws IOException {
    Path server = state.trino().resolve("server.properties");
    Path catalog = state.trino().resolve("catalog.properties");
    Path data = Files.createDirectories(state.trino().resolve("data"));
    write(
        server,
        Map.of(
            "http-server.http.port",
            port(Service.TRINO),
            // As Athena: a query that does not end is ended.
            "query.max-run-time",
            "30m"));
    Map<String, String> hive = new TreeMap<>();
    hive.put("hive.metastore", "glue");
    hive.put("hive.metastore.glue.region", LocalAws.REGION.id());
    hive.put("hive.metastore.glue.endpoint-url", address.endpoint(Service.CATALOG).toString());
    hive.put("hive.metastore.glue.aws-access-key", LocalAws.ACCESS_KEY);
    hive.put("hive.metastore.glue.aws-secret-key", LocalAws.SECRET_KEY);
    hive.put("hive.metastore.glue.default-warehouse-dir", "s3://athena-results/tables");
    hive.put("hive.s3.endpoint", address.endpoint(Service.S3).toString());
    hive.put("hive.s3.path-style-access", "true");
    hive.put("hive.s3.aws-access-key", LocalAws.ACCESS_KEY);
    hive.put("hive.s3.aws-secret-key", LocalAws.SECRET_KEY);
    hive.put("hive.s3.ssl.enabled", "false");
    hive.put("hive.non-managed-table-writes-enabled", "true");
    hive.put("hive.partition-projection-enabled", "true");
    // Athena is in UTC, wherever this machine is.
    hive.put("hive.parquet.time-zone", "UTC");
    hive.put("hive.security", "allow-all");
    write(catalog, hive);
    List<String> command =
        java(
            "trino",
            List.of(
                "-Xmx1536m", "-XX:+UseSerialGC", "-Duser.timezone=UTC", "-Djava.io.tmpdir=" + data),
            "-cp",
            project.queryEngineClassPath(),
            "io.clickstreamlake.local.engine.QueryEngine",
            server.toString(),
            catalog.toString(),
            data.toString());
    if (!node.equals(NodeAddress.LOOPBACK)) {
      command.add(node.own());
    }
    return new ProcessSpec("trino", command, Map.of(), readiness, TIMEOUT);
  }

  /** The name and the state folder stand first, so that a person finds the process with ps. */
  private List<String> java(String name, List<String> options, String... rest) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlake.process=" + name);
    command.add("-Dlake.state=" + state.root());
    command.addAll(options);
    command.addAll(Arrays.asList(rest));
    return command;
  }

  private String port(Service service) {
    return Integer.toString(address.port(service));
  }

  private static void write(Path file, Map<String, String> properties) throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(properties)
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
