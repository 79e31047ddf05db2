package io.clickstreamlake.local.query;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.crawler.CrawlReport;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.query.HiveStatement.AddColumns;
import io.clickstreamlake.local.query.HiveStatement.AddPartitions;
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
import io.clickstreamlake.local.tables.CatalogTables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/** Executes Hive DDL on the Data Catalog, with the semantics of Athena. */
final class HiveDdlExecutor {

  private final GlueClient glue;
  private final PartitionCrawler crawler;
  private final String defaultDatabase;

  HiveDdlExecutor(GlueClient glue, PartitionCrawler crawler, String defaultDatabase) {
    this.glue = glue;
    this.crawler = crawler;
    this.defaultDatabase = defaultDatabase;
  }

  /**
   * @throws LakeException if a database, table or partition is missing or already exists
   */
  QueryResult execute(HiveStatement statement) {
    if (statement instanceof CreateDatabase create) {
      return createDatabase(create);
    } else if (statement instanceof DropDatabase drop) {
      return dropDatabase(drop);
    } else if (statement instanceof CreateTable create) {
      return createTable(create);
    } else if (statement instanceof DropTable drop) {
      return dropTable(drop);
    } else if (statement instanceof RepairTable repair) {
      return repair(repair);
    } else if (statement instanceof AddPartitions add) {
      return addPartitions(add);
    } else if (statement instanceof DropPartitions drop) {
      return dropPartitions(drop);
    } else if (statement instanceof AddColumns add) {
      return addColumns(add);
    } else if (statement instanceof SetTableProperties set) {
      return setProperties(set);
    } else if (statement instanceof ShowPartitions show) {
      return showPartitions(show);
    }
    throw new IllegalArgumentException("Not a statement of Hive DDL: " + statement);
  }

  private QueryResult createDatabase(CreateDatabase create) {
    try {
      glue.createDatabase(
          r ->
              r.databaseInput(
                  d ->
                      d.name(create.name())
                          .description(create.comment().orElse(null))
                          .locationUri(create.location().orElse(null))));
      return QueryResult.message("CREATE DATABASE");
    } catch (AlreadyExistsException e) {
      if (create.ifNotExists()) {
        return QueryResult.message("CREATE DATABASE (it already exists)");
      }
      throw new LakeException(
          "Database " + create.name() + " already exists. Write CREATE DATABASE IF NOT EXISTS.", e);
    }
  }

  private QueryResult dropDatabase(DropDatabase drop) {
    try {
      boolean empty = glue.getTables(r -> r.databaseName(drop.name())).tableList().isEmpty();
      if (!empty && !drop.cascade()) {
        throw new LakeException(
            "Database " + drop.name() + " has tables. Write DROP DATABASE … CASCADE.");
      }
      glue.deleteDatabase(r -> r.name(drop.name()));
      return QueryResult.message("DROP DATABASE");
    } catch (EntityNotFoundException e) {
      if (drop.ifExists()) {
        return QueryResult.message("DROP DATABASE (it does not exist)");
      }
      throw new LakeException("There is no database " + drop.name() + ".", e);
    }
  }

  private QueryResult createTable(CreateTable create) {
    try {
      glue.createTable(r -> r.databaseName(database(create.name())).tableInput(tableInput(create)));
      return QueryResult.message("CREATE TABLE");
    } catch (AlreadyExistsException e) {
      if (create.ifNotExists()) {
        return QueryResult.message("CREATE TABLE (it already exists)");
      }
      throw new LakeException(
          "Table "
              + create.name().table()
              + " already exists. Write CREATE EXTERNAL TABLE IF NOT EXISTS, or drop it first.",
          e);
    } catch (EntityNotFoundException e) {
      throw new LakeException("There is no database " + database(create.name()) + ".", e);
    }
  }

  private static TableInput tableInput(CreateTable create) {
    Map<String, String> parameters = new HashMap<>(create.properties());
    parameters.put("EXTERNAL", "TRUE");
    Map<String, String> serdeParameters = new HashMap<>(create.serdeProperties());
    serdeParameters.putIfAbsent("serialization.format", "1");
    return TableInput.builder()
        .name(create.name().table())
        .description(create.comment().orElse(null))
        .tableType("EXTERNAL_TABLE")
        .partitionKeys(columns(create.partitionKeys()))
        .parameters(parameters)
        .storageDescriptor(
            StorageDescriptor.builder()
                .columns(columns(create.columns()))
                .location(create.location())
                .inputFormat(create.format().inputFormat())
                .outputFormat(create.format().outputFormat())
                .serdeInfo(
                    s ->
                        s.serializationLibrary(create.format().serde()).parameters(serdeParameters))
                .numberOfBuckets(0)
                .build())
        .build();
  }

  private static List<Column> columns(List<HiveStatement.Column> columns) {
    return columns.stream()
        .map(c -> Column.builder().name(c.name()).type(c.type()).comment(c.comment().orElse(null)))
        .map(Column.Builder::build)
        .toList();
  }

  private QueryResult dropTable(DropTable drop) {
    try {
      glue.deleteTable(r -> r.databaseName(database(drop.name())).name(drop.name().table()));
      return QueryResult.message("DROP TABLE");
    } catch (EntityNotFoundException e) {
      if (drop.ifExists()) {
        return QueryResult.message("DROP TABLE (it does not exist)");
      }
      throw noTable(drop.name(), e);
    }
  }

  private QueryResult repair(RepairTable repair) {
    table(repair.name());
    CrawlReport report =
        crawler.crawlTable(database(repair.name()), repair.name().table(), GonePartitions.KEEP);
    return QueryResult.of(
        List.of("Partitions added"),
        report.added().stream().map(name -> List.<Object>of(name)).toList());
  }

  private QueryResult addPartitions(AddPartitions add) {
    Table table = table(add.name());
    List<PartitionInput> inputs =
        add.partitions().stream().map(spec -> partitionInput(table, spec)).toList();
    for (PartitionInput input : inputs) {
      try {
        glue.createPartition(
            r ->
                r.databaseName(table.databaseName()).tableName(table.name()).partitionInput(input));
      } catch (AlreadyExistsException e) {
        if (!add.ifNotExists()) {
          throw new LakeException(
              "Partition "
                  + input.values()
                  + " of "
                  + table.name()
                  + " already exists. Write ADD IF NOT EXISTS PARTITION.",
              e);
        }
      }
    }
    return QueryResult.message("ALTER TABLE");
  }

  private static PartitionInput partitionInput(Table table, PartitionSpec spec) {
    List<String> values = values(table, spec);
    String root = table.storageDescriptor().location().replaceFirst("/*$", "/");
    StringBuilder folder = new StringBuilder(root);
    for (int i = 0; i < values.size(); i++) {
      String key = table.partitionKeys().get(i).name();
      folder.append(key).append('=').append(values.get(i)).append('/');
    }
    String location = spec.location().orElse(folder.toString());
    return PartitionInput.builder()
        .values(values)
        .storageDescriptor(table.storageDescriptor().toBuilder().location(location).build())
        .build();
  }

  private static List<String> values(Table table, PartitionSpec spec) {
    List<String> keys = table.partitionKeys().stream().map(Column::name).toList();
    if (keys.size() != spec.values().size() || !spec.values().keySet().containsAll(keys)) {
      throw new LakeException(
          "The partition keys of "
              + table.name()
              + " are "
              + String.join(", ", keys)
              + ", but the statement names "
              + spec.values().keySet().stream().sorted().collect(Collectors.joining(", "))
              + ".");
    }
    return keys.stream().map(spec.values()::get).toList();
  }

  private QueryResult dropPartitions(DropPartitions drop) {
    Table table = table(drop.name());
    for (PartitionSpec spec : drop.partitions()) {
      List<String> values = values(table, spec);
      try {
        glue.deletePartition(
            r ->
                r.databaseName(table.databaseName())
                    .tableName(table.name())
                    .partitionValues(values));
      } catch (EntityNotFoundException e) {
        if (!drop.ifExists()) {
          throw new LakeException(
              "There is no partition "
                  + values
                  + " of "
                  + table.name()
                  + ". Write DROP IF EXISTS PARTITION.",
              e);
        }
      }
    }
    return QueryResult.message("ALTER TABLE");
  }

  private QueryResult addColumns(AddColumns add) {
    Table table = table(add.name());
    List<Column> added = columns(add.columns());
    for (Column column : added) {
      if (table.storageDescriptor().columns().stream()
          .anyMatch(c -> c.name().equals(column.name()))) {
        throw new LakeException(
            "Table " + table.name() + " already has a column " + column.name() + ".");
      }
    }
    CatalogTables.addColumns(glue, table, added);
    return QueryResult.message("ALTER TABLE");
  }

  private QueryResult setProperties(SetTableProperties set) {
    Table table = table(set.name());
    Map<String, String> parameters = new HashMap<>(table.parameters());
    parameters.putAll(set.properties());
    CatalogTables.update(glue, table, CatalogTables.inputOf(table).parameters(parameters));
    return QueryResult.message("ALTER TABLE");
  }

  private QueryResult showPartitions(ShowPartitions show) {
    Table table = table(show.name());
    List<String> keys = table.partitionKeys().stream().map(Column::name).toList();
    List<List<Object>> rows =
        glue
            .getPartitionsPaginator(
                r -> r.databaseName(table.databaseName()).tableName(table.name()))
            .stream()
            .flatMap(page -> page.partitions().stream())
            .map(p -> path(keys, p.values()))
            .sorted()
            .map(path -> List.<Object>of(path))
            .toList();
    return QueryResult.of(List.of("partition"), rows);
  }

  private static String path(List<String> keys, List<String> values) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      path.append(i == 0 ? "" : "/").append(keys.get(i)).append('=').append(values.get(i));
    }
    return path.toString();
  }

  private Table table(TableName name) {
    try {
      return glue.getTable(r -> r.databaseName(database(name)).name(name.table())).table();
    } catch (EntityNotFoundException e) {
      throw noTable(name, e);
    }
  }

  private LakeException noTable(TableName name, EntityNotFoundException e) {
    return new LakeException(
        "There is no table " + name.table() + " in database " + database(name) + ".", e);
  }

  private String database(TableName name) {
    return name.database().orElse(defaultDatabase);
  }
}
