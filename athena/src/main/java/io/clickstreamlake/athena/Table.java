package io.clickstreamlake.athena;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The tables of the lake: which contract has their columns, and how their files lie. */
public enum Table {
  CLICK_EVENTS("click_event.avsc", Format.PARQUET, "event_time"),
  REJECTED_EVENTS("rejected_event.avsc", Format.JSON, "arrival_time", reason()),
  LEDGER("ledger_entry.avsc", Format.PARQUET, "arrival_hour");

  /** What a person runs in the root of the repository after a change of a contract. */
  static final String WRITE_COMMAND =
      "./mvnw -q -pl athena -am test -Dtest=TableTest -Dathena.write-ddl=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Pattern SEMICOLON = Pattern.compile("; (.)");

  /** How the rows of a table are written. */
  enum Format {
    PARQUET(
        "STORED AS PARQUET",
        "TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')"),
    /** JSON lines; timestamps as {@code 2026-11-20 10:15:30.123}, UTC. */
    JSON(
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nSTORED AS TEXTFILE",
        "TBLPROPERTIES ('classification' = 'json')");

    private final String clauses;
    private final String properties;

    Format(String clauses, String properties) {
      this.clauses = clauses;
      this.properties = properties;
    }
  }

  private final String contract;
  private final Format format;
  private final List<Column> partitionKeys;

  Table(String contract, Format format, String timeColumn, Column... keysBefore) {
    this.contract = contract;
    this.format = format;
    this.partitionKeys = new ArrayList<>(List.of(keysBefore));
    // Strings, because the catalog can then leave out partitions without looking at them.
    partitionKeys.add(new Column("year", "string", "Year of " + timeColumn + ", UTC, as 2026"));
    partitionKeys.add(
        new Column("month", "string", "Month of " + timeColumn + ", UTC, from 01 to 12"));
    partitionKeys.add(new Column("day", "string", "Day of " + timeColumn + ", UTC, from 01 to 31"));
  }

  private static Column reason() {
    return new Column("reason", "string", "Why the event could not be written");
  }

  /** Name in the catalog, and of its folder in the processed bucket. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name of the contract's file in {@code flink-app/src/main/avro}. */
  public String contract() {
    return contract;
  }

  /** Keys of the partitions, outermost folder first. */
  public List<Column> partitionKeys() {
    return List.copyOf(partitionKeys);
  }

  /** Columns in the order of the contract, without the partition keys. */
  public List<Column> columns(Path contracts) {
    return schema(contracts).getFields().stream()
        .map(field -> new Column(field.name(), HiveTypes.of(field.schema()), doc(field)))
        .toList();
  }

  /**
   * The statement that creates the table, in Hive's DDL as Athena takes it. {@code
   * ${processed_bucket}} stands for the bucket's name.
   *
   * @param contracts the folder of the contracts
   */
  public String ddl(Path contracts) {
    return "-- name: "
        + text()
        + "\n-- description: "
        + withoutSemicolons(schema(contracts).getDoc())
        + "\n-- Written from flink-app/src/main/avro/"
        + contract
        + ": change that file, then run\n--   "
        + WRITE_COMMAND
        + "\nCREATE EXTERNAL TABLE IF NOT EXISTS clickstream."
        + text()
        + " (\n"
        + lines(columns(contracts))
        + "\n)\nPARTITIONED BY (\n"
        + lines(partitionKeys)
        + "\n)\n"
        + format.clauses
        + "\nLOCATION 's3://${processed_bucket}/"
        + text()
        + "/'\n"
        + format.properties
        + "\n";
  }

  private static String lines(List<Column> columns) {
    return columns.stream()
        .map(c -> "  `" + c.name() + "` " + c.type() + " COMMENT '" + c.comment() + "'")
        .collect(Collectors.joining(",\n"));
  }

  private Schema schema(Path contracts) {
    Path file = contracts.resolve(contract);
    try {
      return new Schema.Parser().parse(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the contract " + file, e);
    }
  }

  /** Clients that split statements at semicolons do so within texts and comments too. */
  private static String withoutSemicolons(String doc) {
    return SEMICOLON.matcher(doc).replaceAll(end -> ". " + end.group(1).toUpperCase(Locale.ROOT));
  }

  private static String doc(Schema.Field field) {
    if (field.doc() == null) {
      throw new IllegalArgumentException(
          "column " + field.name() + " has no doc: analysts read it as the column's comment");
    }
    return withoutSemicolons(field.doc());
  }
}
