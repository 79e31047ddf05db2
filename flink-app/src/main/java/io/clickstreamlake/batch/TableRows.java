package io.clickstreamlake.batch;

import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.core.fs.Path;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;

/** The step that reads files of a table and marks each of their rows as being in the table. */
public final class TableRows
    extends RichFlatMapFunction<String, Tuple3<Long, Long, Either<ClickEvent, Rejection>>> {

  private static final long serialVersionUID = 1L;

  private final EventIdentity identity;

  /** Columns of click_events; null for rejected_events. */
  private final EventColumns columns;

  private transient Candidate.Digester digester;

  private TableRows(EventIdentity identity, EventColumns columns) {
    this.identity = identity;
    this.columns = columns;
  }

  /** Reads files of click_events. */
  public static TableRows ofEvents(EventIdentity identity, EventColumns columns) {
    return new TableRows(identity, columns);
  }

  /** Reads files of rejected_events. */
  public static TableRows ofRejections(EventIdentity identity) {
    return new TableRows(identity, null);
  }

  @Override
  public void open(OpenContext context) {
    digester = new Candidate.Digester(identity);
  }

  @Override
  public void flatMap(String file, Collector<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> out)
      throws IOException {
    FlinkInputFile input = FlinkInputFile.of(new Path(file));
    if (columns == null) {
      try (AvroRowReader<RejectedEvent> rows = AvroRowReader.of(RejectedEvent.class).open(input)) {
        for (RejectedEvent row = rows.next(); row != null; row = rows.next()) {
          out.collect(digester.inTable(row));
        }
      }
    } else {
      try (AvroRowReader<ClickEvent> rows =
          AvroRowReader.of(columns.schema(), columns::newEvent).open(input)) {
        for (ClickEvent row = rows.next(); row != null; row = rows.next()) {
          out.collect(digester.inTable(row));
        }
      }
    }
  }
}
