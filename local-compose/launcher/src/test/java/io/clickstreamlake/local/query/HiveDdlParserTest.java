package io.clickstreamlake.local.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.query.HiveStatement.AddColumns;
import io.clickstreamlake.local.query.HiveStatement.AddPartitions;
import io.clickstreamlake.local.query.HiveStatement.Column;
import io.clickstreamlake.local.query.HiveStatement.CreateDatabase;
import io.clickstreamlake.local.query.HiveStatement.CreateTable;
import io.clickstreamlake.local.query.HiveStatement.DropDatabase;
import io.clickstreamlake.local.query.HiveStatement.DropPartitions;
import io.clickstreamlake.local.query.HiveStatement.DropTable;
import io.clickstreamlake.local.query.HiveStatement.PartitionSpec;
import io.clickstreamlake.local.query.HiveStatement.RepairTable;
import io.clickstreamlake.local.query.HiveStatement.SetTableProperties;
import io.clickstreamlake.local.query.HiveStatement.ShowPartitions;
import io.clickstreamlake.local.query.HiveStatement.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiveDdlParserTest {

  @Test
  void givenTableOfAthenaWhenParsedThenEveryPartIsKept() {
    CreateTable table =
        (CreateTable)
            parse(
                """
                CREATE EXTERNAL TABLE IF NOT EXISTS `clickstream`.`Click_Events` (
                  `event_id` string COMMENT 'Identity; the producer''s own',
                  price DECIMAL( 18 , 4 ), -- money
                  items ARRAY<STRUCT<product_id: string, price: decimal(18,4), quantity: int>>,
                  properties map<string,string>
                )
                COMMENT 'One row per event'
                PARTITIONED BY (`year` string, `month` string)
                STORED AS PARQUET
                LOCATION 's3://processed/click_events/'
                TBLPROPERTIES ('classification'='parquet', "parquet.compression"="ZSTD");
                """);

    assertThat(table.name()).isEqualTo(new TableName(Optional.of("clickstream"), "click_events"));
    assertThat(table.ifNotExists()).isTrue();
    assertThat(table.columns())
        .containsExactly(
            new Column("event_id", "string", Optional.of("Identity; the producer's own")),
            column("price", "decimal(18,4)"),
            column("items", "array<struct<product_id:string,price:decimal(18,4),quantity:int>>"),
            column("properties", "map<string,string>"));
    assertThat(table.comment()).contains("One row per event");
    assertThat(table.partitionKeys())
        .containsExactly(column("year", "string"), column("month", "string"));
    assertThat(table.format().serde()).endsWith("ParquetHiveSerDe");
    assertThat(table.location()).isEqualTo("s3://processed/click_events/");
    assertThat(table.properties())
        .containsOnly(
            Map.entry("classification", "parquet"), Map.entry("parquet.compression", "ZSTD"));
  }

  @Test
  void givenSerdeWithPropertiesWhenParsedThenTheyBelongToTheTable() {
    CreateTable table =
        (CreateTable)
            parse(
                "CREATE EXTERNAL TABLE r (m string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
                    + " WITH SERDEPROPERTIES ('ignore.malformed.json'='true')"
                    + " STORED AS INPUTFORMAT 'in.Format' OUTPUTFORMAT 'out.Format'"
                    + " LOCATION 's3://b/r/'");

    assertThat(table.format().serde()).isEqualTo("org.openx.data.jsonserde.JsonSerDe");
    assertThat(table.format().inputFormat()).isEqualTo("in.Format");
    assertThat(table.format().outputFormat()).isEqualTo("out.Format");
    assertThat(table.serdeProperties()).containsEntry("ignore.malformed.json", "true");
  }

  @Test
  void givenOtherStatementsOfHiveWhenParsedThenEachIsRecognized() {
    TableName events = new TableName(Optional.empty(), "events");
    assertThat(parse("CREATE DATABASE IF NOT EXISTS Lake COMMENT 'c' LOCATION 's3://b/'"))
        .isEqualTo(new CreateDatabase("lake", true, Optional.of("c"), Optional.of("s3://b/")));
    assertThat(parse("drop schema if exists lake cascade"))
        .isEqualTo(new DropDatabase("lake", true, true));
    assertThat(parse("DROP TABLE events")).isEqualTo(new DropTable(events, false));
    assertThat(parse("MSCK REPAIR TABLE `events`;")).isEqualTo(new RepairTable(events));
    assertThat(parse("SHOW PARTITIONS events")).isEqualTo(new ShowPartitions(events));
    assertThat(parse("ALTER TABLE events ADD COLUMNS (a int, b array<string>)"))
        .isEqualTo(
            new AddColumns(events, List.of(column("a", "int"), column("b", "array<string>"))));
    assertThat(parse("ALTER TABLE events SET TBLPROPERTIES ('k'='v')"))
        .isEqualTo(new SetTableProperties(events, Map.of("k", "v")));
    assertThat(
            parse(
                "ALTER TABLE events ADD IF NOT EXISTS PARTITION (year='2026', month='01')"
                    + " PARTITION (year='2026', month='02') LOCATION 's3://b/feb/'"))
        .isEqualTo(
            new AddPartitions(
                events,
                true,
                List.of(
                    new PartitionSpec(Map.of("year", "2026", "month", "01"), Optional.empty()),
                    new PartitionSpec(
                        Map.of("year", "2026", "month", "02"), Optional.of("s3://b/feb/")))));
    assertThat(parse("ALTER TABLE events DROP PARTITION (year='2026', month='01')"))
        .isEqualTo(
            new DropPartitions(
                events,
                false,
                List.of(
                    new PartitionSpec(Map.of("year", "2026", "month", "01"), Optional.empty()))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS x",
        "CREATE TABLE t WITH (format = 'PARQUET') AS SELECT 1 AS location",
        "ALTER TABLE t RENAME TO u",
        "SHOW TABLES",
        "DROP VIEW v",
        "INSERT INTO t SELECT 1",
        "EXPLAIN SELECT 1"
      })
  void givenStatementForTrinoWhenParsedThenItIsIgnored(String sql) {
    assertThat(HiveDdlParser.parse(sql, 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE EXTERNAL TABLE t (a strin) LOCATION 's3://b/'           | 1 | 28 | \"strin\" is not a type",
        "CREATE EXTERNAL TABLE t (a int b int) LOCATION 's3://b/'       | 1 | 32 | after the column a",
        "CREATE EXTERNAL TABLE t (a int) STORED AS PARKET               | 1 | 43 | format \"PARKET\" is unknown",
        "CREATE EXTERNAL TABLE t (a int) LOCATION '/tmp/x'              | 1 | 42 | '/tmp/x' is not of the form",
        "CREATE EXTERNAL TABLE t (a int)                                | 1 | 32 | no LOCATION",
        "CREATE EXTERNAL TABLE t (a int, a int) LOCATION 's3://b/'      | 1 |  1 | column a occurs twice",
        "CREATE EXTERNAL TABLE t (a array<int) LOCATION 's3://b/'       | 1 | 37 | expected \">\"",
        "UNLOAD (SELECT 1) TO 's3://b/'                                 | 1 |  1 | Athena only",
        "MSCK REPAIR TABLE t now                                        | 1 | 21 | end of the statement",
        "ALTER TABLE t ADD PARTITION (year=)                            | 1 | 35 | expected a value",
        "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/              | 1 | 42 | no closing quote",
      })
  void givenSyntaxErrorWhenParsedThenTheMessageHasPositionAndReason(
      String sql, int line, int column, String reason) {
    assertThatThrownBy(() -> HiveDdlParser.parse(sql, 1))
        .isInstanceOfSatisfying(
            SqlSyntaxException.class,
            e -> {
              assertThat(e.line()).isEqualTo(line);
              assertThat(e.column()).isEqualTo(column);
              assertThat(e).hasMessageContaining(reason);
            });
  }

  @Test
  void givenSyntaxErrorInAFileWhenParsedThenTheLineIsThatOfTheFile() {
    SqlScript script =
        SqlScript.parse("-- tables\nSELECT 1;\n\nMSCK REPAIR\n  TABLE 'x';\n", Map.of());
    SqlScript.Statement second = script.statements().get(1);

    assertThatThrownBy(() -> HiveDdlParser.parse(second.sql(), second.firstLine()))
        .hasMessageStartingWith("line 5, column 9: ");
  }

  private static HiveStatement parse(String sql) {
    return HiveDdlParser.parse(sql, 1).orElseThrow();
  }

  private static Column column(String name, String type) {
    return new Column(name, type, Optional.empty());
  }
}
