package io.clickstreamlake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

/**
 * Reads what our own writer wrote: random rows of all types, all columns and some, with filters.
 *
 * <p>Set {@code -Dparquet.reader.seed} to repeat the rows of an earlier run.
 */
class AvroRowReaderTest {

  private static final int RUNS = 40;

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Random", "fields": [
                {"name": "unique", "type": "string"},
                {"name": "user", "type": ["null", "string"]},
                {"name": "i", "type": ["null", "int"]},
                {"name": "l", "type": "long"},
                {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
                {"name": "micros", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
                {"name": "money", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 4}]},
                {"name": "yes", "type": ["null", "boolean"]},
                {"name": "f", "type": ["null", "float"]},
                {"name": "d", "type": "double"},
                {"name": "b", "type": ["null", "bytes"]},
                {"name": "list", "type": ["null", {"type": "array", "items": ["null", "string"]}]},
                {"name": "map", "type": ["null", {"type": "map", "values": ["null", "string"]}]},
                {"name": "lines", "type": ["null", {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
                  {"name": "sku", "type": ["null", "string"]},
                  {"name": "price", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 4}]},
                  {"name": "tags", "type": ["null", {"type": "array", "items": "string"}]}]}}]},
                {"name": "inner", "type": ["null", {"type": "record", "name": "Inner", "fields": [
                  {"name": "x", "type": ["null", "int"]}]}]}
              ]}""");

  @Test
  void givenRandomRowsOfAllTypesWhenReadThenTheyAreUnchangedAndFiltersFindTheSameRows()
      throws Exception {
    long first = Long.getLong("parquet.reader.seed", System.nanoTime());
    System.out.printf("Random rows of the reader: -Dparquet.reader.seed=%d%n", first);
    for (long seed = first; seed < first + RUNS; seed++) {
      Random random = new Random(seed);
      List<GenericRecord> rows = rows(random);
      try {
        InputFile file = new ParquetBytes(file(rows, 1 + random.nextInt(1_500)));
        assertThat(values(read(query(), file))).isEqualTo(values(rows));

        String user = "user " + random.nextInt(40);
        assertThat(values(read(query().where(userIs(user)), file)))
            .isEqualTo(values(rows.stream().filter(row -> user.equals(row.get("user"))).toList()));
        FilterPredicate either =
            FilterApi.or(
                AvroRowReader.isOneOf("unique", List.of(rows.get(0).get("unique").toString())),
                FilterApi.and(
                    FilterApi.not(FilterApi.gt(FilterApi.intColumn("i"), 2)), userIs(user)));
        assertThat(values(read(query().columns(List.of("money")).where(either), file)))
            .as("only the column and those of the filter are read")
            .isEqualTo(
                values(
                    rows.stream()
                        .filter(
                            row ->
                                row == rows.get(0)
                                    || user.equals(row.get("user"))
                                        && row.get("i") != null
                                        && (int) row.get("i") <= 2)
                        .map(row -> only(row, Set.of("money", "unique", "i", "user")))
                        .toList()));
      } catch (Throwable e) {
        throw new AssertionError("-Dparquet.reader.seed=" + seed, e);
      }
    }
  }

  @Test
  void givenAFileWhenItsOwnColumnsAreReadThenTheirSchemaIsTheOneThatWasWritten() throws Exception {
    List<GenericRecord> rows = rows(new Random(3));
    ParquetBytes file = new ParquetBytes(file(rows, 100));

    Schema schema = AvroParquetSchema.toAvro(AvroParquetSchema.of(SCHEMA));

    assertThat(AvroParquetSchema.of(schema)).isEqualTo(AvroParquetSchema.of(SCHEMA));
    assertThat(
            read(AvroRowReader.of(AvroParquetSchema.of(SCHEMA)), file).stream()
                .map(GenericRecord::toString))
        .containsExactlyElementsOf(rows.stream().map(GenericRecord::toString).toList());
  }

  @Test
  void givenColumnsThatAFileLacksWhenReadThenTheyAreNullAndFiltersSeeNull() throws Exception {
    List<GenericRecord> rows = rows(new Random(4));
    InputFile file = new ParquetBytes(file(rows, 100));
    Schema newer =
        new Schema.Parser()
            .parse(
                SCHEMA
                    .toString()
                    .replace(
                        "\"fields\":[{\"name\":\"unique\"",
                        "\"fields\":[{\"name\":\"added\",\"type\":[\"null\",\"string\"]},"
                            + "{\"name\":\"unique\"")
                    .replace(
                        "\"fields\":[{\"name\":\"sku\"",
                        "\"fields\":[{\"name\":\"ean\",\"type\":[\"null\",\"string\"]},"
                            + "{\"name\":\"sku\""));
    assertThat(newer.toString()).contains("added").contains("ean");
    AvroRowReader.Query<GenericData.Record> query =
        AvroRowReader.of(newer, () -> new GenericData.Record(newer));

    List<GenericRecord> read = read(query, file);

    assertThat(read).hasSameSizeAs(rows);
    assertThat(read).allMatch(row -> row.get("added") == null);
    assertThat(read.stream().map(row -> row.get("unique")))
        .containsExactlyElementsOf(rows.stream().map(row -> row.get("unique")).toList());
    FilterPredicate isNull = FilterApi.eq(FilterApi.binaryColumn("added"), null);
    assertThat(values(read(query.where(isNull), file))).isEqualTo(values(read));
    assertThat(read(query.where(FilterApi.not(isNull)), file)).isEmpty();
    FilterPredicate some = AvroRowReader.isOneOf("added", List.of("x"));
    assertThat(values(read(query.where(FilterApi.or(some, userIs("user 1"))), file)))
        .isEqualTo(values(read.stream().filter(row -> "user 1".equals(row.get("user"))).toList()));
  }

  @Test
  void givenFieldsOfRecordsThatTheSchemaLacksWhenReadThenTheOthersAreRead() throws Exception {
    List<GenericRecord> rows = rows(new Random(5));
    Schema older =
        new Schema.Parser()
            .parse(
                SCHEMA
                    .toString()
                    .replaceAll("\\{\"name\":\"sku\",\"type\":\\[\"null\",\"string\"\\]\\},", ""));
    assertThat(older.toString()).doesNotContain("sku").contains("price");

    List<GenericRecord> read =
        read(
            AvroRowReader.of(older, () -> new GenericData.Record(older)),
            new ParquetBytes(file(rows, 100)));

    assertThat(read.stream().map(row -> String.valueOf(row.get("lines"))))
        .containsExactlyElementsOf(
            rows.stream()
                .map(row -> String.valueOf(row.get("lines")).replaceAll("\"sku\": [^,]*, ", ""))
                .toList());
  }

  @Test
  void givenAColumnOfAnotherTypeOrARequiredOneThatIsAbsentWhenOpenedThenItIsNamed()
      throws Exception {
    InputFile file = new ParquetBytes(file(rows(new Random(6)), 100));

    assertThatThrownBy(() -> open("{\"name\": \"user\", \"type\": [\"null\", \"int\"]}", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Column R.user is 'optional binary user (STRING)'");
    assertThatThrownBy(() -> open("{\"name\": \"absent\", \"type\": \"int\"}", file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'absent', which is required");
    assertThatThrownBy(() -> query().columns(List.of("nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no column 'nowhere' in Random");
  }

  @Test
  void givenAnIdThatNoRowHasWhenFilteredThenNoPageIsRead() throws Exception {
    byte[] file = file(rows(new Random(7)), 1_000_000);
    CountedReads input = new CountedReads(new ParquetBytes(file));
    assertThat(read(query(), input)).isNotEmpty();
    long all = input.bytes;
    input.bytes = 0;
    input.positions.clear();

    // Between the bounds and in no dictionary, so only the Bloom filter excludes it.
    FilterPredicate nobody =
        FilterApi.eq(FilterApi.binaryColumn("unique"), Binary.fromString("größer €😀 5x"));
    assertThat(read(query().where(nobody), input)).isEmpty();

    assertThat(input.bytes).isLessThan(all / 2);
    assertThat(input.positions)
        .as("the pages are at the start of the file")
        .noneMatch(p -> p < 100);
  }

  private static void open(String field, InputFile file) throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse("{\"type\": \"record\", \"name\": \"R\", \"fields\": [" + field + "]}");
    AvroRowReader.of(schema, () -> new GenericData.Record(schema)).open(file).close();
  }

  private static AvroRowReader.Query<GenericData.Record> query() {
    return AvroRowReader.of(SCHEMA, () -> new GenericData.Record(SCHEMA));
  }

  private static FilterPredicate userIs(String user) {
    return FilterApi.eq(FilterApi.binaryColumn("user"), Binary.fromString(user));
  }

  private static List<GenericRecord> read(
      AvroRowReader.Query<GenericData.Record> query, InputFile file) throws Exception {
    List<GenericRecord> rows = new ArrayList<>();
    try (AvroRowReader<GenericData.Record> reader = query.open(file)) {
      for (GenericRecord row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** Avro compares no records with dates and the like. */
  private static List<Object> values(List<?> rows) {
    List<Object> values = new ArrayList<>();
    for (Object value : rows) {
      if (value instanceof GenericData.Record record) {
        values.add(
            values(
                record.getSchema().getFields().stream()
                    .map(field -> record.get(field.pos()))
                    .collect(Collectors.toList())));
      } else {
        values.add(value instanceof List<?> list ? values(list) : value);
      }
    }
    return values;
  }

  private static GenericRecord only(GenericRecord row, Set<String> columns) {
    GenericRecord only = new GenericData.Record(SCHEMA);
    columns.forEach(column -> only.put(column, row.get(column)));
    return only;
  }

  private static List<GenericRecord> rows(Random random) {
    int count = 1 + random.nextInt(3_000);
    double nulls = random.nextInt(4) / 4.0;
    Schema line = SCHEMA.getField("lines").schema().getTypes().get(1).getElementType();
    List<GenericRecord> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      GenericRecord row = new GenericData.Record(SCHEMA);
      row.put("unique", "größer €😀 " + random.nextLong());
      row.put("user", orNull(random, nulls, () -> "user " + random.nextInt(40)));
      row.put("i", orNull(random, nulls, () -> random.nextInt(10) - 5));
      row.put("l", random.nextLong());
      row.put("time", Instant.ofEpochMilli(1_763_640_000_000L + i));
      row.put("day", orNull(random, nulls, () -> LocalDate.ofEpochDay(random.nextInt(40_000))));
      row.put(
          "micros",
          orNull(random, nulls, () -> Instant.EPOCH.plusNanos(random.nextInt() * 1_000L)));
      row.put("money", orNull(random, nulls, () -> BigDecimal.valueOf(random.nextInt(), 4)));
      row.put("yes", orNull(random, nulls, random::nextBoolean));
      row.put("f", orNull(random, nulls, random::nextFloat));
      row.put("d", random.nextDouble());
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      row.put("b", orNull(random, nulls, () -> ByteBuffer.wrap(bytes)));
      row.put(
          "list",
          orNull(
              random,
              nulls,
              () -> Arrays.asList("a", null, "c", "", "e").subList(0, random.nextInt(6))));
      Map<String, Object> map = new LinkedHashMap<>();
      for (int entry = random.nextInt(4); entry > 0; entry--) {
        map.put("k" + entry, orNull(random, nulls, () -> "ß" + random.nextInt(9)));
      }
      row.put("map", orNull(random, nulls, () -> map));
      List<GenericRecord> lines = new ArrayList<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        GenericRecord item = new GenericData.Record(line);
        item.put("sku", orNull(random, nulls, () -> "sku" + random.nextInt(9)));
        item.put("price", orNull(random, nulls, () -> BigDecimal.valueOf(random.nextInt(), 4)));
        item.put("tags", orNull(random, nulls, () -> List.of("t" + random.nextInt(3))));
        lines.add(item);
      }
      row.put("lines", orNull(random, nulls, () -> lines));
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

  private static byte[] file(List<GenericRecord> rows, int rowGroupRows) throws Exception {
    RowGroupBuffer<GenericRecord> buffer =
        new AvroRowGroupBuffer<>(
            SCHEMA,
            ParquetWriterOptions.builder()
                .pageRows(64)
                .withoutDictionary(Set.of("unique"))
                .bloomFilter("unique", 10_000)
                .bloomFilter("user", 1_000)
                .build(),
            new AvroRecordSize<>());
    EncodedBytes out = new EncodedBytes(0);
    FooterAssembler footer = new FooterAssembler();
    for (int from = 0; from < rows.size(); from += rowGroupRows) {
      for (GenericRecord row : rows.subList(from, Math.min(rows.size(), from + rowGroupRows))) {
        buffer.add(row);
      }
      footer.add(buffer.encode(out, 0));
      buffer.clear();
    }
    footer.appendEnd(out, 0);
    return out.toByteArray();
  }

  /** Counts the bytes that are read, and notes from where. */
  private static final class CountedReads implements InputFile {

    private final InputFile file;
    private long bytes;
    private final List<Long> positions = new ArrayList<>();

    CountedReads(InputFile file) {
      this.file = file;
    }

    @Override
    public long getLength() throws IOException {
      return file.getLength();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      SeekableInputStream in = file.newStream();
      return new DelegatingSeekableInputStream(
          new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
              bytes++;
              return super.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              int read = super.read(target, offset, length);
              bytes += read;
              return read;
            }
          }) {
        @Override
        public long getPos() throws IOException {
          return in.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
          positions.add(position);
          in.seek(position);
        }
      };
    }
  }
}
