package io.clickstreamlake.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;

/** A table in a local folder, with its visible files and with queries by DuckDB. */
final class LocalTable {

  private final Path folder;

  LocalTable(Path folder) {
    this.folder = folder;
  }

  org.apache.flink.core.fs.Path path() {
    return new org.apache.flink.core.fs.Path(folder.toUri());
  }

  /** The visible files, sorted by path. */
  List<Path> files() {
    try (Stream<Path> all = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
      return all.filter(file -> file.getFileName().toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first row of a query. {@code $table} is replaced by the table. */
  List<Object> query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                sql.replace("$table", "read_parquet('" + folder + "/**/*.parquet')"))) {
      rows.next();
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.add(rows.getObject(i));
      }
      return row;
    }
  }

  /** Commits the files that the writer rolled, as after a checkpoint. */
  static void commit(RollingParquetSink<?> sink, RollingParquetWriter<?> writer) throws Exception {
    Committer<CommittableFile> committer = sink.createCommitter(CommitterContext.fresh());
    List<Committer.CommitRequest<CommittableFile>> requests = new ArrayList<>();
    for (CommittableFile file : writer.prepareCommit()) {
      requests.add(new MockCommitRequest<>(file));
    }
    committer.commit(requests);
  }
}
