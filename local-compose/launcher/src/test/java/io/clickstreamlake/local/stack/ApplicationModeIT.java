package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.query.SqlSession;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.IOException;
import java.io.OutputStream;
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
import software.amazon.awssdk.services.kinesis.KinesisClient;

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
    Map<String, String> settings = Map.of("roll.interval", "4 s", "sink.type", sink);
    try (OwnCluster cluster = new OwnCluster(name, PARALLELISM, settings, Map.of());
        KinesisStream stream = cluster.shared.stream(name);
        KinesisClient kinesis = LocalAws.kinesis(cluster.shared.endpoint(Service.KINESIS))) {
      stream.createIfMissing(2);
      try {
        start(cluster);
        EventSender sender = EventSender.to(stream, sent -> {});
        sender.sendAll(events());

        SqlSession sql = cluster.sql;
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () -> {
                  cluster.crawler.crawlDatabase(name.replace('-', '_'), GonePartitions.KEEP);
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
        cluster.processes.end();
        kinesis.deleteStream(delete -> delete.streamName(name));
      }
    }
  }

  private static void start(OwnCluster cluster) throws IOException {
    FlinkProcesses flink = cluster.flink();
    Path otherHadoop = otherHadoop(cluster.shared.project().jobJar(), cluster.state().root());
    cluster.processes.start(withJarFirst(otherHadoop, flink.jobManagerWithJob()));
    cluster.processes.start(withJarFirst(otherHadoop, flink.taskManager()));
    FlinkRest rest = new FlinkRest(cluster.url);
    await().atMost(PATIENCE).until(() -> !rest.activeJobs().isEmpty());
    rest.awaitRunning(rest.activeJobs().get(0), PATIENCE);
    assertThat(rest.job(rest.activeJobs().get(0)).parallelism())
        .as("parallelism.default of the cluster, as the service and the containers set it")
        .isEqualTo(PARALLELISM);
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
