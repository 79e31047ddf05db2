package io.clickstreamlake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

/**
 * Compares the columnar buffer with parquet-java's own record writer on random rows: the rows and
 * the statistics are equal, and filters find every row through indexes, dictionaries and Bloom
 * filters.
 *
 * <p>Set {@code -Dsink.encoder.seed} to repeat the rows of an earlier run.
 */
class AvroRowGroupBufferTest {

  private static final int RUNS = 120;

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Random", "fields": [
                {"name": "few", "type": ["null", "string"]},
                {"name": "many", "type": ["null", "string"]},
                {"name": "unique", "type": "string"},
                {"name": "absent", "type": ["null", "string"]},
                {"name": "searched", "type": ["null", "string"]},
                {"name": "late", "type": ["null", "string"]},
                {"name": "i", "type": ["null", "int"]},
                {"name": "required_i", "type": "int"},
                {"name": "absent_i", "type": ["null", "int"]},
                {"name": "l", "type": ["null", "long"]},
                {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
                {"name": "micros", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
                {"name": "money", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}]},
                {"name": "yes", "type": ["null", "boolean"]},
                {"name": "required_yes", "type": "boolean"},
                {"name": "f", "type": ["null", "float"]},
                {"name": "d", "type": "double"},
                {"name": "b", "type": ["null", "bytes"]},
                {"name": "list", "type": ["null", {"type": "array", "items": "string"}]},
                {"name": "map", "type": ["null", {"type": "map", "values": "string"}]},
                {"name": "sparse", "type": {"type": "map", "values": ["null", "string"]}},
                {"name": "inner", "type": ["null", {"type": "record", "name": "Inner", "fields": [
                  {"name": "x", "type": ["null", "int"]}]}]}
              ]}""");

  @Test
  void givenRandomRowsWhenEncodedByColumnThenTheyEqualRowsEncodedByRecord() throws Exception {
    long first = Long.getLong("sink.encoder.seed", System.nanoTime());
    System.out.printf("Random rows of the encoder: -Dsink.encoder.seed=%d%n", first);
    RowGroupBuffer<GenericRecord> reused = buffer(smallPages());
    for (long seed = first; seed < first + RUNS; seed++) {
      Random random = new Random(seed);
      List<GenericRecord> rows = rows(random);
      try {
        // One buffer for all runs: a row group must not contain anything of the previous one.
        byte[] byColumn = file(reused, halves(rows));
        byte[] byRecord = file(byRecord(), halves(rows));

        List<Group> read = new ParquetBytes(byColumn).rows();
        assertThat(read.stream().map(Group::toString))
            .containsExactlyElementsOf(
                new ParquetBytes(byRecord).rows().stream().map(Group::toString).toList());
        assertThat(statistics(byColumn)).isEqualTo(statistics(byRecord));
        assertFiltersFind(byColumn, rows, random);
      } catch (Throwable e) {
        throw new AssertionError("-Dsink.encoder.seed=" + seed, e);
      }
    }
  }

  @Test
  void givenSortColumnsWhenEncodedThenRowsAreSortedStably() throws Exception {
    long first = Long.getLong("sink.encoder.seed", System.nanoTime());
    for (long seed = first; seed < first + 20; seed++) {
      Random random = new Random(seed);
      List<GenericRecord> rows = rows(random);
      for (List<String> columns :
          List.of(
              List.of("few", "time"),
              List.of("unique"),
              List.of("yes", "money", "late"),
              List.of("absent", "day"))) {
        List<List<GenericRecord>> sorted = new ArrayList<>();
        for (List<GenericRecord> half : halves(rows)) {
          sorted.add(new ArrayList<>(half));
          sorted.get(sorted.size() - 1).sort(order(columns));
        }

        byte[] file = file(buffer(pagesOf(64, columns)), halves(rows));

        byte[] expected = file(byRecord(), sorted);
        assertThat(new ParquetBytes(file).rows().stream().map(Group::toString))
            .as("-Dsink.encoder.seed=%d, by %s", seed, columns)
            .containsExactlyElementsOf(
                new ParquetBytes(expected).rows().stream().map(Group::toString).toList());
        assertThat(statistics(file))
            .as("-Dsink.encoder.seed=%d, by %s", seed, columns)
            .isEqualTo(statistics(expected));
      }
    }
  }

  @Test
  void givenRowsEncodedForACheckpointWhenMoreRowsFollowThenTheRowGroupIsTheSame() throws Exception {
    List<GenericRecord> rows = rows(new Random(4));
    RowGroupBuffer<GenericRecord> encodedOnce = buffer(smallPages());
    RowGroupBuffer<GenericRecord> encodedOften = buffer(smallPages());
    for (int i = 0; i < rows.size(); i++) {
      encodedOnce.add(rows.get(i));
      encodedOften.add(rows.get(i));
      if (i % 997 == 0) {
        encodedOften.encode(new EncodedBytes(0), 0);
      }
    }

    assertThat(encoded(encodedOften))
        .isEqualTo(encoded(encodedOnce))
        .isEqualTo(encoded(encodedOften));
    assertThat(encodedOften.rows()).isEqualTo(rows.size());
  }

  @Test
  void givenRowsWhenClearedThenTheirHeapIsFreed() throws Exception {
    RowGroupBuffer<GenericRecord> buffer = buffer(smallPages());
    long empty = buffer.bytes();
    assertThat(empty).as("heap of empty columns").isPositive();
    for (GenericRecord row : rows(new Random(5))) {
      buffer.add(row);
      assertThat(buffer.bytes()).isGreaterThan(empty);
    }

    buffer.clear();

    assertThat(buffer.bytes()).isEqualTo(empty);
    assertThat(buffer.rows()).isZero();
  }

  @Test
  void givenAnUnsortableColumnWhenTheBufferIsCreatedThenItIsNamed() {
    assertThatThrownBy(() -> buffer(pagesOf(64, List.of("nowhere"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no column 'nowhere' in Random to sort by");
    assertThatThrownBy(() -> buffer(pagesOf(64, List.of("list"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'list' cannot be sorted by: it is ARRAY");
  }

  @Test
  void givenStringsOfEveryUtf8LengthWhenEncodedThenBoundsAreInByteOrder() throws Exception {
    List<GenericRecord> rows = new ArrayList<>();
    // The last string is smaller than the one before in UTF-16, but not in bytes as in Parquet.
    for (String string : List.of("a", "ß", "€", "\uFFFD", "😀")) {
      GenericRecord row = rows(new Random(1)).get(0);
      row.put("unique", string);
      rows.add(row);
    }

    Statistics<?> bounds = statistics(file(buffer(smallPages()), List.of(rows))).get("unique");

    assertThat(new String(bounds.getMinBytes(), StandardCharsets.UTF_8)).isEqualTo("a");
    assertThat(new String(bounds.getMaxBytes(), StandardCharsets.UTF_8)).isEqualTo("😀");
  }

  @Test
  void givenRowsWhenEncodedThenPagesHaveTheConfiguredNumberOfRows() throws Exception {
    byte[] file =
        file(
            buffer(pagesOf(128, List.of())),
            List.of(Collections.nCopies(1_000, rows(new Random(2)).get(0))));

    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      for (ColumnChunkMetaData column : reader.getRowGroups().get(0).getColumns()) {
        OffsetIndex index = reader.readOffsetIndex(column);
        assertThat(index.getPageCount())
            .as("pages of " + column.getPath())
            .isGreaterThanOrEqualTo(1_000 / 128);
        for (int page = 0; page < index.getPageCount(); page++) {
          assertThat(index.getLastRowIndex(page, 1_000) - index.getFirstRowIndex(page))
              .isLessThan(128);
        }
      }
    }
  }

  @Test
  void givenASchemaWithoutNestedColumnsWhenEncodedThenItsRowsAreWritten() throws Exception {
    Schema flat =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Flat", "fields": [
                  {"name": "unique", "type": "string"}, {"name": "l", "type": "long"}]}""");
    GenericRecord row = new GenericData.Record(flat);
    row.put("unique", "only");
    row.put("l", 7L);

    byte[] file =
        file(
            new AvroRowGroupBuffer<GenericRecord>(flat, smallPages(), new AvroRecordSize<>()),
            List.of(List.of(row, row)));

    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      assertThat(reader.getRecordCount()).isEqualTo(2);
    }
    assertThat(statistics(file)).containsOnlyKeys("unique", "l");
  }

  @Test
  void givenNullWhereTheSchemaForbidsItWhenEncodedThenTheColumnIsNamed() {
    GenericRecord row = rows(new Random(3)).get(0);
    row.put("unique", null);

    assertThatThrownBy(() -> file(buffer(smallPages()), List.of(List.of(row))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Random.unique is null");
  }

  /** Pages, dictionaries and statistics that are small enough to reach every limit. */
  private static ParquetWriterOptions smallPages() {
    return pagesOf(64, List.of());
  }

  private static ParquetWriterOptions pagesOf(int rows, List<String> sortColumns) {
    return ParquetWriterOptions.builder()
        .zstdLevel(1)
        .pageBytes(4_096)
        .pageRows(rows)
        .dictionaryBytes(6_000)
        .statisticsBytes(16)
        .sortBy(sortColumns)
        .withoutDictionary(Set.of("unique"))
        .bloomFilter("searched", 1_000)
        .bloomFilter("l", 1_000)
        .createdBy("test version 1 (build 1)")
        .build();
  }

  private static List<GenericRecord> rows(Random random) {
    // Row counts around the limits of chunks and pages.
    int count = 1 + random.nextInt(random.nextBoolean() ? 130 : 6_000);
    double nulls = random.nextInt(4) / 4.0;
    List<GenericRecord> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      GenericRecord row = new GenericData.Record(SCHEMA);
      row.put("few", orNull(random, nulls, () -> "kind " + random.nextInt(5)));
      row.put("many", orNull(random, nulls, () -> "user " + random.nextInt(3_000)));
      row.put("unique", "größer €😀 " + random.nextLong());
      row.put("searched", orNull(random, nulls, () -> "s" + random.nextInt(2_000)));
      // Repeats at first only, so that the dictionary is abandoned late.
      row.put("late", number < 4_200 ? "same" : "x".repeat(50) + random.nextLong());
      row.put("i", orNull(random, nulls, () -> random.nextInt(10) - 5));
      row.put("required_i", random.nextInt());
      row.put("l", orNull(random, nulls, () -> random.nextLong(500) * Integer.MAX_VALUE));
      row.put("time", Instant.ofEpochMilli(1_763_640_000_000L + number));
      row.put("day", orNull(random, nulls, () -> LocalDate.ofEpochDay(random.nextInt(40_000))));
      row.put(
          "micros",
          orNull(random, nulls, () -> Instant.EPOCH.plusNanos(random.nextInt() * 1_000L)));
      row.put("money", orNull(random, nulls, () -> BigDecimal.valueOf(random.nextInt(), 2)));
      row.put("yes", orNull(random, nulls, random::nextBoolean));
      row.put("required_yes", number % 1_000 == 7);
      row.put("f", orNull(random, nulls, random::nextFloat));
      row.put("d", random.nextDouble());
      row.put("b", orNull(random, nulls, () -> ByteBuffer.wrap(new byte[random.nextInt(20)])));
      row.put(
          "list",
          orNull(
              random,
              nulls,
              () -> Arrays.asList("a b c d".split(" ")).subList(0, random.nextInt(5))));
      row.put("map", orNull(random, nulls, () -> Map.of("k" + random.nextInt(3), "v")));
      Map<String, String> sparse = new LinkedHashMap<>();
      for (int entry = random.nextInt(4); entry > 0; entry--) {
        sparse.put("k" + entry, (String) orNull(random, nulls, () -> "ß" + random.nextInt(9)));
      }
      row.put("sparse", sparse);
      GenericRecord inner =
          new GenericData.Record(SCHEMA.getField("inner").schema().getTypes().get(1));
      inner.put("x", orNull(random, nulls, random::nextInt));
      row.put("inner", orNull(random, nulls, () -> inner));
      rows.add(row);
    }
    return rows;
  }

  private static Object orNull(Random random, double nulls, Supplier<Object> value) {
    return random.nextDouble() < nulls ? null : value.get();
  }

  private static RowGroupBuffer<GenericRecord> buffer(ParquetWriterOptions options) {
    return new AvroRowGroupBuffer<>(SCHEMA, options, new AvroRecordSize<>());
  }

  private static RowGroupBuffer<GenericRecord> byRecord() {
    return new RecordRowGroupBuffer<>(
        () -> new AvroRecordWriteSupport<>(SCHEMA), smallPages(), row -> 1);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Comparator<GenericRecord> order(List<String> columns) {
    return columns.stream()
        .map(
            column ->
                Comparator.comparing(
                    (GenericRecord row) -> (Comparable) row.get(column),
                    Comparator.nullsFirst(Comparator.<Comparable>naturalOrder())))
        .reduce(Comparator::thenComparing)
        .orElseThrow();
  }

  private static List<List<GenericRecord>> halves(List<GenericRecord> rows) {
    int half = (rows.size() + 1) / 2;
    return half == rows.size()
        ? List.of(rows)
        : List.of(rows.subList(0, half), rows.subList(half, rows.size()));
  }

  private static byte[] file(
      RowGroupBuffer<GenericRecord> buffer, List<List<GenericRecord>> rowGroups) throws Exception {
    EncodedBytes out = new EncodedBytes(0);
    FooterAssembler footer = new FooterAssembler();
    for (List<GenericRecord> rows : rowGroups) {
      for (GenericRecord row : rows) {
        buffer.add(row);
      }
      footer.add(buffer.encode(out, 0));
      buffer.clear();
    }
    footer.appendEnd(out, 0);
    return out.toByteArray();
  }

  private static byte[] encoded(RowGroupBuffer<GenericRecord> buffer) throws Exception {
    EncodedBytes out = new EncodedBytes(0);
    buffer.encode(out, 0);
    return out.toByteArray();
  }

  private static Map<String, Statistics<?>> statistics(byte[] file) throws Exception {
    Map<String, Statistics<?>> statistics = new TreeMap<>();
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      List<BlockMetaData> rowGroups = reader.getRowGroups();
      for (ColumnChunkMetaData column : rowGroups.get(rowGroups.size() - 1).getColumns()) {
        statistics.put(column.getPath().toDotString(), column.getStatistics());
      }
    }
    return statistics;
  }

  private static void assertFiltersFind(byte[] file, List<GenericRecord> rows, Random random)
      throws Exception {
    for (String column : List.of("few", "many", "unique", "searched", "late")) {
      Object wanted = rows.get(random.nextInt(rows.size())).get(column);
      if (wanted != null) {
        assertThat(
                new ParquetBytes(file)
                    .rows(
                        FilterCompat.get(
                            FilterApi.eq(
                                FilterApi.binaryColumn(column),
                                Binary.fromString(wanted.toString())))))
            .as(column + " = " + wanted)
            .hasSize((int) rows.stream().filter(row -> wanted.equals(row.get(column))).count());
      }
    }
    Object wanted = rows.get(random.nextInt(rows.size())).get("l");
    if (wanted != null) {
      assertThat(
              new ParquetBytes(file)
                  .rows(FilterCompat.get(FilterApi.eq(FilterApi.longColumn("l"), (Long) wanted))))
          .hasSize((int) rows.stream().filter(row -> wanted.equals(row.get("l"))).count());
    }
    assertThat(
            new ParquetBytes(file)
                .rows(
                    FilterCompat.get(
                        FilterApi.eq(
                            FilterApi.binaryColumn("searched"), Binary.fromString("nobody")))))
        .isEmpty();
  }
}
