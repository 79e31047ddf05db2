package io.clickstreamlake.athena;

import io.clickstreamlake.tables.HiveTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * A table of the lake, as the property {@code table} of its Avro contract defines it: name, bucket
 * (zone), prefix, file format and partitions. Columns are the fields of the contract.
 */
public final class Table {

  /** Folders of the contracts, from the root of the repository. */
  private static final List<Path> CONTRACTS =
      List.of(Path.of("flink-app/src/main/avro"), Path.of("athena/contracts"));

  private static final Pattern SEMICOLON = Pattern.compile("; (.)");

  /** How the files of a table are written; the constants are the contract's {@code format}. */
  private enum Format {
    PARQUET(
        "STORED AS PARQUET",
        "TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'ZSTD')"),
    /** The whole line is the only column: JSON text cannot contain the delimiter of columns. */
    JSON_LINES(
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'\nSTORED AS TEXTFILE",
        "TBLPROPERTIES ('classification' = 'json', 'compressionType' = 'gzip')");

    private final String clauses;
    private final String properties;

    Format(String clauses, String properties) {
      this.clauses = clauses;
      this.properties = properties;
    }

    static Format of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  private final Path contract;
  private final Schema schema;
  private final String name;
  private final String zone;
  private final String prefix;
  private final Format format;
  private final List<Column> partitionKeys;

  private Table(Path contract, Schema schema, Map<?, ?> definition) {
    Map<?, ?> partitions = (Map<?, ?>) definition.get("partitions");
    this.contract = contract;
    this.schema = schema;
    this.name = (String) definition.get("name");
    this.zone = (String) definition.get("zone");
    this.prefix = (String) definition.get("prefix");
    this.format = Format.of((String) definition.get("format"));
    this.partitionKeys =
        partitionKeys((String) partitions.get("by"), (String) partitions.get("of"));
  }

  /**
   * The tables of all contracts, in the order of their names.
   *
   * @param root of the repository
   */
  public static List<Table> all(Path root) {
    return CONTRACTS.stream()
        .flatMap(folder -> files(root, folder))
        .map(contract -> read(root, contract))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(Table::name))
        .toList();
  }

  /**
   * The table with this name.
   *
   * @param root of the repository
   * @throws IllegalArgumentException if no contract defines it
   */
  public static Table named(String name, Path root) {
    return all(root).stream()
        .filter(table -> table.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no contract defines the table " + name));
  }

  private static Stream<Path> files(Path root, Path folder) {
    try (Stream<Path> files = Files.list(root.resolve(folder))) {
      return files
          .map(file -> folder.resolve(file.getFileName()))
          .filter(file -> file.toString().endsWith(".avsc"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the contracts in " + root.resolve(folder), e);
    }
  }

  private static Optional<Table> read(Path root, Path contract) {
    Path file = root.resolve(contract);
    try {
      Schema schema = new Schema.Parser().parse(file.toFile());
      return schema.getObjectProp("table") instanceof Map<?, ?> definition
          ? Optional.of(new Table(contract, schema, definition))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the contract " + file, e);
    }
  }

  /** Strings, because the catalog can then prune partitions by their names alone. */
  private static List<Column> partitionKeys(String by, String time) {
    List<Column> keys =
        new ArrayList<>(
            List.of(
                new Column("year", "string", "Year of " + time + ", UTC, as 2026"),
                new Column("month", "string", "Month of " + time + ", UTC, from 01 to 12"),
                new Column("day", "string", "Day of " + time + ", UTC, from 01 to 31")));
    if (!List.of("day", "hour").contains(by)) {
      throw new IllegalArgumentException(
          "partitions are by day or hour, but the contract has by " + by);
    }
    if (by.equals("hour")) {
      keys.add(new Column("hour", "string", "Hour of " + time + ", UTC, from 00 to 23"));
    }
    return List.copyOf(keys);
  }

  /** Name in the catalog. */
  public String name() {
    return name;
  }

  /** The contract's file, from the root of the repository. */
  public Path contract() {
    return contract;
  }

  /** Keys of the partitions, outermost folder first. */
  public List<Column> partitionKeys() {
    return partitionKeys;
  }

  /** Columns in the order of the contract, without the partition keys. */
  public List<Column> columns() {
    return schema.getFields().stream()
        .map(field -> new Column(field.name(), HiveTypes.of(field.schema()), doc(field)))
        .toList();
  }

  /**
   * The statement that creates the table, in Hive's DDL as Athena takes it. {@code
   * ${processed_bucket}} and {@code ${raw_bucket}} stand for the buckets' names.
   */
  public String ddl() {
    return "-- name: "
        + name
        + "\n-- description: "
        + withoutSemicolons(schema.getDoc())
        + "\n-- Generated from "
        + contract
        + ": change that file, then run ./lake generate-files."
        + "\nCREATE EXTERNAL TABLE IF NOT EXISTS clickstream."
        + name
        + " (\n"
        + lines(columns())
        + "\n)\nPARTITIONED BY (\n"
        + lines(partitionKeys)
        + "\n)\n"
        + format.clauses
        + "\nLOCATION 's3://${"
        + zone
        + "_bucket}/"
        + prefix
        + "'\n"
        + format.properties
        + "\n";
  }

  private static String lines(List<Column> columns) {
    return columns.stream()
        .map(c -> "  `" + c.name() + "` " + c.type() + " COMMENT '" + c.comment() + "'")
        .collect(Collectors.joining(",\n"));
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

  @Override
  public String toString() {
    return name;
  }
}
