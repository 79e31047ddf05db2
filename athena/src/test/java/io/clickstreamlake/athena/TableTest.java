package io.clickstreamlake.athena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstreamlake.tables.HiveTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TableTest {

  private static final Path ROOT = Path.of("..");

  static List<Table> tables() {
    return Table.all(ROOT);
  }

  private static Path file(Table table) {
    return Path.of("ddl", table.name() + ".sql");
  }

  @ParameterizedTest
  @MethodSource("tables")
  void givenTheContractWhenComparedWithTheFileThenTheStatementIsUpToDate(Table table)
      throws IOException {
    String statement = table.ddl();
    if (Boolean.getBoolean("generate.files")) {
      Files.writeString(file(table), statement);
    }

    assertThat(file(table))
        .as("%s differs from %s: run ./lake generate-files", file(table), table.contract())
        .hasContent(statement);
  }

  @Test
  void givenTheFolderWhenListedThenEveryStatementIsTheDatabaseOrOneOfTheTables()
      throws IOException {
    List<Path> expected = new ArrayList<>(List.of(Path.of("ddl/00_database.sql")));
    for (Table table : tables()) {
      expected.add(file(table));
    }
    try (var files = Files.list(Path.of("ddl"))) {
      assertThat(files).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void givenTheEventContractWhenReadThenItsTypesAreThoseOfTheJobsFiles() {
    assertThat(Table.named("click_events", ROOT).columns())
        .extracting(Column::name, Column::type)
        .contains(
            tuple("event_id", "string"),
            tuple("event_time", "timestamp"),
            tuple("price", "decimal(18,4)"),
            tuple("quantity", "int"),
            tuple("is_bot", "boolean"),
            tuple("properties", "map<string,string>"),
            tuple("quality_flags", "array<string>"),
            tuple("items", "array<struct<product_id:string,price:decimal(18,4),quantity:int>>"));
    assertThat(Table.named("ledger", ROOT).columns())
        .extracting(Column::name, Column::type)
        .contains(tuple("events", "bigint"));
  }

  @Test
  void givenRejectedEventsWhenReadThenThePayloadIsBytes() {
    assertThat(Table.named("rejected_events", ROOT).columns())
        .contains(
            new Column(
                "payload",
                "binary",
                "Original bytes of the event, uncompressed: from_utf8(payload) shows them as text."));
  }

  @Test
  void givenTheRawArchiveWhenPartitionedThenItsKeysAreFirehosesPrefixes() {
    assertThat(Table.named("raw_events", ROOT).partitionKeys())
        .extracting(Column::name)
        .containsExactly("year", "month", "day", "hour");
    assertThat(Table.named("raw_events", ROOT).ddl())
        .contains("LOCATION 's3://${raw_bucket}/raw/'");
  }

  @Test
  void givenATypeThatAthenaWouldMisreadWhenTranslatedThenTheMessageNamesTheWayOut() {
    Schema twoTypes = SchemaBuilder.unionOf().stringType().and().intType().endUnion();

    assertThatThrownBy(() -> HiveTypes.of(twoTypes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("union")
        .hasMessageContaining("HiveTypes");
    assertThatThrownBy(() -> HiveTypes.of(Schema.create(Schema.Type.FLOAT)))
        .hasMessageContaining("FLOAT");
    assertThatThrownBy(
            () ->
                HiveTypes.of(
                    LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG))))
        .hasMessageContaining("timestamp-micros");
  }

  @ParameterizedTest
  @CsvSource({
    "eventId, fine, lower-case",
    "event_id, 'the event''s identity', quotation marks",
    "event_id, gclid …, ASCII",
    "event_id, back\\slash, backslashes"
  })
  void givenANameOrCommentThatTheCatalogRefusesWhenCreatedThenTheMessageNamesTheColumn(
      String name, String comment, String why) {
    assertThatThrownBy(() -> new Column(name, "string", comment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(why);
  }

  @Test
  void givenACommentTooLongForGlueWhenCreatedThenItIsRefused() {
    assertThatThrownBy(() -> new Column("event_id", "string", "x".repeat(256)))
        .hasMessageContaining("256")
        .hasMessageContaining("255");
  }
}
