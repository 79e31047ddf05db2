package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.query.SqlSession;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The configuration and the process of {@link Service#TRINO}. */
final class TrinoProcess {

  /** One line per message, as in the other logs. */
  private static final String LOG_LINE = "%1$tFT%1$tT.%1$tL %4$-7s %3$s - %5$s%6$s%n";

  private TrinoProcess() {}

  static ProcessSpec spec(ProcessContext context) throws IOException {
    Path folder = context.state().trino();
    Path server = folder.resolve("server.properties");
    Path catalog = folder.resolve("catalog.properties");
    Path data = Files.createDirectories(folder.resolve("data"));
    context.writeProperties(
        server,
        Map.of(
            "http-server.http.port",
            context.port(Service.TRINO),
            // Athena cancels queries that run longer.
            "query.max-run-time",
            "30m"));
    context.writeProperties(catalog, catalog(context));
    List<String> arguments =
        new ArrayList<>(List.of(server.toString(), catalog.toString(), data.toString()));
    if (context.isContainer()) {
      arguments.add(context.host().advertised());
    }
    return context
        .java(Service.TRINO)
        .options("-Xmx1536m", "-XX:+UseSerialGC", "-Duser.timezone=UTC", "-Djava.io.tmpdir=" + data)
        .options("-Djava.util.logging.SimpleFormatter.format=" + LOG_LINE)
        .classPath(context.project().queryEngineClassPath())
        .main("io.clickstreamlake.local.engine.QueryEngine", arguments.toArray(String[]::new))
        .readyWhen(() -> SqlSession.isReady(context.endpoints().endpoint(Service.TRINO)));
  }

  /** The Hive catalog: tables in the Glue stand-in, files in the S3 stand-in. */
  private static Map<String, String> catalog(ProcessContext context) {
    Map<String, String> hive = new TreeMap<>();
    hive.put("hive.metastore", "glue");
    hive.put("hive.metastore.glue.region", LocalAws.REGION.id());
    hive.put("hive.metastore.glue.endpoint-url", context.url(Service.CATALOG));
    hive.put("hive.metastore.glue.aws-access-key", LocalAws.ACCESS_KEY);
    hive.put("hive.metastore.glue.aws-secret-key", LocalAws.SECRET_KEY);
    hive.put("hive.metastore.glue.default-warehouse-dir", "s3://athena-results/tables");
    hive.put("hive.s3.endpoint", context.url(Service.S3));
    hive.put("hive.s3.path-style-access", "true");
    hive.put("hive.s3.aws-access-key", LocalAws.ACCESS_KEY);
    hive.put("hive.s3.aws-secret-key", LocalAws.SECRET_KEY);
    hive.put("hive.s3.ssl.enabled", "false");
    hive.put("hive.non-managed-table-writes-enabled", "true");
    hive.put("hive.partition-projection-enabled", "true");
    // Athena is in UTC, whatever the time zone of this machine is.
    hive.put("hive.parquet.time-zone", "UTC");
    hive.put("hive.security", "allow-all");
    return hive;
  }
}
