package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables' own files, written by the sink and read back through Flink's file system. */
class StoredRowsTest {

  private static final Comparator<ClickEvent> BY_ID = Comparator.comparing(ClickEvent::getEventId);

  @TempDir Path folder;

  @Test
  void givenClickEventsWhenReadBackThenAllOrTheRowsOfAUserAreUnchanged() throws Exception {
    List<ClickEvent> events = new Events(7).take(12_000);
    FlinkInputFile file = write(Events.sink(), events);

    assertThat(read(AvroRowReader.of(ClickEvent.class), file).stream().sorted(BY_ID))
        .containsExactlyElementsOf(events.stream().sorted(BY_ID).toList());
    String user = events.get(100).getUserId() == null ? "u1" : events.get(100).getUserId();
    assertThat(
            read(
                    AvroRowReader.of(ClickEvent.class)
                        .where(
                            FilterApi.eq(
                                FilterApi.binaryColumn("user_id"), Binary.fromString(user))),
                    file)
                .stream()
                .sorted(BY_ID))
        .containsExactlyElementsOf(
            events.stream().filter(event -> user.equals(event.getUserId())).sorted(BY_ID).toList());
  }

  @Test
  void givenCustomColumnsWhenReadBackThenTheirValuesAreUnchangedAndNullInOlderFiles()
      throws Exception {
    EventColumns columns =
        EventColumns.with(
            List.of(
                custom("tier", Schema.create(Schema.Type.STRING)),
                custom("points", Schema.create(Schema.Type.LONG)),
                custom("is_new", Schema.create(Schema.Type.BOOLEAN)),
                custom(
                    "basket",
                    LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES))),
                custom(
                    "first_seen",
                    LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))));
    List<ClickEvent> plain = new Events(8).take(300);
    List<ClickEvent> events = new ArrayList<>();
    for (ClickEvent from : plain) {
      ClickEvent event = columns.newEvent();
      for (Schema.Field field : EventColumns.CONTRACT.fields()) {
        event.put(field.pos(), from.get(field.pos()));
      }
      int number = events.size();
      if (number % 3 > 0) {
        set(event, columns, "tier", "gold " + number % 5);
        set(event, columns, "points", 9_007_199_254_740_993L + number);
        set(event, columns, "is_new", number % 2 == 0);
        set(event, columns, "basket", BigDecimal.valueOf(number, 2));
        set(event, columns, "first_seen", Instant.ofEpochMilli(1_700_000_000_000L + number));
      }
      events.add(event);
    }
    AvroRowReader.Query<ClickEvent> query = AvroRowReader.of(columns.schema(), columns::newEvent);

    assertThat(read(query, write(Events.sink(columns.schema()), events)).stream().sorted(BY_ID))
        .containsExactlyElementsOf(events.stream().sorted(BY_ID).toList());
    List<ClickEvent> older = read(query, write(Events.sink(), plain));
    assertThat(older)
        .hasSameSizeAs(plain)
        .allMatch(
            event -> columns.custom().stream().allMatch(field -> event.get(field.pos()) == null));
    assertThat(older.stream().map(ClickEvent::getEventId).sorted())
        .containsExactlyElementsOf(plain.stream().map(ClickEvent::getEventId).sorted().toList());
  }

  @Test
  void givenRejectedEventsAndLedgerEntriesWhenReadBackThenTheyAreUnchanged() throws Exception {
    List<RejectedEvent> rejected = new ArrayList<>();
    List<LedgerEntry> ledger = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rejected.add(
          RejectedEvent.newBuilder()
              .setReason("malformed_json")
              .setColumnName(i % 2 == 0 ? null : "event_id")
              .setMessage("message " + i)
              .setStream("s")
              .setShardId("shard")
              .setSequenceNumber("4" + i)
              .setPosition(i)
              .setArrivalTime(Instant.ofEpochMilli(1_700_000_000_000L + i))
              .setJobVersion("1")
              .setPayload(ByteBuffer.wrap(("{\u00e4" + i).getBytes(StandardCharsets.UTF_8)))
              .build());
      ledger.add(
          LedgerEntry.newBuilder()
              .setArrivalHour(Instant.ofEpochMilli(1_699_999_200_000L))
              .setStream("s")
              .setOutcome("rejected")
              .setReason(i % 2 == 0 ? null : "malformed_json")
              .setEvents(i)
              .build());
    }

    assertThat(
            read(
                AvroRowReader.of(RejectedEvent.class),
                write(sink(RejectedEvent.getClassSchema()), rejected)))
        .isEqualTo(rejected);
    assertThat(
            read(
                AvroRowReader.of(LedgerEntry.class),
                write(sink(LedgerEntry.getClassSchema()), ledger)))
        .isEqualTo(ledger);
  }

  private static Schema.Field custom(String name, Schema type) {
    return new Schema.Field(
        name,
        Schema.createUnion(Schema.create(Schema.Type.NULL), type),
        null,
        Schema.Field.NULL_DEFAULT_VALUE);
  }

  private static void set(ClickEvent event, EventColumns columns, String name, Object value) {
    event.put(columns.field(name).pos(), value);
  }

  private static <T extends SpecificRecord> RollingParquetSinkBuilder<T> sink(Schema schema) {
    return RollingParquetSink.<T>forAvro(schema).identity("test/rows").bucketBy(row -> "all");
  }

  private <T> FlinkInputFile write(RollingParquetSinkBuilder<T> builder, List<T> rows)
      throws Exception {
    LocalTable table = new LocalTable(Files.createTempDirectory(folder, "table"));
    RollingParquetSink<T> sink = builder.basePath(table.path()).build();
    RollingParquetWriter<T> writer =
        (RollingParquetWriter<T>)
            sink.createWriter(
                new WriterContext(new ManualClock(Events.START.toEpochMilli()), 0, 1));
    for (T row : rows) {
      writer.write(row, null);
    }
    writer.flush(true);
    LocalTable.commit(sink, writer);
    writer.close();
    assertThat(table.files()).hasSize(1);
    return FlinkInputFile.of(new org.apache.flink.core.fs.Path(table.files().get(0).toUri()));
  }

  private static <T extends IndexedRecord> List<T> read(
      AvroRowReader.Query<T> query, FlinkInputFile file) throws Exception {
    List<T> rows = new ArrayList<>();
    try (AvroRowReader<T> reader = query.open(file)) {
      for (T row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }
}
