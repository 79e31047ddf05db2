package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.duckdb.DuckDbPeer;
import io.clickstreamlake.benchmarks.job.JobPeer;
import io.clickstreamlake.benchmarks.job.LoadPeer;
import io.clickstreamlake.benchmarks.peer.Peer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Catalog of the peers and their class paths. The job and DuckDB use the runner's class path; Flink
 * SQL and Spark are modules of a Maven profile, which are resolved and built on first use.
 */
public final class PeerCatalog {

  public static final String OURS = "ours";
  public static final String FILESINK = "filesink";
  public static final String FLINK_SQL = "flink-sql";
  public static final String SPARK = "spark";
  public static final String DUCKDB = "duckdb";

  /** All peers, in the order of the report. */
  public static final List<String> NAMES = List.of(OURS, FILESINK, FLINK_SQL, SPARK, DUCKDB);

  private static final List<String> FLINK_ON_JDK_17 =
      opened("java.base/java.util", "java.base/java.lang", "java.base/java.time");

  /** As spark-submit sets them (Spark's JavaModuleOptions). */
  private static final List<String> SPARK_ON_JDK_17 =
      opened(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar");

  private final Path root;
  private final Map<String, PeerDefinition> found = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  private PeerCatalog(Path root) {
    this.root = root;
  }

  /**
   * Finds the peers with these names.
   *
   * @param root of the source tree, for the modules that are built on demand
   */
  public static PeerCatalog find(List<String> names, Path root) {
    PeerCatalog catalog = new PeerCatalog(root);
    for (String name : names) {
      try {
        catalog.found.put(name, catalog.definition(name));
      } catch (IOException e) {
        catalog.leftOut.put(name, e.getMessage());
      }
    }
    return catalog;
  }

  public List<PeerDefinition> found() {
    return List.copyOf(found.values());
  }

  /** Names of the peers that are unavailable, each with the reason. */
  public Map<String, String> leftOut() {
    return leftOut;
  }

  /** The job with its rolling sink. */
  public static PeerDefinition ours() {
    return job(OURS, JobPeer.class, Map.of("sink.type", "rolling"));
  }

  /** The job with and without its optional steps; state in RocksDB, as in the service. */
  public static List<PeerDefinition> pipelines() {
    Map<String, String> enriched =
        Map.of("enrich.chain", "page;campaign;referrer;user_agent;money");
    Map<String, String> unique =
        Map.of("dedup.enabled", "true", "flink.state.backend.type", "rocksdb");
    Map<String, String> complete = new LinkedHashMap<>(enriched);
    complete.putAll(unique);
    return List.of(
        ours(),
        ours().with("ours-enriched", enriched),
        ours().with("ours-dedup", unique),
        ours().with("ours-complete", complete));
  }

  /** The live path with all of its steps, and a load with the same ones. */
  public static List<PeerDefinition> batches() {
    List<PeerDefinition> pipelines = pipelines();
    PeerDefinition live = pipelines.get(pipelines.size() - 1);
    return List.of(live, job("load", LoadPeer.class, live.settings()));
  }

  /** A peer that runs the job with these settings, under this name. */
  public static PeerDefinition job(
      String name, Class<? extends Peer> program, Map<String, String> settings) {
    return new PeerDefinition(name, ownClassPath(), program.getName(), FLINK_ON_JDK_17, settings);
  }

  /** The absolute class path, because each peer has its own working directory. */
  private static String ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private PeerDefinition definition(String name) throws IOException {
    return switch (name) {
      case OURS -> ours();
      case FILESINK -> job(FILESINK, JobPeer.class, Map.of("sink.type", "checkpoint"));
      case DUCKDB ->
          new PeerDefinition(
              DUCKDB, ownClassPath(), DuckDbPeer.class.getName(), List.of(), Map.of());
      case FLINK_SQL ->
          new PeerDefinition(
              FLINK_SQL,
              builtClassPath(FLINK_SQL),
              "io.clickstreamlake.benchmarks.flinksql.FlinkSqlPeer",
              FLINK_ON_JDK_17,
              Map.of());
      case SPARK ->
          new PeerDefinition(
              SPARK,
              builtClassPath(SPARK),
              "io.clickstreamlake.benchmarks.spark.SparkPeer",
              SPARK_ON_JDK_17,
              Map.of());
      default -> throw new IllegalArgumentException("there is no peer '" + name + "'");
    };
  }

  /** Builds a module that only the benchmarks need, and returns its class path. */
  private String builtClassPath(String module) throws IOException {
    Path folder = root.resolve("benchmarks").resolve(module);
    Path log = Files.createTempFile("lake-bench-" + module + "-", ".log");
    try {
      Process maven =
          new ProcessBuilder(
                  root.resolve("mvnw").toString(),
                  "--quiet",
                  "--batch-mode",
                  "--activate-profiles",
                  "bench-peers",
                  "--projects",
                  "benchmarks/" + module,
                  "--also-make",
                  "package")
              .directory(root.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (maven.waitFor() != 0) {
        throw new IOException(
            "its module benchmarks/" + module + " cannot be built: " + error(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while building benchmarks/" + module, e);
    } finally {
      Files.deleteIfExists(log);
    }
    return folder.resolve("target/classes")
        + File.pathSeparator
        + Files.readString(folder.resolve("target/classpath")).trim();
  }

  private static String error(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.startsWith("[ERROR]"))
          .findFirst()
          .orElse("Maven printed no error");
    }
  }

  private static List<String> opened(String... packages) {
    return Stream.of(packages)
        .map(name -> "--add-opens=" + name + "=ALL-UNNAMED")
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
