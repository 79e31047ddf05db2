package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.archive.ArchiveProcess;
import io.clickstreamlake.local.archive.ArchiveSettings;
import io.clickstreamlake.local.catalog.CatalogProcess;
import io.clickstreamlake.local.crawler.CrawlerProcess;
import io.clickstreamlake.local.process.Heartbeat;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.tables.JobTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The registry of the stack's services: one constant per service, with everything that the launcher
 * needs to start, find, show and stop it.
 *
 * <p>The processes of {@code ./lake start}, the commands of the containers, the ports and their
 * options, {@code ./lake status} and {@code ./lake logs} follow from it. {@code compose.yaml},
 * {@code example.env} and the table in {@code local-compose/README.md} are tested against it.
 *
 * <p>A constant depends on constants above it only, so there is no cycle.
 */
public enum Service {
  KINESIS("Kinesalite", "Kinesis", 4567) {
    @Override
    ProcessSpec process(ProcessContext context) throws IOException {
      Path folder = Files.createDirectories(context.state().kinesis());
      List<String> command = new ArrayList<>(context.kinesaliteCommand());
      // One word, by which an orphan is recognized.
      command.addAll(List.of("--port", context.port(this), "--path=" + folder));
      return context.spec(
          this, command, Map.of(), Readiness.http(context.endpoints().endpoint(this)));
    }

    @Override
    void prepare(StackClient client, LocalStackSettings settings) {
      client.createStream(settings.shards());
    }

    /** Its image has Node.js and no Java. */
    @Override
    boolean isLaunchedInContainer() {
      return false;
    }
  },

  S3("S3Proxy", "S3", 9000) {
    @Override
    ProcessSpec process(ProcessContext context) throws IOException {
      Files.createDirectories(context.state().s3());
      Path configuration = context.state().s3Configuration();
      context.writeProperties(
          configuration,
          Map.of(
              "s3proxy.endpoint",
              "http://" + context.host().bind() + ":" + context.port(this),
              "s3proxy.authorization",
              "aws-v2-or-v4",
              "s3proxy.identity",
              LocalAws.ACCESS_KEY,
              "s3proxy.credential",
              LocalAws.SECRET_KEY,
              // Objects are plain files named by their keys, so a person can inspect them.
              "jclouds.provider",
              "filesystem-nio2",
              "jclouds.filesystem.basedir",
              context.state().s3().toString()));
      return context
          .java(this)
          .small("256m")
          .classPath(context.project().objectStoreClassPath())
          .main("io.clickstreamlake.local.objectstore.ObjectStoreProcess", configuration.toString())
          .readyWhen(Readiness.http(context.endpoints().endpoint(this)));
    }

    @Override
    void prepare(StackClient client, LocalStackSettings settings) {
      client.createBuckets();
    }
  },

  CATALOG("Glue Data Catalog", "Glue Data Catalog", 9083) {
    @Override
    ProcessSpec process(ProcessContext context) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  context.host().bind(),
                  context.port(this),
                  context.state().catalogFile().toString()));
      if (!CRAWLER.runsOn(context)) {
        arguments.add(context.url(S3));
        arguments.add(Long.toString(context.settings().crawlInterval().toSeconds()));
      }
      return context
          .java(this)
          .small("128m")
          .launcherClassPath()
          .main(CatalogProcess.class.getName(), arguments.toArray(String[]::new))
          .readyWhen(Readiness.http(context.endpoints().endpoint(this)));
    }

    @Override
    void prepare(StackClient client, LocalStackSettings settings) {
      client.createTables(JobTables.read(new StateFolder(settings.state()).jobTables()));
    }
  },

  TRINO("Trino, as Athena", "Athena", 8080) {
    @Override
    ProcessSpec process(ProcessContext context) throws IOException {
      return TrinoProcess.spec(context);
    }
  },

  CRAWLER("Crawler", "Glue crawler", S3, CATALOG) {
    @Override
    ProcessSpec process(ProcessContext context) {
      Path folder = context.state().crawler();
      return context
          .java(this)
          .small("128m")
          .launcherClassPath()
          .main(
              CrawlerProcess.class.getName(),
              context.url(CATALOG),
              context.url(S3),
              Long.toString(context.settings().crawlInterval().toSeconds()),
              folder.toString())
          .readyWhen(Heartbeat.in(folder).since(Instant.now()));
    }

    /** Without containers the catalog's process crawls, which saves a JVM. */
    @Override
    boolean isProcess() {
      return false;
    }
  },

  ARCHIVE("Raw archive, as Firehose", "Firehose", KINESIS, S3) {
    /** The name in Terraform, without the environment. */
    private static final String DELIVERY_STREAM = "clickstream-archive";

    @Override
    ProcessSpec process(ProcessContext context) {
      Path folder = context.state().archive();
      return context
          .java(this)
          .small("256m")
          .options(
              "-Dlog4j.configurationFile=" + context.project().serviceLogConfiguration().toUri())
          .launcherClassPath()
          .main(
              ArchiveProcess.class.getName(),
              context.url(KINESIS),
              context.settings().stream(),
              context.url(S3),
              Buckets.RAW,
              folder.toString(),
              DELIVERY_STREAM,
              Long.toString(context.settings().archiveBytes()),
              Long.toString(context.settings().archiveInterval().toSeconds()),
              Long.toString(ArchiveSettings.DEFAULT_RETRY_FOR.toSeconds()))
          .readyWhen(Heartbeat.in(folder).since(Instant.now()));
    }

    @Override
    Optional<String> location(StackEndpoints endpoints) {
      return Optional.of("s3://" + Buckets.RAW + "/raw/");
    }

    /** It stores its buffered records in S3 before it ends. */
    @Override
    boolean endsBeforeOthers() {
      return true;
    }
  },

  JOBMANAGER("Flink, with its web UI", "Managed Service for Apache Flink", 8081) {
    @Override
    ProcessSpec process(ProcessContext context) throws IOException {
      FlinkProcesses flink = context.flink();
      return context.isContainer() ? flink.jobManagerWithJob() : flink.jobManager();
    }

    /** The port is that of Flink's web UI and REST API. */
    @Override
    public String portName() {
      return "flink";
    }
  },

  TASKMANAGER("Flink TaskManager", "Managed Service for Apache Flink") {
    @Override
    ProcessSpec process(ProcessContext context) throws IOException {
      return context.flink().taskManager();
    }
  };

  private static final int NO_PORT = 0;

  private final String title;
  private final String replaces;
  private final int defaultPort;
  private final Set<Service> dependencies;

  Service(String title, String replaces, Service... dependencies) {
    this(title, replaces, NO_PORT, dependencies);
  }

  Service(String title, String replaces, int defaultPort, Service... dependencies) {
    this.title = title;
    this.replaces = replaces;
    this.defaultPort = defaultPort;
    this.dependencies = Set.of(dependencies);
  }

  /** The services with a port, which clients on this machine can reach. */
  public static List<Service> withPort() {
    return Stream.of(values()).filter(Service::hasPort).toList();
  }

  /** The services that are separate processes in a stack without containers. */
  public static List<Service> processes() {
    return Stream.of(values()).filter(Service::isProcess).toList();
  }

  /**
   * The name of the service, of its process, log and pid file, and of its container, such as {@code
   * jobmanager}.
   */
  public final String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What runs, for people, such as {@code Kinesalite}. */
  public final String title() {
    return title;
  }

  /** The AWS service that it replaces, for people; a text such as "nothing" if there is none. */
  public final String replaces() {
    return replaces;
  }

  /** Whether the service listens on a port that is published to this machine. */
  public final boolean hasPort() {
    return defaultPort != NO_PORT;
  }

  /** The port in a container, and on this machine if it is free. */
  public final int defaultPort() {
    return defaultPort;
  }

  /** Name of the port in the option {@code --NAME-port} and in the variable {@code NAME_PORT}. */
  public String portName() {
    return key();
  }

  /** Services that must be ready and prepared before this one starts. */
  final Set<Service> dependencies() {
    return dependencies;
  }

  /** Writes the configuration of the service and returns the command that starts it. */
  abstract ProcessSpec process(ProcessContext context) throws IOException;

  /** Creates what the others need in this service, once it is ready; safe to repeat. */
  void prepare(StackClient client, LocalStackSettings settings) {}

  /** URL or location of the service, shown when it is ready; empty if there is nothing to show. */
  Optional<String> location(StackEndpoints endpoints) {
    return hasPort() ? Optional.of(endpoints.endpoint(this).toString()) : Optional.empty();
  }

  /** Whether the service is a separate process in a stack without containers. */
  boolean isProcess() {
    return true;
  }

  /** Whether the launcher starts the service in its container, by {@code docker/service NAME}. */
  boolean isLaunchedInContainer() {
    return true;
  }

  /** Whether a stop ends the service before all others. */
  boolean endsBeforeOthers() {
    return false;
  }

  final boolean runsOn(ProcessContext context) {
    return context.isContainer() || isProcess();
  }
}
