package io.clickstreamlake.local.query;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.trino.client.ClientSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * A session that executes SQL with the semantics of Athena: Hive DDL on the Data Catalog, every
 * other statement that Athena accepts unchanged on Trino. Prepared statements last as long as the
 * session. Thread-safe.
 */
public final class SqlSession implements AutoCloseable {

  private static final String CATALOG = "awsdatacatalog";

  /** Trino answers at least every second while a query runs; a busy machine takes longer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final Duration CANCELLATION = Duration.ofSeconds(5);

  private final URI trino;
  private final String database;
  private final HiveDdlExecutor hive;
  private final OkHttpClient http = http();
  private final Map<String, String> prepared = new ConcurrentHashMap<>();
  private final Set<TrinoQuery> running = ConcurrentHashMap.newKeySet();

  /**
   * @param database database of table names without one
   */
  public SqlSession(URI trino, GlueClient glue, PartitionCrawler crawler, String database) {
    this.trino = trino;
    this.database = database;
    this.hive = new HiveDdlExecutor(glue, crawler, database);
  }

  /** Runs one statement whose result is small. */
  public QueryResult execute(String sql) {
    return execute(new SqlScript.Statement(sql, 1));
  }

  /**
   * Runs one statement of a file whose result is small; error messages have the line and column in
   * the file.
   *
   * @throws SqlSyntaxException if it is Hive DDL with a syntax error, or if Athena refuses it
   * @throws LakeException if it fails; the message is that of the engine
   */
  public QueryResult execute(SqlScript.Statement statement) {
    Collected collected = new Collected();
    try {
      String message = run(statement, collected);
      return new QueryResult(collected.columns, collected.rows, message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs one statement of a file and sends its rows to a sink as they arrive, whatever their
   * number.
   *
   * @return the number of rows, or what the statement did
   * @throws SqlSyntaxException if it is Hive DDL with a syntax error, or if Athena refuses it
   * @throws LakeException if it fails; the message is that of the engine
   * @throws IOException of the sink; the query was cancelled then
   */
  public String run(SqlScript.Statement statement, ResultSink sink) throws IOException {
    Optional<HiveStatement> ddl = HiveDdlParser.parse(statement.sql(), statement.firstLine());
    if (ddl.isPresent()) {
      QueryResult result = hive.execute(ddl.get());
      result.sendTo(sink);
      return result.message();
    }
    List<SqlToken> tokens = SqlLexer.tokens(statement.sql(), statement.firstLine());
    AthenaStatements.requireAccepted(tokens);
    String sql = AthenaStatements.forTrino(statement.sql(), tokens);
    try (TrinoQuery query =
        new TrinoQuery(http, session(trino, database, prepared), sql, statement.firstLine())) {
      running.add(query);
      try {
        String message = query.run(sink);
        prepared.putAll(query.prepared());
        query.deallocated().forEach(prepared::remove);
        return message;
      } finally {
        running.remove(query);
      }
    }
  }

  /** Cancels the statements that run, and closes the connections. */
  @Override
  public void close() {
    running.forEach(TrinoQuery::close);
    ExecutorService requests = http.dispatcher().executorService();
    requests.shutdown();
    try {
      requests.awaitTermination(CANCELLATION.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.connectionPool().evictAll();
  }

  /** Whether Trino answers and has loaded the catalog. */
  public static boolean isReady(URI trino) throws IOException {
    OkHttpClient http = http();
    Collected catalogs = new Collected();
    try (TrinoQuery query =
        new TrinoQuery(http, session(trino, "default", Map.of()), "SHOW CATALOGS", 1)) {
      query.run(catalogs);
    } finally {
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
    return catalogs.rows.contains(List.<Object>of(CATALOG));
  }

  private static OkHttpClient http() {
    return new OkHttpClient.Builder().connectTimeout(TIMEOUT).readTimeout(TIMEOUT).build();
  }

  private static ClientSession session(
      URI trino, String database, Map<String, String> preparedStatements) {
    return ClientSession.builder()
        .server(trino)
        .user(Optional.of("lake"))
        .source("lake")
        .catalog(CATALOG)
        .schema(database)
        .locale(Locale.ENGLISH)
        // Athena's sessions are in UTC.
        .timeZone(ZoneOffset.UTC)
        .preparedStatements(preparedStatements)
        .build();
  }

  /** A sink that keeps all rows. */
  private static final class Collected implements ResultSink {

    private List<String> columns = List.of();
    private final List<List<Object>> rows = new ArrayList<>();

    @Override
    public void columns(List<String> names) {
      columns = names;
    }

    @Override
    public void row(List<Object> values) {
      rows.add(values);
    }

    @Override
    public void flush() {}

    @Override
    public void end() {}
  }
}
