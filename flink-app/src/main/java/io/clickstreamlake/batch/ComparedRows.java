package io.clickstreamlake.batch;

import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/** The step that reads files of click_events in one generation, for the comparison with another. */
public final class ComparedRows extends RichFlatMapFunction<String, ComparedRow> {

  private static final long serialVersionUID = 1L;

  private static final Set<String> OF_THE_READ =
      Set.of("stream", "shard_id", "sequence_number", "arrival_time", "processed_time");

  private static final String EVENT_ID = "event_id";

  private final EventIdentity identity;
  private final EventColumns columns;
  private final ArrivalRange range;
  private final boolean isNew;

  private transient EventIdentity.Digester digester;

  /**
   * @param identity of the new generation
   * @param columns of the new generation
   * @param range of the rows to read
   * @param isNew whether the files are those of the new generation
   */
  public ComparedRows(
      EventIdentity identity, EventColumns columns, ArrivalRange range, boolean isNew) {
    this.identity = identity;
    this.columns = columns;
    this.range = range;
    this.isNew = isNew;
  }

  @Override
  public void open(OpenContext context) {
    digester = identity.digester();
  }

  @Override
  public void flatMap(String file, Collector<ComparedRow> out) throws IOException {
    try (AvroRowReader<ClickEvent> rows =
        AvroRowReader.of(columns.schema(), columns::newEvent)
            .where(range.filter())
            .open(FlinkInputFile.of(new Path(file)))) {
      for (ClickEvent row = rows.next(); row != null; row = rows.next()) {
        out.collect(compared(row));
      }
    }
  }

  private ComparedRow compared(ClickEvent row) {
    boolean isDerived = DerivedId.is(row.getEventId());
    ComparedRow compared = new ComparedRow();
    compared.key = isDerived ? content(row) : row.getEventId();
    compared.isNew = isNew;
    compared.arrival = row.getArrivalTime().toEpochMilli();
    compared.day = row.getEventTime().atZone(ZoneOffset.UTC).toLocalDate().toString();
    compared.type = String.valueOf(row.getEventType());
    compared.id = row.getEventId();
    compared.hashes = hashes(row, isDerived);
    return compared;
  }

  private String content(ClickEvent row) {
    digester.digestAnywhere(row);
    return "\n" + digester.high() + "\n" + digester.low();
  }

  private int[] hashes(ClickEvent row, boolean isDerived) {
    int[] hashes = new int[columns.schema().getFields().size()];
    for (Schema.Field column : columns.schema().getFields()) {
      boolean isOfTheRead =
          OF_THE_READ.contains(column.name()) || isDerived && column.name().equals(EVENT_ID);
      Object value = isOfTheRead ? null : row.get(column.pos());
      if (value != null) {
        hashes[column.pos()] = 1 + text(value).hashCode();
      }
    }
    return hashes;
  }

  private static String text(Object value) {
    return value instanceof Map
        ? new TreeMap<>((Map<?, ?>) value).toString()
        : String.valueOf(value);
  }
}
