package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.process.PortRequest;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.query.SqlSession;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The shaded jar in the environment of Managed Service for Apache Flink: a JobManager for this one
 * job, a TaskManager, Flink's class loading, and other Hadoop classes on the cluster's class path.
 *
 * <p>Kinesis, S3, catalog and Trino are those of the shared stack. The test has its own stream,
 * bucket, database and Flink cluster.
 */
class ApplicationModeIT {

  /** Flink checks for these classes when it starts; without them it uses no Hadoop itself. */
  private static final Set<String> CHECKED_BY_FLINK =
      Set.of(
          "org/apache/hadoop/conf/Configuration.class", "org/apache/hadoop/util/VersionInfo.class");

  private static final String RELOCATED = "io/clickstreamlake/shaded/";

  /** Packages of the job's jar that Flink loads from the cluster first. */
  private static final List<String> PARENT_FIRST =
      List.of("org/apache/hadoop/", "org/apache/flink/formats/parquet/");

  private static final String USER_AGENT =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/126.0.0.0 Safari/537.36";

  private static final int GOOD = 2000;
  private static final int REPEATED = 50;
  private static final int BROKEN = 30;
  private static final int PARALLELISM = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  @ParameterizedTest
  @ValueSource(strings = {"ROLLING", "CHECKPOINT"})
  void givenOtherHadoopClassesInTheClusterWhenTheJobRunsInApplicationModeThenEachEventIsWrittenOnce(
      String sink) throws Exception {
    String name = "application-mode-" + sink.toLowerCase(Locale.ROOT);
    StackClient shared = SharedStack.client();
    StateFolder state = new StateFolder(Path.of("target", name));
    state.clear();
    try (Ports ports = flinkPorts();
        KinesisStream stream = shared.stream(name);
        KinesisClient kinesis = LocalAws.kinesis(shared.endpoint(Service.KINESIS));
        GlueClient glue = LocalAws.glue(shared.endpoint(Service.CATALOG));
        S3Client s3 = LocalAws.s3(shared.endpoint(Service.S3))) {
      stream.createIfMissing(2);
      s3.createBucket(bucket -> bucket.bucket(name));
      PartitionCrawler crawler = new PartitionCrawler(glue, s3);
      String database = name.replace('-', '_');
      SqlSession sql = new SqlSession(shared.endpoint(Service.TRINO), glue, crawler, database);
      createTables(sql, shared.project(), database, name);
      ProcessGroup processes = new ProcessGroup(state.pids(), state.logs());
      Thread hook = new Thread(processes::end);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        start(processes, shared, state, ports, name, sink);
        EventSender sender = EventSender.to(stream, sent -> {});
        sender.sendAll(events());

        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () -> {
                  crawler.crawlDatabase(database, GonePartitions.KEEP);
                  assertThat(
                          sql.execute(
                                  "SELECT outcome, sum(events) FROM ledger GROUP BY 1 ORDER BY 1")
                              .rows())
                      .containsExactly(
                          List.of("duplicate", (long) REPEATED),
                          List.of("received", (long) GOOD + REPEATED + BROKEN),
                          List.of("rejected", (long) BROKEN),
                          List.of("written", (long) GOOD));
                  assertThat(
                          sql.execute("SELECT count(*), count(DISTINCT event_id) FROM click_events")
                              .rows())
                      .containsExactly(List.of((long) GOOD, (long) GOOD));
                  assertThat(sql.execute("SELECT count(*) FROM rejected_events").singleLong())
                      .isEqualTo(BROKEN);
                });
        assertThat(sql.execute("SELECT DISTINCT device_class FROM click_events").rows())
            .as("the result of a library that loads resources and classes by name")
            .containsExactly(List.of("Desktop"));
      } finally {
        processes.end();
        Runtime.getRuntime().removeShutdownHook(hook);
        kinesis.deleteStream(delete -> delete.streamName(name));
      }
    }
  }

  private static void start(
      ProcessGroup processes,
      StackClient shared,
      StateFolder state,
      Ports ports,
      String name,
      String sink)
      throws IOException {
    URI flinkUrl = URI.create("http://127.0.0.1:" + ports.of("flink"));
    LocalStackSettings settings =
        LocalStackSettings.in(SharedStack.ROOT, state.root()).stream(name)
            .parallelism(PARALLELISM)
            .checkpointInterval(Duration.ofSeconds(2))
            .jobSetting("roll.interval", "4 s")
            .jobSetting("sink.path", "s3://" + name)
            .jobSetting("sink.type", sink)
            .build();
    FlinkProcesses flink =
        new ProcessContext(
                shared.project(),
                state,
                StackEndpoints.of(
                    service -> service == Service.JOBMANAGER ? flinkUrl : shared.endpoint(service),
                    name),
                HostAddress.LOOPBACK,
                settings,
                () ->
                    new FlinkProcesses.Cluster(
                        ports.of("flink-rpc"),
                        ports.of("flink-blob"),
                        settings.parallelism(),
                        Map.of()),
                note -> {})
            .flink();
    Files.createDirectories(state.root());
    Path otherHadoop = otherHadoop(shared.project().jobJar(), state.root());
    flink.requireColumns(shared.eventColumns());
    processes.start(withJarFirst(otherHadoop, flink.jobManagerWithJob()));
    processes.start(withJarFirst(otherHadoop, flink.taskManager()));
    FlinkRest rest = new FlinkRest(flinkUrl);
    await().atMost(PATIENCE).until(() -> !rest.activeJobs().isEmpty());
    rest.awaitRunning(rest.activeJobs().get(0), PATIENCE);
    assertThat(rest.job(rest.activeJobs().get(0)).parallelism())
        .as("parallelism.default of the cluster, as the service and the containers set it")
        .isEqualTo(PARALLELISM);
  }

  private static Ports flinkPorts() {
    return Ports.choose(
        Map.of(
            "flink", PortRequest.ANY, "flink-rpc", PortRequest.ANY, "flink-blob", PortRequest.ANY));
  }

  /** The command with a jar first on its class path, which has no classes of the job. */
  private static ProcessSpec withJarFirst(Path jar, ProcessSpec process) {
    List<String> command = new ArrayList<>(process.command());
    int classPath = command.indexOf("-cp") + 1;
    assertThat(command.get(classPath)).doesNotContain("flink-app", "parquet", "flink-avro");
    command.set(classPath, jar + ":" + command.get(classPath));
    return new ProcessSpec(
        process.name(), command, process.environment(), process.readiness(), PATIENCE);
  }

  /**
   * A jar with invalid classes, named like the job's relocated classes that Flink would load from
   * the cluster: the JVM fails if it loads one.
   */
  private static Path otherHadoop(Path jobJar, Path folder) throws IOException {
    Path other = folder.resolve("other-hadoop.jar");
    int classes = 0;
    try (JarFile job = new JarFile(jobJar.toFile());
        OutputStream file = Files.newOutputStream(other);
        JarOutputStream jar = new JarOutputStream(file)) {
      for (JarEntry entry : (Iterable<JarEntry>) job.stream()::iterator) {
        String original = entry.getName().replace(RELOCATED, "");
        if (original.endsWith(".class")
            && PARENT_FIRST.stream().anyMatch(original::startsWith)
            && !CHECKED_BY_FLINK.contains(original)) {
          jar.putNextEntry(new JarEntry(original));
          jar.write("not the job's".getBytes(StandardCharsets.UTF_8));
          classes++;
        }
      }
    }
    assertThat(classes).isGreaterThan(5000);
    return other;
  }

  private static void createTables(
      SqlSession sql, ProjectFiles project, String database, String bucket) throws IOException {
    for (Path file : project.ddlFiles()) {
      String ddl =
          Files.readString(file)
              .replace(LocalStackSettings.DATABASE + ".", database + ".")
              .replace("EXISTS " + LocalStackSettings.DATABASE, "EXISTS " + database);
      Map<String, String> values =
          Map.of("processed_bucket", bucket, "raw_bucket", bucket, "athena_results_bucket", bucket);
      SqlScript.parse(ddl, values).statements().forEach(sql::execute);
    }
  }

  private static List<byte[]> events() {
    Instant now = Instant.now();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < GOOD + REPEATED; i++) {
      events.add(
          """
          {"event_id":"app-%d","event_type":"page_view","event_time":"%s","user_agent":"%s"}"""
              .formatted(i % GOOD, now, USER_AGENT));
    }
    for (int i = 0; i < BROKEN; i++) {
      events.add("{\"event_id\":\"broken-" + i + "\",");
    }
    return events.stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
