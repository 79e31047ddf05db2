package io.clickstreamlake.local.query;

import io.clickstreamlake.local.LakeException;
import io.trino.client.ClientSession;
import io.trino.client.Column;
import io.trino.client.QueryError;
import io.trino.client.QueryStatusInfo;
import io.trino.client.StatementClient;
import io.trino.client.StatementClientFactory;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;

/**
 * One statement on Trino, whose rows go to a sink page by page. In memory there is one page, of
 * about one megabyte: Trino computes the next ones only as they are fetched.
 */
final class TrinoQuery implements AutoCloseable {

  private final URI trino;
  private final StatementClient client;
  private final int firstLine;

  /**
   * @param firstLine line number of the statement in its file, from 1
   * @throws LakeException if Trino does not answer
   */
  TrinoQuery(OkHttpClient http, ClientSession session, String sql, int firstLine) {
    this.trino = session.getServer();
    this.firstLine = firstLine;
    try {
      this.client = StatementClientFactory.newStatementClient(http, session, sql);
    } catch (RuntimeException e) {
      throw unreachable(e);
    }
  }

  /**
   * Sends all rows to the sink.
   *
   * @return the number of rows, or what the statement did
   * @throws LakeException if the query fails; the message is that of the engine
   * @throws IOException of the sink; {@link #close} cancels the query then
   */
  String run(ResultSink sink) throws IOException {
    List<Column> columns = null;
    long rows = 0;
    while (client.isRunning()) {
      QueryStatusInfo status = client.currentStatusInfo();
      if (columns == null && status.getUpdateType() == null && status.getColumns() != null) {
        columns = status.getColumns();
        sink.columns(columns.stream().map(Column::getName).toList());
      }
      Iterable<List<Object>> page = client.currentData().getData();
      if (columns != null && page != null) {
        for (List<Object> row : page) {
          sink.row(plain(columns, row));
          rows++;
        }
        sink.flush();
      }
      advance();
    }
    if (client.isClientAborted()) {
      throw new LakeException("The query was cancelled.");
    }
    QueryStatusInfo end = client.finalStatusInfo();
    if (end.getError() != null) {
      throw failure(end.getError(), rows);
    }
    if (columns != null) {
      sink.end();
      return QueryResult.rowCount(rows);
    }
    return end.getUpdateType()
        + (end.getUpdateCount() == null ? "" : ": " + QueryResult.rowCount(end.getUpdateCount()));
  }

  private void advance() {
    try {
      client.advance();
    } catch (RuntimeException e) {
      if (!client.isClientAborted()) {
        throw unreachable(e);
      }
    }
  }

  private static List<Object> plain(List<Column> columns, List<Object> row) {
    List<Object> plain = new ArrayList<>(row.size());
    for (int i = 0; i < row.size(); i++) {
      plain.add(TrinoValues.plain(columns.get(i).getTypeSignature(), row.get(i)));
    }
    return plain;
  }

  private LakeException failure(QueryError error, long rows) {
    String message = error.getMessage();
    if (error.getErrorLocation() != null) {
      message =
          message.replaceFirst(
              "^line \\d+:",
              "line " + (error.getErrorLocation().getLineNumber() + firstLine - 1) + ":");
    }
    return new LakeException(
        (rows == 0 ? "The query failed: " : "The query failed after " + rows + " rows: ")
            + message);
  }

  private LakeException unreachable(RuntimeException e) {
    Throwable reason = e.getCause() == null ? e : e.getCause();
    return new LakeException(
        "Trino at "
            + trino
            + " does not answer ("
            + reason.getMessage()
            + "). Check the services with ./lake status.",
        e);
  }

  /** Prepared statements that the statement created, by name. */
  Map<String, String> prepared() {
    return client.getAddedPreparedStatements();
  }

  /** Names of prepared statements that the statement removed. */
  Iterable<String> deallocated() {
    return client.getDeallocatedPreparedStatements();
  }

  /** Cancels the query if it has not ended. */
  @Override
  public void close() {
    client.close();
  }
}
