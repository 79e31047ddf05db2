package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.process.PortRequest;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.query.SqlSession;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A Flink cluster of a test, with a bucket and a database of its own. S3, Kinesis, catalog and
 * Trino are those of the shared stack. Its processes end when it is closed, also with the JVM.
 */
final class OwnCluster implements AutoCloseable {

  final StackClient shared = SharedStack.client();
  final ProcessGroup processes;
  final URI url;
  final PartitionCrawler crawler;
  final SqlSession sql;
  private final StateFolder state;
  private final Ports ports;
  private final LocalStackSettings settings;
  private final FlinkProcesses flink;
  private final GlueClient glue;
  private final S3Client s3;
  private final Thread hook;

  /**
   * Starts no process yet.
   *
   * @param name of the bucket, and of the stream of the job's settings
   * @param flinkSettings override those of the stack
   */
  OwnCluster(
      String name,
      int parallelism,
      Map<String, String> jobSettings,
      Map<String, String> flinkSettings)
      throws IOException {
    state = new StateFolder(Path.of("target", name));
    state.clear();
    Files.createDirectories(state.root());
    ports =
        Ports.choose(
            Map.of(
                "flink",
                PortRequest.ANY,
                "flink-rpc",
                PortRequest.ANY,
                "flink-blob",
                PortRequest.ANY));
    url = URI.create("http://127.0.0.1:" + ports.of("flink"));
    LocalStackSettings.Builder builder =
        LocalStackSettings.in(SharedStack.ROOT, state.root()).stream(name)
            .parallelism(parallelism)
            .checkpointInterval(Duration.ofSeconds(2))
            .jobSetting("sink.path", "s3://" + name);
    jobSettings.forEach(builder::jobSetting);
    flinkSettings.forEach(builder::flinkSetting);
    settings = builder.build();
    flink =
        new ProcessContext(
                shared.project(),
                state,
                StackEndpoints.of(
                    service -> service == Service.JOBMANAGER ? url : shared.endpoint(service),
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
    glue = LocalAws.glue(shared.endpoint(Service.CATALOG));
    s3 = LocalAws.s3(shared.endpoint(Service.S3));
    s3.createBucket(bucket -> bucket.bucket(name));
    crawler = new PartitionCrawler(glue, s3);
    String database = name.replace('-', '_');
    sql = new SqlSession(shared.endpoint(Service.TRINO), glue, crawler, database);
    createTables(database, name);
    processes = new ProcessGroup(state.pids(), state.logs());
    hook = new Thread(processes::end);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void createTables(String database, String bucket) throws IOException {
    for (Path file : shared.project().ddlFiles()) {
      String ddl =
          Files.readString(file)
              .replace(LocalStackSettings.DATABASE + ".", database + ".")
              .replace("EXISTS " + LocalStackSettings.DATABASE, "EXISTS " + database);
      Map<String, String> values =
          Map.of("processed_bucket", bucket, "raw_bucket", bucket, "athena_results_bucket", bucket);
      SqlScript.parse(ddl, values).statements().forEach(sql::execute);
    }
  }

  /** Its commands; the settings of the job are written first. */
  FlinkProcesses flink() throws IOException {
    flink.requireColumns(shared.eventColumns());
    return flink;
  }

  StateFolder state() {
    return state;
  }

  @Override
  public void close() {
    processes.end();
    Runtime.getRuntime().removeShutdownHook(hook);
    glue.close();
    s3.close();
    ports.close();
  }
}
