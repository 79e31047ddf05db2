package io.clickstreamlake.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.sink.Events;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

/** Avro records as Parquet columns: the schema, values of every type, and rejected input. */
class AvroRecordWriteSupportTest {

  private static final Schema ALL_TYPES =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "AllTypes", "fields": [
                {"name": "yes", "type": "boolean"},
                {"name": "i", "type": ["null", "int"]},
                {"name": "l", "type": ["long", "null"]},
                {"name": "f", "type": "float"},
                {"name": "d", "type": "double"},
                {"name": "s", "type": "string"},
                {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
                {"name": "b", "type": "bytes"},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                {"name": "millis", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "micros", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
                {"name": "money", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 4}]},
                {"name": "list", "type": ["null", {"type": "array", "items": ["null", "string"]}]},
                {"name": "lists", "type": {"type": "array", "items": {"type": "array", "items": "int"}}},
                {"name": "map", "type": {"type": "map", "values": ["null", "long"]}},
                {"name": "inner", "type": ["null", {"type": "record", "name": "Inner", "fields": [
                  {"name": "x", "type": "int"},
                  {"name": "y", "type": ["null", "string"]}]}]}
              ]}""");

  @Test
  void givenAllAvroTypesThenParquetTypesAreThoseOfTheFormat() {
    assertThat(AvroParquetSchema.of(ALL_TYPES))
        .isEqualTo(
            MessageTypeParser.parseMessageType(
                """
                message AllTypes {
                  required boolean yes;
                  optional int32 i;
                  optional int64 l;
                  required float f;
                  required double d;
                  required binary s (STRING);
                  required binary e (STRING);
                  required binary b;
                  required int32 day (DATE);
                  required int64 millis (TIMESTAMP(MILLIS, true));
                  optional int64 micros (TIMESTAMP(MICROS, true));
                  optional int64 money (DECIMAL(18, 4));
                  optional group list (LIST) {
                    repeated group list { optional binary element (STRING); }
                  }
                  required group lists (LIST) {
                    repeated group list {
                      required group element (LIST) { repeated group list { required int32 element; } }
                    }
                  }
                  required group map (MAP) {
                    repeated group key_value { required binary key (STRING); optional int64 value; }
                  }
                  optional group inner { required int32 x; optional binary y (STRING); }
                }"""));
  }

  @Test
  void givenTheEventContractThenOnlyDecimalsDifferFromParquetAvro() {
    PlainParquetConfiguration conf =
        new PlainParquetConfiguration(Map.of(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, "false"));
    MessageType expected = new AvroSchemaConverter(conf).convert(ClickEvent.getClassSchema());
    MessageType actual = AvroParquetSchema.of(ClickEvent.getClassSchema());

    assertThat(actual.getFieldCount()).isEqualTo(expected.getFieldCount());
    for (Type field : expected.getFields()) {
      Type actualField = actual.getType(field.getName());
      if (Set.of("price", "revenue").contains(field.getName())) {
        assertThat(actualField)
            .isEqualTo(
                Types.optional(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.decimalType(4, 18))
                    .named(field.getName()));
      } else if (field.getName().equals("items")) {
        assertThat(actualField.toString().replaceAll("int64 (price|discount)", "binary $1"))
            .isEqualTo(field.toString().replace("group array", "group element"));
      } else {
        // parquet-avro still writes an annotation that the format has deprecated.
        assertThat(actualField.toString())
            .isEqualTo(field.toString().replace(" (MAP_KEY_VALUE)", ""));
      }
    }
  }

  @Test
  void givenAllAvroTypesWhenWrittenAndReadThenValuesAreEqual() throws Exception {
    GenericRecord inner =
        new GenericData.Record(ALL_TYPES.getField("inner").schema().getTypes().get(1));
    inner.put("x", 7);
    GenericRecord full = row();
    full.put("i", -5);
    full.put("l", Long.MIN_VALUE);
    full.put("micros", Instant.parse("1969-12-31T23:59:59.999999Z"));
    full.put("money", new BigDecimal("-99999999999999.9999"));
    full.put("list", Arrays.asList("a", null, "c"));
    full.put("lists", List.of(List.of(), List.of(1, 2), List.of(3)));
    Map<String, Long> map = new HashMap<>();
    map.put("one", 1L);
    map.put("none", null);
    full.put("map", map);
    full.put("inner", inner);

    List<Group> rows = writeAndRead(full, row());

    Group first = rows.get(0);
    assertThat(first.getBoolean("yes", 0)).isTrue();
    assertThat(first.getInteger("i", 0)).isEqualTo(-5);
    assertThat(first.getLong("l", 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(first.getFloat("f", 0)).isEqualTo(1.5f);
    assertThat(first.getDouble("d", 0)).isEqualTo(-2.25);
    assertThat(first.getString("s", 0)).isEqualTo("größer ✓ 😀");
    assertThat(first.getString("e", 0)).isEqualTo("B");
    assertThat(first.getBinary("b", 0).getBytes()).containsExactly(0, -1);
    assertThat(first.getInteger("day", 0)).isEqualTo(20_412);
    assertThat(first.getLong("millis", 0)).isEqualTo(1_763_640_000_123L);
    assertThat(first.getLong("micros", 0)).isEqualTo(-1);
    assertThat(first.getLong("money", 0)).isEqualTo(-999_999_999_999_999_999L);
    assertThat(first.getGroup("list", 0).getFieldRepetitionCount("list")).isEqualTo(3);
    assertThat(first.getGroup("list", 0).getGroup("list", 1).getFieldRepetitionCount("element"))
        .isZero();
    assertThat(first.getGroup("lists", 0).toString().replaceAll("\\s+", " "))
        .isEqualTo(
            "list element list element list element: 1 list element: 2"
                + " list element list element: 3 ");
    assertThat(first.getGroup("map", 0).getFieldRepetitionCount("key_value")).isEqualTo(2);
    assertThat(first.getGroup("inner", 0).getInteger("x", 0)).isEqualTo(7);
    assertThat(first.getGroup("inner", 0).getFieldRepetitionCount("y")).isZero();

    Group second = rows.get(1);
    for (String absent : List.of("i", "l", "micros", "money", "list", "inner")) {
      assertThat(second.getFieldRepetitionCount(absent)).as(absent).isZero();
    }
    assertThat(second.getGroup("lists", 0).getFieldRepetitionCount("list")).isZero();
    assertThat(second.getGroup("map", 0).getFieldRepetitionCount("key_value")).isZero();
  }

  @Test
  void givenADecimalOfSmallerScaleWhenWrittenThenItIsRescaled() throws Exception {
    GenericRecord row = row();
    row.put("money", new BigDecimal("12.5"));

    assertThat(writeAndRead(row).get(0).getLong("money", 0)).isEqualTo(125_000);
  }

  @Test
  void givenADecimalThatDoesNotFitWhenWrittenThenTheColumnIsNamed() {
    GenericRecord tooLong = row();
    tooLong.put("money", new BigDecimal("100000000000000.0000"));
    assertThatThrownBy(() -> writeAndRead(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AllTypes.money")
        .hasMessageContaining("decimal(18, 4)");

    GenericRecord tooPrecise = row();
    tooPrecise.put("money", new BigDecimal("0.00001"));
    assertThatThrownBy(() -> writeAndRead(tooPrecise))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AllTypes.money");
  }

  @Test
  void givenNullWhereTheSchemaForbidsItWhenWrittenThenTheColumnIsNamed() {
    GenericRecord row = row();
    row.put("s", null);

    assertThatThrownBy(() -> writeAndRead(row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AllTypes.s is null");
  }

  @Test
  void givenAnUnsupportedTypeWhenCreatedThenTheColumnIsNamed() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "R", "fields": [
                  {"name": "either", "type": ["string", "int"]}]}""");

    assertThatThrownBy(() -> new AvroRecordWriteSupport<>(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Column R.either");
  }

  @Test
  void givenAnEventThenItsSizeIncludesStringsAndOrderLines() {
    ClickEvent small = new Events(1).next();
    small.setItems(null);
    long before = new AvroRecordSize<>().bytes(small);
    small.setSearchTerm("x".repeat(1_000));
    Item item = new Item();
    item.setProductId("sku");
    small.setItems(List.of(item, item));

    assertThat(before).isBetween(500L, 5_000L);
    assertThat(new AvroRecordSize<>().bytes(small)).isBetween(before + 1_000, before + 1_500);
  }

  private static GenericRecord row() {
    GenericRecord row = new GenericData.Record(ALL_TYPES);
    row.put("yes", true);
    row.put("f", 1.5f);
    row.put("d", -2.25);
    row.put("s", "größer ✓ 😀");
    row.put("e", new GenericData.EnumSymbol(ALL_TYPES.getField("e").schema(), "B"));
    row.put("b", ByteBuffer.wrap(new byte[] {0, -1}));
    row.put("day", LocalDate.parse("2025-11-20"));
    row.put("millis", Instant.parse("2025-11-20T12:00:00.123Z"));
    row.put("lists", List.of());
    row.put("map", Map.of());
    return row;
  }

  private static List<Group> writeAndRead(GenericRecord... rows) throws Exception {
    ParquetWriterOptions options =
        ParquetWriterOptions.builder().createdBy("test version 1 (build 1)").build();
    EncodedBytes out = new EncodedBytes(0);
    FooterAssembler footer = new FooterAssembler();
    RecordRowGroupBuffer<GenericRecord> buffer =
        new RecordRowGroupBuffer<>(
            () -> new AvroRecordWriteSupport<>(ALL_TYPES), options, new AvroRecordSize<>());
    for (GenericRecord row : rows) {
      buffer.add(row);
    }
    footer.add(buffer.encode(out, 0));
    footer.appendEnd(out, 0);
    return new ParquetBytes(out.toByteArray()).rows();
  }
}
