package io.clickstreamlake.athena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstreamlake.local.tables.TableColumn;
import io.clickstreamlake.local.tables.TableEvolution;
import io.clickstreamlake.tables.HiveTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TableTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern COLUMN = Pattern.compile("(?m)^  `(\\w+)` (\\S+) COMMENT");

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
    assertThat(evolution(table, statementOf(table)).problems())
        .as(
            "%s changes the columns of a table in ways that existing files forbid",
            table.contract())
        .isEmpty();
    if (Boolean.getBoolean("generate.files")) {
      Files.writeString(file(table), statement);
    }

    assertThat(file(table))
        .as("%s differs from %s: run ./lake generate-files", file(table), table.contract())
        .hasContent(statement);
  }

  /** The last statement is what tables were created with: it must not change columns of theirs. */
  @Test
  void givenAColumnInTheMiddleOrRetypedSinceTheLastStatementWhenComparedThenItIsRefused()
      throws IOException {
    Table ledger = Table.named("ledger", ROOT);
    String statement = statementOf(ledger);

    assertThat(evolution(ledger, statement.replaceFirst("(?m)^  `outcome`.*\\R", "")).problems())
        .anySatisfy(problem -> assertThat(problem).contains("ledger.outcome", "in the middle"))
        .anySatisfy(problem -> assertThat(problem).contains("ledger.outcome", "required"));
    assertThat(evolution(ledger, statement.replace("`events` bigint", "`events` int")).problems())
        .singleElement()
        .asString()
        .contains("ledger.events: the type cannot change from int to bigint");
  }

  private static String statementOf(Table table) throws IOException {
    return Files.exists(file(table)) ? Files.readString(file(table)) : table.ddl();
  }

  private static TableEvolution evolution(Table table, String statement) throws IOException {
    Schema contract = new Schema.Parser().parse(ROOT.resolve(table.contract()).toFile());
    Map<String, String> existing = new LinkedHashMap<>();
    String columns = statement.substring(0, statement.indexOf("PARTITIONED BY"));
    COLUMN.matcher(columns).results().forEach(c -> existing.put(c.group(1), c.group(2)));
    return TableEvolution.of(
        table.name(),
        existing,
        table.columns().stream()
            .map(
                column ->
                    new TableColumn(
                        column.name(),
                        column.type(),
                        column.comment(),
                        !contract.getField(column.name()).schema().isUnion(),
                        false))
            .toList());
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
            tuple(
                "items",
                "array<struct<product_id:string,price:decimal(18,4),quantity:int,"
                    + "product_name:string,category:string,brand:string,discount:decimal(18,4),coupon:string>>"));
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
                "Original bytes of the event, uncompressed: from_utf8(payload) shows them as text."
                    + " Empty where privacy.consent.field is set, unless the event has consent."));
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
