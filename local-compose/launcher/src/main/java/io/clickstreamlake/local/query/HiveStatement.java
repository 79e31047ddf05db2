package io.clickstreamlake.local.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A statement of Hive DDL that Athena supports and Trino does not. Names are in lower case. */
sealed interface HiveStatement {

  /** A table; without a database it is in the database of the session. */
  record TableName(Optional<String> database, String table) {}

  /**
   * @param type in Hive's notation, lower case, without spaces: {@code
   *     array<struct<product_id:string,price:decimal(18,4)>>}
   */
  record Column(String name, String type, Optional<String> comment) {}

  /**
   * @param values partition key → value, in the order of the statement
   */
  record PartitionSpec(Map<String, String> values, Optional<String> location) {}

  /** The file format of a table. */
  record StorageFormat(String inputFormat, String outputFormat, String serde) {}

  record CreateDatabase(
      String name, boolean ifNotExists, Optional<String> comment, Optional<String> location)
      implements HiveStatement {}

  record DropDatabase(String name, boolean ifExists, boolean cascade) implements HiveStatement {}

  record CreateTable(
      TableName name,
      boolean ifNotExists,
      List<Column> columns,
      Optional<String> comment,
      List<Column> partitionKeys,
      StorageFormat format,
      Map<String, String> serdeProperties,
      String location,
      Map<String, String> properties)
      implements HiveStatement {}

  record DropTable(TableName name, boolean ifExists) implements HiveStatement {}

  record RepairTable(TableName name) implements HiveStatement {}

  record AddPartitions(TableName name, boolean ifNotExists, List<PartitionSpec> partitions)
      implements HiveStatement {}

  record DropPartitions(TableName name, boolean ifExists, List<PartitionSpec> partitions)
      implements HiveStatement {}

  record AddColumns(TableName name, List<Column> columns) implements HiveStatement {}

  record SetTableProperties(TableName name, Map<String, String> properties)
      implements HiveStatement {}

  record ShowPartitions(TableName name) implements HiveStatement {}
}
