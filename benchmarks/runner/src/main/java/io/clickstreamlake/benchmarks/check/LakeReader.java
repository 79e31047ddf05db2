package io.clickstreamlake.benchmarks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reader of a peer's output, which uses DuckDB. A figure counts only if each row is there once,
 * with the values of the input.
 */
public final class LakeReader {

  /**
   * Covers the columns that every peer copies from the JSON. The others are constants, processing
   * times, or revenue, which an enrichment completes.
   */
  private static final String DIGEST =
      "SELECT count(*), concat_ws(' ', count(DISTINCT event_id), count(DISTINCT session_id),"
          + " sum(hash(event_id, event_type, user_id, anonymous_id, session_id, page_url,"
          + " page_title, referrer_url, product_id, product_name, category, brand, currency,"
          + " order_id, search_term)),"
          + " sum(epoch_ms(event_time)), sum(price), sum(quantity), sum(len(items)),"
          + " sum(cardinality(properties))) FROM ";

  private LakeReader() {}

  /** Reads the Parquet files of the table {@code click_events} below {@code output}. */
  public static LakeContents read(Path output) throws IOException {
    List<Path> files = visibleFiles(output.resolve("click_events"));
    if (files.isEmpty()) {
      return new LakeContents(0, "", 0, 0);
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    String list =
        files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", ", "[", "]"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      // In UTC, timestamps with and without zone have the same epoch_ms.
      try (ResultSet row = statement.executeQuery(DIGEST + "read_parquet(" + list + ")")) {
        row.next();
        return new LakeContents(row.getLong(1), row.getString(2), files.size(), bytes);
      }
    } catch (SQLException e) {
      throw new IOException("the files below " + output + " cannot be read", e);
    }
  }

  /** Files that engines read as data: neither hidden files nor files in progress. */
  private static List<Path> visibleFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("[._].*"))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
