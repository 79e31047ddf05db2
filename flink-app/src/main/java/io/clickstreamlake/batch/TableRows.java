package io.clickstreamlake.batch;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.avro.generic.IndexedRecord;
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

  private final Sameness sameness;

  /** Columns of click_events; null for rejected_events. */
  @Nullable private final EventColumns columns;

  /** Null for all rows. */
  @Nullable private final ArrivalRange range;

  private transient Candidate.Digester digester;

  private TableRows(
      Sameness sameness, @Nullable EventColumns columns, @Nullable ArrivalRange range) {
    this.sameness = sameness;
    this.columns = columns;
    this.range = range;
  }

  /**
   * Reads files of click_events.
   *
   * @param range of the rows to read; null for all
   */
  public static TableRows ofEvents(
      Sameness sameness, EventColumns columns, @Nullable ArrivalRange range) {
    return new TableRows(sameness, columns, range);
  }

  /**
   * Reads files of rejected_events.
   *
   * @param range of the rows to read; null for all
   */
  public static TableRows ofRejections(Sameness sameness, @Nullable ArrivalRange range) {
    return new TableRows(sameness, null, range);
  }

  @Override
  public void open(OpenContext context) {
    digester = new Candidate.Digester(sameness);
  }

  @Override
  public void flatMap(String file, Collector<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> out)
      throws IOException {
    FlinkInputFile input = FlinkInputFile.of(new Path(file));
    if (columns == null) {
      try (AvroRowReader<RejectedEvent> rows =
          inRange(AvroRowReader.of(RejectedEvent.class)).open(input)) {
        for (RejectedEvent row = rows.next(); row != null; row = rows.next()) {
          out.collect(digester.inTable(row));
        }
      }
    } else {
      try (AvroRowReader<ClickEvent> rows =
          inRange(AvroRowReader.of(columns.schema(), columns::newEvent)).open(input)) {
        for (ClickEvent row = rows.next(); row != null; row = rows.next()) {
          out.collect(digester.inTable(row));
        }
      }
    }
  }

  private <T extends IndexedRecord> AvroRowReader.Query<T> inRange(AvroRowReader.Query<T> all) {
    return range == null ? all : all.where(range.filter());
  }
}
