package io.clickstreamlake.local.query;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.trino.jdbc.Row;
import io.trino.jdbc.RowField;
import io.trino.jdbc.TrinoConnection;
import io.trino.jdbc.TrinoDriver;
import java.net.URI;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * A session that executes SQL with the semantics of Athena: Hive DDL on the Data Catalog, every
 * other statement unchanged on Trino. Thread-safe: each statement has its own connection.
 */
public final class SqlSession {

  private static final String CATALOG = "awsdatacatalog";

  private final URI trino;
  private final String database;
  private final HiveDdlExecutor hive;

  /**
   * @param database database of table names without one
   */
  public SqlSession(URI trino, GlueClient glue, PartitionCrawler crawler, String database) {
    this.trino = trino;
    this.database = database;
    this.hive = new HiveDdlExecutor(glue, crawler, database);
  }

  /** Runs one statement. */
  public QueryResult execute(String sql) {
    return execute(new SqlScript.Statement(sql, 1));
  }

  /**
   * Runs one statement of a file; error messages have the line and column in the file.
   *
   * @throws SqlSyntaxException if it is Hive DDL with a syntax error
   * @throws LakeException if it fails; the message is that of the engine
   */
  public QueryResult execute(SqlScript.Statement statement) {
    Optional<HiveStatement> ddl = HiveDdlParser.parse(statement.sql(), statement.firstLine());
    return ddl.isPresent() ? hive.execute(ddl.get()) : executeOnTrino(statement.sql());
  }

  /** Whether Trino answers and has loaded the catalog. */
  public static boolean isReady(URI trino) throws SQLException {
    try (Connection connection = connect(trino, "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW CATALOGS")) {
      while (rows.next()) {
        if (CATALOG.equals(rows.getString(1))) {
          return true;
        }
      }
      return false;
    }
  }

  private QueryResult executeOnTrino(String sql) {
    try (Connection connection = connect(trino, "/" + CATALOG + "/" + database);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        int updated = statement.getUpdateCount();
        return QueryResult.message(updated > 0 ? updated + " rows" : "OK");
      }
      try (ResultSet rows = statement.getResultSet()) {
        return read(rows);
      }
    } catch (SQLException e) {
      String message = e.getMessage().replaceFirst("^Query failed \\(#[^)]*\\): ", "");
      throw new LakeException("The query failed: " + message, e);
    }
  }

  private static Connection connect(URI trino, String path) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "lake");
    String url = "jdbc:trino://" + trino.getHost() + ":" + trino.getPort() + path;
    Connection connection = new TrinoDriver().connect(url, properties);
    // Athena's sessions are in UTC.
    connection.unwrap(TrinoConnection.class).setTimeZoneId("UTC");
    return connection;
  }

  private static QueryResult read(ResultSet rows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(meta.getColumnLabel(i));
    }
    List<List<Object>> all = new ArrayList<>();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        Object value = rows.getObject(i);
        row.add(isTemporal(value) ? rows.getString(i) : plain(value));
      }
      all.add(row);
    }
    return QueryResult.of(columns, all);
  }

  private static boolean isTemporal(Object value) {
    return value instanceof java.util.Date;
  }

  /** Converts arrays, maps and rows of the driver to lists and maps. */
  private static Object plain(Object value) throws SQLException {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    if (value instanceof Array array) {
      return plain(Arrays.asList((Object[]) array.getArray()));
    }
    if (value instanceof List<?> list) {
      List<Object> plain = new ArrayList<>();
      for (Object element : list) {
        plain.add(plain(element));
      }
      return plain;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
      }
      return plain;
    }
    if (value instanceof Row row) {
      Map<String, Object> plain = new LinkedHashMap<>();
      int position = 0;
      for (RowField field : row.getFields()) {
        plain.put(field.getName().orElse("field" + position), plain(field.getValue()));
        position++;
      }
      return plain;
    }
    return value.toString();
  }
}
