package io.clickstreamlake.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ClickEventSerializerTest {

  private static final String[] TEXTS = {"", "a", "größe", "日本語", "🛒 cart", "x".repeat(5000)};

  private final TypeSerializer<ClickEvent> serializer =
      new ClickEventTypeInfo(EventColumns.CONTRACT).createSerializer(new ExecutionConfig());

  @Test
  void givenAnyColumnsWithAndWithoutValueWhenSerializedThenTheEventIsReadBack() throws Exception {
    Random random = new Random(11);
    DataOutputSerializer out = new DataOutputSerializer(64);
    List<ClickEvent> sent = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      sent.add(event(random));
      serializer.serialize(sent.get(i), out);
    }

    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    for (ClickEvent event : sent) {
      assertThat(serializer.deserialize(in)).isEqualTo(event);
    }
    assertThat(in.available()).isZero();
  }

  @Test
  void givenAnEventWhenCopiedThenAChangeToOneDoesNotAffectTheOther() throws Exception {
    ClickEvent event = event(new Random(3));
    event.setProperties(new HashMap<>(Map.of("plan", "pro")));

    ClickEvent copy = serializer.copy(event);
    event.getProperties().put("plan", "free");
    assertThat(copy.getProperties()).containsEntry("plan", "pro");

    DataOutputSerializer first = new DataOutputSerializer(64);
    serializer.serialize(copy, first);
    DataOutputSerializer second = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(first.getCopyOfBuffer()), second);
    assertThat(second.getCopyOfBuffer()).isEqualTo(first.getCopyOfBuffer());
  }

  @Test
  void givenTheTypeInformationAndSerializerWhenSerializedByJavaThenTheyAreEqual() throws Exception {
    assertThat(InstantiationUtil.clone(new ClickEventTypeInfo(EventColumns.CONTRACT)))
        .isEqualTo(new ClickEventTypeInfo(EventColumns.CONTRACT));
    assertThat(InstantiationUtil.clone(serializer)).isEqualTo(serializer);
    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(serializer.snapshotConfiguration())
                .isCompatibleAsIs())
        .isTrue();
  }

  /** Types of columns that may be added to the contract. */
  @Test
  void givenColumnsOfAnyTypeWhenSerializedThenTheyAreReadBack() throws Exception {
    assertRoundTrip("\"long\"", Long.MIN_VALUE);
    assertRoundTrip("[\"null\", \"double\"]", 1.5e300);
    assertRoundTrip("\"float\"", 1.5f);
    assertRoundTrip("{\"type\": \"int\", \"logicalType\": \"date\"}", LocalDate.of(2026, 11, 21));
    assertRoundTrip(
        "[{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}, \"null\"]",
        Instant.parse("2026-11-21T10:00:00.123456Z"));
    assertRoundTrip(
        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 38, \"scale\": 4}",
        new BigDecimal("-1234567890123456789012345678901234.5678"));
    assertRoundTrip("{\"type\": \"map\", \"values\": \"long\"}", Map.of("a", 1L));
    assertRoundTrip(
        "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"avro.java.string\":"
            + " \"String\"}}",
        List.of("a", "b"));
  }

  private static void assertRoundTrip(String type, Object value) throws IOException {
    // The generated class does the same for the logical types of its columns.
    SpecificData data = new SpecificData();
    data.addLogicalTypeConversion(new TimeConversions.DateConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    ColumnCodec codec = ColumnCodec.of(new Schema.Parser().parse(type), data);
    DataOutputSerializer out = new DataOutputSerializer(64);
    codec.write(value, out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    if (value instanceof Map) {
      // Avro reads these keys as Utf8; those of the contract are Strings, by avro.java.string.
      assertThat(codec.read(in)).as(type).hasToString(value.toString());
    } else {
      assertThat(codec.read(in)).as(type).isEqualTo(value);
    }
    assertThat(in.available()).as(type).isZero();
  }

  private static ClickEvent event(Random random) {
    ClickEvent event = new ClickEvent();
    for (Schema.Field column : ClickEvent.getClassSchema().getFields()) {
      if (!column.schema().isNullable() || random.nextBoolean()) {
        event.put(column.pos(), value(column.name(), column.schema().toString(), random));
      }
    }
    return event;
  }

  private static Object value(String column, String type, Random random) {
    if (column.equals("items")) {
      return List.of(
          new Item("p1", money(random), 2, "Mug", "kitchen", "Acme", money(random), "SPRING"),
          new Item());
    }
    if (column.equals("properties")) {
      Map<String, String> properties = new HashMap<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        properties.put("context." + i, text(random));
      }
      return properties;
    }
    if (column.equals("quality_flags")) {
      return List.of(text(random), text(random));
    }
    if (type.contains("timestamp-millis")) {
      return Instant.ofEpochMilli(random.nextInt());
    }
    if (type.contains("decimal")) {
      return money(random);
    }
    if (type.contains("boolean")) {
      return random.nextBoolean();
    }
    return type.contains("int") ? random.nextInt() : text(random);
  }

  private static BigDecimal money(Random random) {
    return BigDecimal.valueOf(random.nextInt(), 4);
  }

  private static String text(Random random) {
    return TEXTS[random.nextInt(TEXTS.length)];
  }
}
