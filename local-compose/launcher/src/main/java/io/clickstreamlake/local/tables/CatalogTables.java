package io.clickstreamlake.local.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/** The tables of a database in the Data Catalog, whose columns follow those of the job. */
public final class CatalogTables {

  private final GlueClient glue;
  private final String database;

  public CatalogTables(GlueClient glue, String database) {
    this.glue = glue;
    this.database = database;
  }

  /**
   * Requires that the tables can have these columns.
   *
   * @throws io.clickstreamlake.local.LakeException with every change that is impossible
   */
  public void requireCompatible(JobTables tables) {
    tables.evolve(this::columns);
  }

  /**
   * Adds the columns that the tables lack.
   *
   * @throws io.clickstreamlake.local.LakeException with every change that is impossible; no table
   *     has changed then
   */
  public void follow(JobTables tables) {
    for (TableEvolution change : tables.evolve(this::columns)) {
      if (!change.added().isEmpty()) {
        add(change);
      }
    }
  }

  /** Names of a table's columns, in their order; empty if there is no such table. */
  public List<String> columnNames(String table) {
    return columns(table).map(columns -> List.copyOf(columns.keySet())).orElse(List.of());
  }

  /** The columns of those of the tables that exist, none of them required or of a contract. */
  public JobTables columns(List<String> tables) {
    Map<String, List<TableColumn>> columns = new LinkedHashMap<>();
    for (String table : tables) {
      find(table)
          .filter(found -> found.storageDescriptor() != null)
          .ifPresent(
              found ->
                  columns.put(
                      table,
                      found.storageDescriptor().columns().stream()
                          .map(c -> new TableColumn(c.name(), c.type(), c.comment(), false, true))
                          .toList()));
    }
    return new JobTables(columns);
  }

  private Optional<Map<String, String>> columns(String table) {
    return find(table)
        .map(
            found -> {
              Map<String, String> types = new LinkedHashMap<>();
              found.storageDescriptor().columns().forEach(c -> types.put(c.name(), c.type()));
              return types;
            });
  }

  private Optional<Table> find(String table) {
    try {
      return Optional.of(glue.getTable(r -> r.databaseName(database).name(table)).table());
    } catch (EntityNotFoundException e) {
      return Optional.empty();
    }
  }

  private void add(TableEvolution change) {
    addColumns(
        glue,
        find(change.table()).orElseThrow(),
        change.added().stream()
            .map(c -> Column.builder().name(c.name()).type(c.type()).comment(c.comment()).build())
            .toList());
  }

  /** Adds columns behind those of a table. */
  public static void addColumns(GlueClient glue, Table table, List<Column> added) {
    List<Column> columns = new ArrayList<>(table.storageDescriptor().columns());
    columns.addAll(added);
    update(
        glue,
        table,
        inputOf(table)
            .storageDescriptor(table.storageDescriptor().toBuilder().columns(columns).build()));
  }

  /** Replaces the definition of a table. */
  public static void update(GlueClient glue, Table table, TableInput.Builder input) {
    glue.updateTable(r -> r.databaseName(table.databaseName()).tableInput(input.build()));
  }

  /** The definition of a table, as a start for another one. */
  public static TableInput.Builder inputOf(Table table) {
    return TableInput.builder()
        .name(table.name())
        .description(table.description())
        .tableType(table.tableType())
        .partitionKeys(table.partitionKeys())
        .parameters(table.parameters())
        .storageDescriptor(table.storageDescriptor());
  }
}
