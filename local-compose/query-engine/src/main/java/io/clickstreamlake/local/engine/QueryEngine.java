package io.clickstreamlake.local.engine;

import io.trino.plugin.hive.HiveConnectorFactory;
import io.trino.server.testing.TestingTrinoServer;
import io.trino.spi.Plugin;
import io.trino.spi.connector.ConnectorFactory;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Trino coordinator that is also the worker, with one Hive catalog and Trino's HTTP protocol.
 *
 * <p>The server class is that of Trino's own tests, which needs no plugin folders and no
 * installation. It runs until the process is terminated.
 */
public final class QueryEngine {

  /** Name of the catalog: that of the Glue Data Catalog in Athena. */
  private static final String CATALOG = "awsdatacatalog";

  /**
   * Loggers that write a line per query, health checks included, and per garbage collection. Kept
   * here, since a logger that nothing refers to loses its level.
   */
  private static final List<Logger> CHATTY =
      Stream.of("io.trino.event.QueryMonitor", "io.airlift.stats.JmxGcMonitor")
          .map(Logger::getLogger)
          .toList();

  private QueryEngine() {}

  /**
   * @param args the server's properties file, the Hive catalog's properties file, the data folder;
   *     and optionally an IP address on which other machines reach the server
   */
  public static void main(String[] args) {
    if (args.length != 3 && args.length != 4) {
      System.err.println(
          "usage: QueryEngine SERVER.properties CATALOG.properties DATA_FOLDER [ADDRESS]");
      System.exit(2);
    }
    try {
      serve(
          read(Path.of(args[0])),
          read(Path.of(args[1])),
          Path.of(args[2]),
          args.length == 4 ? Optional.of(args[3]) : Optional.empty());
    } catch (Throwable e) {
      // After a configuration error, threads of Trino would keep this JVM alive.
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void serve(
      Map<String, String> server, Map<String, String> catalog, Path data, Optional<String> address)
      throws InterruptedException, IOException {
    CHATTY.forEach(logger -> logger.setLevel(Level.WARNING));
    TestingTrinoServer trino =
        TestingTrinoServer.builder()
            .setProperties(server)
            .setBaseDataDir(Optional.of(data))
            .build();
    trino.installPlugin(new HivePlugin());
    trino.createCatalog(CATALOG, "hive", catalog);
    if (address.isPresent()) {
      PortForward.start(InetAddress.getByName(address.get()), trino.getBaseUrl().getPort());
    }
    System.out.println("Trino listens on " + trino.getBaseUrl());
    new CountDownLatch(1).await();
  }

  private static Map<String, String> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toUnmodifiableMap(name -> name, properties::getProperty));
  }

  /**
   * Trino's Hive plugin requires the class loader of a plugin folder; here the class path is flat.
   */
  private static final class HivePlugin implements Plugin {
    @Override
    public Iterable<ConnectorFactory> getConnectorFactories() {
      return List.of(new HiveConnectorFactory());
    }
  }
}
