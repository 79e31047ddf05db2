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
  CLICK_EVENTS("click_event.avsc", Format.PARQUET, days("event_time")),
  REJECTED_EVENTS("rejected_event.avsc", Format.PARQUET, days("arrival_time")),
  LEDGER("ledger_entry.avsc", Format.PARQUET, days("arrival_hour")),
  RAW_EVENTS(
      Path.of("athena/contracts/raw_event.avsc"),
      "raw_bucket",
      "raw",
      Format.LINES,
      keys(days("arrival"), List.of(hour())));

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
    /**
     * The line as it is in the one column: no JSON text holds the character that divides columns.
     */
    LINES(
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'\nSTORED AS TEXTFILE",
        "TBLPROPERTIES ('classification' = 'json', 'compressionType' = 'gzip')");

    private final String clauses;
    private final String properties;

    Format(String clauses, String properties) {
      this.clauses = clauses;
      this.properties = properties;
    }
  }

  private final Path contract;
  private final String bucket;
  private final String folder;
  private final Format format;
  private final List<Column> partitionKeys;

  /** A table that the job writes. */
  Table(String contract, Format format, List<Column> partitionKeys) {
    this.contract = Path.of("flink-app/src/main/avro", contract);
    this.bucket = "processed_bucket";
    this.folder = text();
    this.format = format;
    this.partitionKeys = partitionKeys;
  }

  Table(Path contract, String bucket, String folder, Format format, List<Column> partitionKeys) {
    this.contract = contract;
    this.bucket = bucket;
    this.folder = folder;
    this.format = format;
    this.partitionKeys = partitionKeys;
  }

  /** Strings, because the catalog can then leave out partitions without looking at them. */
  private static List<Column> days(String time) {
    return List.of(
        new Column("year", "string", "Year of " + time + ", UTC, as 2026"),
        new Column("month", "string", "Month of " + time + ", UTC, from 01 to 12"),
        new Column("day", "string", "Day of " + time + ", UTC, from 01 to 31"));
  }

  private static Column hour() {
    return new Column("hour", "string", "Hour of arrival, UTC, from 00 to 23");
  }

  private static List<Column> keys(List<Column> outer, List<Column> inner) {
    List<Column> keys = new ArrayList<>(outer);
    keys.addAll(inner);
    return keys;
  }

  /** Name in the catalog. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The contract's file, from the root of the repository. */
  public Path contract() {
    return contract;
  }

  /** Keys of the partitions, outermost folder first. */
  public List<Column> partitionKeys() {
    return List.copyOf(partitionKeys);
  }

  /** Columns in the order of the contract, without the partition keys. */
  public List<Column> columns(Path root) {
    return schema(root).getFields().stream()
        .map(field -> new Column(field.name(), HiveTypes.of(field.schema()), doc(field)))
        .toList();
  }

  /**
   * The statement that creates the table, in Hive's DDL as Athena takes it. {@code
   * ${processed_bucket}} and {@code ${raw_bucket}} stand for the buckets' names.
   *
   * @param root of the repository
   */
  public String ddl(Path root) {
    return "-- name: "
        + text()
        + "\n-- description: "
        + withoutSemicolons(schema(root).getDoc())
        + "\n-- Written from "
        + contract
        + ": change that file, then run\n--   "
        + WRITE_COMMAND
        + "\nCREATE EXTERNAL TABLE IF NOT EXISTS clickstream."
        + text()
        + " (\n"
        + lines(columns(root))
        + "\n)\nPARTITIONED BY (\n"
        + lines(partitionKeys)
        + "\n)\n"
        + format.clauses
        + "\nLOCATION 's3://${"
        + bucket
        + "}/"
        + folder
        + "/'\n"
        + format.properties
        + "\n";
  }

  private static String lines(List<Column> columns) {
    return columns.stream()
        .map(c -> "  `" + c.name() + "` " + c.type() + " COMMENT '" + c.comment() + "'")
        .collect(Collectors.joining(",\n"));
  }

  private Schema schema(Path root) {
    Path file = root.resolve(contract);
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
