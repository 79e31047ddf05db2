package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.parquet.AvroParquetSchema;
import io.clickstreamlake.parquet.AvroRows;
import io.clickstreamlake.parquet.ParquetBytes;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of many row groups that was written across checkpoints, read by several readers. */
class ParquetFileTest {

  private static final int EVENTS = 23_456;
  private static final int ROW_GROUPS = 5;

  @TempDir static Path folder;
  private static LocalTable table;
  private static List<ClickEvent> events;
  private static byte[] file;

  @BeforeAll
  static void writeOneFileAcrossCheckpoints() throws Exception {
    table = new LocalTable(folder);
    events = new Events(42).take(EVENTS);
    RollingParquetSink<ClickEvent> sink = Events.sink().basePath(table.path()).build();
    RollingParquetWriter<ClickEvent> writer =
        (RollingParquetWriter<ClickEvent>)
            sink.createWriter(
                new WriterContext(new ManualClock(Events.START.toEpochMilli()), 0, 1));
    for (int i = 0; i < EVENTS; i++) {
      writer.write(events.get(i), null);
      if (i % 4_000 == 1_000) {
        assertThat(writer.prepareCommit()).isEmpty();
        assertThat(writer.snapshotState(i)).hasSize(WriterContext.MAX_PARALLELISM);
      }
    }
    writer.flush(true);
    LocalTable.commit(sink, writer);
    writer.close();
    assertThat(table.files()).hasSize(1);
    file = Files.readAllBytes(table.files().get(0));
  }

  @Test
  void givenCheckpointsWhileWritingWhenReadThenAllRowGroupsButTheLastAreFull() throws Exception {
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      assertThat(reader.getRowGroups().stream().map(BlockMetaData::getRowCount))
          .containsExactly(5_000L, 5_000L, 5_000L, 5_000L, EVENTS - 20_000L);
      assertThat(reader.getRecordCount()).isEqualTo(EVENTS);
    }
  }

  @Test
  void whenReadByParquetJavaThenEveryRowIsUnchanged() throws Exception {
    Comparator<ClickEvent> byId = Comparator.comparing(ClickEvent::getEventId);
    List<ClickEvent> read = AvroRows.read(new ParquetBytes(file), ClickEvent.class);
    assertThat(read.stream().sorted(byId).toList())
        .isEqualTo(events.stream().sorted(byId).toList());
  }

  @Test
  void whenReadByParquetAvroThenRowsAreSortedInsideRowGroups() throws Exception {
    List<String> types = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(
                new ParquetBytes(file), new PlainParquetConfiguration())
            .build()) {
      for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
        types.add(row.get("event_type").toString());
      }
    }

    assertThat(types).hasSize(EVENTS);
    for (int first = 0; first < EVENTS; first += 5_000) {
      assertThat(types.subList(first, Math.min(EVENTS, first + 5_000))).isSorted();
    }
  }

  @Test
  void whenReadByDuckDbThenTypesAndValuesAreCorrect() throws Exception {
    BigDecimal revenue =
        events.stream()
            .map(ClickEvent::getRevenue)
            .filter(Objects::nonNull)
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .setScale(4);
    long items =
        events.stream()
            .filter(event -> event.getItems() != null)
            .mapToLong(event -> event.getItems().size())
            .sum();
    long experiments = events.stream().filter(event -> event.getProperties() != null).count();
    long flags = events.stream().mapToLong(event -> event.getQualityFlags().size()).sum();

    assertThat(
            table.query(
                "select count(*), count(distinct event_id), sum(revenue), sum(len(items)),"
                    + " count(properties['experiment']), sum(len(quality_flags)),"
                    + " count(*) filter (where is_late) from $table"))
        .hasToString(
            List.of(
                    EVENTS,
                    EVENTS,
                    revenue,
                    items,
                    experiments,
                    flags,
                    events.stream().filter(ClickEvent::getIsLate).count())
                .toString());
    assertThat(
            table.query(
                "select typeof(event_time), typeof(price), typeof(items), typeof(properties)"
                    + " from $table limit 1"))
        .isEqualTo(
            List.of(
                "TIMESTAMP WITH TIME ZONE",
                "DECIMAL(18,4)",
                "STRUCT(product_id VARCHAR, price DECIMAL(18,4), quantity INTEGER, "
                    + "product_name VARCHAR, category VARCHAR, brand VARCHAR, "
                    + "discount DECIMAL(18,4), coupon VARCHAR)[]",
                "MAP(VARCHAR, VARCHAR)"));
    assertThat(
            table.query("select epoch_ms(min(event_time)), epoch_ms(max(event_time)) from $table"))
        .isEqualTo(
            List.of(
                events.stream().mapToLong(e -> e.getEventTime().toEpochMilli()).min().getAsLong(),
                events.stream().mapToLong(e -> e.getEventTime().toEpochMilli()).max().getAsLong()));
  }

  @Test
  void whenReadByParquetJavaThenAllIndexesExist() throws Exception {
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          ColumnIndex columnIndex = reader.readColumnIndex(column);
          OffsetIndex offsetIndex = reader.readOffsetIndex(column);
          assertThat(columnIndex).as("column index of " + column.getPath()).isNotNull();
          assertThat(offsetIndex).as("offset index of " + column.getPath()).isNotNull();
          assertThat(offsetIndex.getOffset(0)).isGreaterThanOrEqualTo(column.getStartingPos());
          assertThat(columnIndex.getNullPages()).hasSize(offsetIndex.getPageCount());
        }
        ColumnChunkMetaData userId = column(rowGroup, "user_id");
        assertThat(
                reader
                    .readBloomFilter(userId)
                    .findHash(reader.readBloomFilter(userId).hash(Binary.fromString("nobody"))))
            .isFalse();
      }
    }
  }

  @Test
  void givenLongStringsWhenReadThenStatisticsAreTruncated() throws Exception {
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          if (column.getStatistics().hasNonNullValue()) {
            assertThat(column.getStatistics().getMinBytes().length).isLessThanOrEqualTo(64);
            assertThat(column.getStatistics().getMaxBytes().length).isLessThanOrEqualTo(64);
          }
        }
      }
    }
  }

  @Test
  void whenTheFooterIsReadThenItContainsWriterAndSchemaFingerprint() throws Exception {
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      assertThat(reader.getFileMetaData().getCreatedBy()).startsWith("clickstream-lake version ");
      assertThat(reader.getFileMetaData().getKeyValueMetaData())
          .containsEntry(
              AvroParquetSchema.FINGERPRINT_KEY,
              AvroParquetSchema.fingerprint(ClickEvent.getClassSchema()));
      List<String> ordinals = new ArrayList<>();
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        ordinals.add("" + rowGroup.getOrdinal());
      }
      assertThat(ordinals).containsExactly("0", "1", "2", "3", "4").hasSize(ROW_GROUPS);
    }
  }

  @Test
  void givenAFilterOnTheSortColumnWhenReadThenPagesAreSkipped() throws Exception {
    FilterCompat.Filter purchases =
        FilterCompat.get(
            FilterApi.eq(FilterApi.binaryColumn("event_type"), Binary.fromString("purchase")));
    int allPages;
    int pagesRead = 0;
    long rows = 0;
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      allPages = pages(reader, false);
    }
    try (ParquetFileReader reader =
        new ParquetFileReader(
            new ParquetBytes(file),
            org.apache.parquet.ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withMetadataFilter(ParquetMetadataConverter.NO_FILTER)
                .withRecordFilter(purchases)
                .build())) {
      pagesRead = pages(reader, true);
    }
    for (var ignored : new ParquetBytes(file).rows(purchases)) {
      rows++;
    }

    assertThat(rows)
        .isEqualTo(events.stream().filter(e -> e.getEventType().equals("purchase")).count());
    assertThat(pagesRead).isPositive().isLessThan(allPages / 3);
  }

  /** Number of data pages of the columns page_url and event_id that a reader reads. */
  private static int pages(ParquetFileReader reader, boolean filtered) throws Exception {
    int pages = 0;
    Set<String> wanted = new HashSet<>(List.of("page_url", "event_id"));
    while (true) {
      PageReadStore rowGroup =
          filtered ? reader.readNextFilteredRowGroup() : reader.readNextRowGroup();
      if (rowGroup == null) {
        return pages;
      }
      for (ColumnDescriptor column : reader.getFileMetaData().getSchema().getColumns()) {
        if (wanted.contains(String.join(".", column.getPath()))) {
          PageReader pageReader = rowGroup.getPageReader(column);
          while (pageReader.readPage() != null) {
            pages++;
          }
        }
      }
    }
  }

  private static ColumnChunkMetaData column(BlockMetaData rowGroup, String name) {
    return rowGroup.getColumns().stream()
        .filter(column -> column.getPath().toDotString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
