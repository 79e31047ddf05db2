package io.clickstreamlake.local.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The databases, tables and partitions of the catalog, with the actions of the Glue Data Catalog.
 *
 * <p>Requests and responses keep the JSON of the protocol: all fields that a client stored in a
 * table are returned unchanged, including fields that are unknown here. After each change the whole
 * catalog is written to a file, which is read at the next start. Names are case-insensitive and
 * stored in lower case, like in Glue.
 *
 * <p>Not implemented, because the stack does not need it: table versions, statistics, and the
 * filter expressions of {@code GetPartitions} (Trino filters again; other callers get all
 * partitions).
 */
final class GlueCatalog {

  /** Glue's limit per {@code BatchCreatePartition}. */
  static final int MAX_PARTITIONS_PER_BATCH = 100;

  private static final int PAGE_SIZE = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Actions that only read, after which the file need not be written. */
  private static final Set<String> READING =
      Set.of(
          "GetDatabase",
          "GetDatabases",
          "GetTable",
          "GetTables",
          "GetPartition",
          "GetPartitions",
          "BatchGetPartition",
          "GetColumnStatisticsForTable",
          "GetColumnStatisticsForPartition",
          "GetUserDefinedFunctions");

  @FunctionalInterface
  private interface Action {
    ObjectNode apply(ObjectNode request);
  }

  private final Map<String, Action> actions = new HashMap<>();
  private final Path file;
  private final Clock clock;

  /** name → {Database, Tables: name → {Table, Partitions: values → partition}}. */
  private final TreeMap<String, DatabaseEntry> databases = new TreeMap<>();

  private static final class DatabaseEntry {
    private ObjectNode database;
    private final TreeMap<String, TableEntry> tables = new TreeMap<>();

    DatabaseEntry(ObjectNode database) {
      this.database = database;
    }
  }

  private static final class TableEntry {
    private ObjectNode table;
    private final TreeMap<String, ObjectNode> partitions = new TreeMap<>();

    TableEntry(ObjectNode table) {
      this.table = table;
    }
  }

  /** Opens the catalog in the file, or an empty one if the file does not exist. */
  static GlueCatalog open(Path file, Clock clock) throws IOException {
    GlueCatalog catalog = new GlueCatalog(file, clock);
    if (Files.exists(file)) {
      try {
        catalog.load(JSON.readTree(file.toFile()));
      } catch (JsonProcessingException e) {
        throw new IOException(
            file
                + " is damaged: "
                + e.getOriginalMessage()
                + ". Stop the stack, run ./lake catalog rebuild, and start it again: the catalog is"
                + " created from the DDL and from what is in S3.",
            e);
      }
    }
    return catalog;
  }

  private GlueCatalog(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    actions.put("CreateDatabase", this::createDatabase);
    actions.put("UpdateDatabase", this::updateDatabase);
    actions.put("DeleteDatabase", this::deleteDatabase);
    actions.put("GetDatabase", this::getDatabase);
    actions.put("GetDatabases", this::getDatabases);
    actions.put("CreateTable", this::createTable);
    actions.put("UpdateTable", this::updateTable);
    actions.put("DeleteTable", this::deleteTable);
    actions.put("GetTable", this::getTable);
    actions.put("GetTables", this::getTables);
    actions.put("CreatePartition", this::createPartition);
    actions.put("BatchCreatePartition", this::batchCreatePartition);
    actions.put("UpdatePartition", this::updatePartition);
    actions.put("BatchUpdatePartition", this::batchUpdatePartition);
    actions.put("DeletePartition", this::deletePartition);
    actions.put("BatchDeletePartition", this::batchDeletePartition);
    actions.put("GetPartition", this::getPartition);
    actions.put("BatchGetPartition", this::batchGetPartition);
    actions.put("GetPartitions", this::getPartitions);
    // Trino reads statistics with every query and writes them when it creates a table.
    actions.put("GetColumnStatisticsForTable", request -> noStatistics());
    actions.put("GetColumnStatisticsForPartition", request -> noStatistics());
    actions.put("UpdateColumnStatisticsForTable", request -> noErrors());
    actions.put("UpdateColumnStatisticsForPartition", request -> noErrors());
    actions.put("DeleteColumnStatisticsForTable", request -> JSON.createObjectNode());
    actions.put("DeleteColumnStatisticsForPartition", request -> JSON.createObjectNode());
    actions.put(
        "GetUserDefinedFunctions",
        request -> JSON.createObjectNode().set("UserDefinedFunctions", JSON.createArrayNode()));
  }

  /**
   * Executes one action of the protocol.
   *
   * @param action the part of {@code X-Amz-Target} after the dot, such as {@code CreateTable}
   * @throws GlueError if Glue would refuse it
   */
  synchronized ObjectNode call(String action, ObjectNode request) {
    Action known = actions.get(action);
    if (known == null) {
      throw GlueError.invalidInput("The local Glue Data Catalog does not support " + action + ".");
    }
    ObjectNode answer = known.apply(request);
    if (!READING.contains(action)) {
      save();
    }
    return answer;
  }

  // Databases

  private ObjectNode createDatabase(ObjectNode request) {
    ObjectNode input = object(request, "DatabaseInput").deepCopy();
    String name = lower(text(input, "Name"));
    if (databases.containsKey(name)) {
      throw GlueError.alreadyExists("Database", name);
    }
    input.put("Name", name).put("CreateTime", now());
    databases.put(name, new DatabaseEntry(input));
    return JSON.createObjectNode();
  }

  private ObjectNode updateDatabase(ObjectNode request) {
    DatabaseEntry entry = database(text(request, "Name"));
    ObjectNode input = object(request, "DatabaseInput").deepCopy();
    input.put("Name", text(entry.database, "Name"));
    input.set("CreateTime", entry.database.get("CreateTime"));
    entry.database = input;
    return JSON.createObjectNode();
  }

  private ObjectNode deleteDatabase(ObjectNode request) {
    database(text(request, "Name"));
    databases.remove(lower(text(request, "Name")));
    return JSON.createObjectNode();
  }

  private ObjectNode getDatabase(ObjectNode request) {
    return JSON.createObjectNode().set("Database", database(text(request, "Name")).database);
  }

  private ObjectNode getDatabases(ObjectNode request) {
    return page(
        request, "DatabaseList", databases.values().stream().map(entry -> entry.database).toList());
  }

  // Tables

  private ObjectNode createTable(ObjectNode request) {
    DatabaseEntry in = database(text(request, "DatabaseName"));
    ObjectNode table = tableOf(request);
    String name = text(table, "Name");
    if (in.tables.containsKey(name)) {
      throw GlueError.alreadyExists("Table", name);
    }
    table.put("CreateTime", now()).put("VersionId", "0");
    in.tables.put(name, new TableEntry(table));
    return JSON.createObjectNode();
  }

  private ObjectNode updateTable(ObjectNode request) {
    ObjectNode table = tableOf(request);
    TableEntry entry = table(text(request, "DatabaseName"), text(table, "Name"));
    int version = entry.table.path("VersionId").asInt(0) + 1;
    table.set("CreateTime", entry.table.get("CreateTime"));
    table.put("VersionId", Integer.toString(version));
    entry.table = table;
    return JSON.createObjectNode();
  }

  private ObjectNode tableOf(ObjectNode request) {
    ObjectNode table = object(request, "TableInput").deepCopy();
    table.put("Name", lower(text(table, "Name")));
    table.put("DatabaseName", lower(text(request, "DatabaseName")));
    table.put("UpdateTime", now());
    completeStorage(table);
    return table;
  }

  private ObjectNode deleteTable(ObjectNode request) {
    table(text(request, "DatabaseName"), text(request, "Name"));
    database(text(request, "DatabaseName")).tables.remove(lower(text(request, "Name")));
    return JSON.createObjectNode();
  }

  private ObjectNode getTable(ObjectNode request) {
    TableEntry entry = table(text(request, "DatabaseName"), text(request, "Name"));
    return JSON.createObjectNode().set("Table", entry.table);
  }

  private ObjectNode getTables(ObjectNode request) {
    Collection<TableEntry> entries = database(text(request, "DatabaseName")).tables.values();
    String expression = request.path("Expression").asText(".*");
    return page(
        request,
        "TableList",
        entries.stream()
            .map(entry -> entry.table)
            .filter(table -> text(table, "Name").matches(expression))
            .toList());
  }

  // Partitions

  private ObjectNode createPartition(ObjectNode request) {
    TableEntry entry = table(request);
    ObjectNode input = object(request, "PartitionInput");
    if (entry.partitions.containsKey(valuesKey(input.get("Values")))) {
      throw GlueError.alreadyExists("Partition", input.get("Values").toString());
    }
    put(entry, input);
    return JSON.createObjectNode();
  }

  private ObjectNode batchCreatePartition(ObjectNode request) {
    TableEntry entry = table(request);
    List<ObjectNode> inputs = objects(request, "PartitionInputList");
    if (inputs.size() > MAX_PARTITIONS_PER_BATCH) {
      throw GlueError.invalidInput(
          "PartitionInputList has "
              + inputs.size()
              + " partitions; the limit is "
              + MAX_PARTITIONS_PER_BATCH
              + ".");
    }
    ObjectNode answer = noErrors();
    for (ObjectNode input : inputs) {
      if (entry.partitions.containsKey(valuesKey(input.get("Values")))) {
        ObjectNode error = ((ArrayNode) answer.get("Errors")).addObject();
        error.set("PartitionValues", input.get("Values"));
        error
            .putObject("ErrorDetail")
            .put("ErrorCode", "AlreadyExistsException")
            .put("ErrorMessage", "Partition already exists.");
      } else {
        put(entry, input);
      }
    }
    return answer;
  }

  private ObjectNode updatePartition(ObjectNode request) {
    TableEntry entry = table(request);
    replace(entry, request.get("PartitionValueList"), object(request, "PartitionInput"));
    return JSON.createObjectNode();
  }

  private ObjectNode batchUpdatePartition(ObjectNode request) {
    TableEntry entry = table(request);
    for (ObjectNode update : objects(request, "Entries")) {
      replace(entry, update.get("PartitionValueList"), object(update, "PartitionInput"));
    }
    return noErrors();
  }

  private ObjectNode deletePartition(ObjectNode request) {
    TableEntry entry = table(request);
    partition(entry, request.get("PartitionValues"));
    entry.partitions.remove(valuesKey(request.get("PartitionValues")));
    return JSON.createObjectNode();
  }

  private ObjectNode batchDeletePartition(ObjectNode request) {
    TableEntry entry = table(request);
    for (ObjectNode partition : objects(request, "PartitionsToDelete")) {
      entry.partitions.remove(valuesKey(partition.get("Values")));
    }
    return noErrors();
  }

  private ObjectNode getPartition(ObjectNode request) {
    return JSON.createObjectNode()
        .set("Partition", partition(table(request), request.get("PartitionValues")));
  }

  private ObjectNode batchGetPartition(ObjectNode request) {
    TableEntry entry = table(request);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("Partitions");
    for (ObjectNode wanted : objects(request, "PartitionsToGet")) {
      ObjectNode partition = entry.partitions.get(valuesKey(wanted.get("Values")));
      if (partition != null) {
        found.add(partition);
      }
    }
    answer.putArray("UnprocessedKeys");
    return answer;
  }

  private ObjectNode getPartitions(ObjectNode request) {
    TableEntry entry = table(request);
    int segments = request.path("Segment").path("TotalSegments").asInt(1);
    int segment = request.path("Segment").path("SegmentNumber").asInt(0);
    return page(
        request,
        "Partitions",
        entry.partitions.entrySet().stream()
            .filter(p -> Math.floorMod(p.getKey().hashCode(), segments) == segment)
            .map(Map.Entry::getValue)
            .toList());
  }

  private void replace(TableEntry entry, JsonNode oldValues, ObjectNode input) {
    partition(entry, oldValues);
    entry.partitions.remove(valuesKey(oldValues));
    put(entry, input);
  }

  private void put(TableEntry entry, ObjectNode input) {
    int keys = entry.table.path("PartitionKeys").size();
    if (input.path("Values").size() != keys) {
      throw GlueError.invalidInput(
          "The number of partition keys ("
              + keys
              + ") does not match the number of partition values "
              + input.path("Values")
              + ".");
    }
    ObjectNode partition = input.deepCopy();
    partition.set("DatabaseName", entry.table.get("DatabaseName"));
    partition.set("TableName", entry.table.get("Name"));
    partition.put("CreationTime", now());
    completeStorage(partition);
    entry.partitions.put(valuesKey(input.get("Values")), partition);
  }

  // Lookups and responses

  private DatabaseEntry database(String name) {
    DatabaseEntry entry = databases.get(lower(name));
    if (entry == null) {
      throw GlueError.notFound("Database", name);
    }
    return entry;
  }

  private TableEntry table(ObjectNode request) {
    return table(text(request, "DatabaseName"), text(request, "TableName"));
  }

  private TableEntry table(String database, String name) {
    TableEntry entry = database(database).tables.get(lower(name));
    if (entry == null) {
      throw GlueError.notFound("Table", name);
    }
    return entry;
  }

  private static ObjectNode partition(TableEntry entry, JsonNode values) {
    ObjectNode partition = entry.partitions.get(valuesKey(values));
    if (partition == null) {
      throw GlueError.notFound("Partition", String.valueOf(values));
    }
    return partition;
  }

  private static String valuesKey(JsonNode values) {
    if (values == null || !values.isArray()) {
      throw GlueError.invalidInput("The values of a partition must be a list, not " + values + ".");
    }
    return values.toString();
  }

  /** Glue always returns this number, and Trino fails without it. */
  private static void completeStorage(ObjectNode tableOrPartition) {
    if (tableOrPartition.get("StorageDescriptor") instanceof ObjectNode storage
        && !storage.has("NumberOfBuckets")) {
      storage.put("NumberOfBuckets", 0);
    }
  }

  private static ObjectNode page(ObjectNode request, String member, List<ObjectNode> all) {
    int from = request.path("NextToken").asInt(0);
    int to = Math.min(all.size(), from + request.path("MaxResults").asInt(PAGE_SIZE));
    ObjectNode answer = JSON.createObjectNode();
    answer.putArray(member).addAll(all.subList(Math.min(from, to), to));
    if (to < all.size()) {
      answer.put("NextToken", Integer.toString(to));
    }
    return answer;
  }

  private static ObjectNode noErrors() {
    ObjectNode answer = JSON.createObjectNode();
    answer.putArray("Errors");
    return answer;
  }

  private static ObjectNode noStatistics() {
    ObjectNode answer = noErrors();
    answer.putArray("ColumnStatisticsList");
    return answer;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || !value.isTextual() || value.asText().isEmpty()) {
      throw GlueError.invalidInput("The request needs " + field + ".");
    }
    return value.asText();
  }

  private static ObjectNode object(JsonNode node, String field) {
    if (node.get(field) instanceof ObjectNode object) {
      return object;
    }
    throw GlueError.invalidInput("The request needs " + field + ".");
  }

  private static List<ObjectNode> objects(JsonNode node, String field) {
    if (!(node.get(field) instanceof ArrayNode array)) {
      throw GlueError.invalidInput("The request needs the list " + field + ".");
    }
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode element : array) {
      if (!(element instanceof ObjectNode object)) {
        throw GlueError.invalidInput(field + " must hold objects, not " + element + ".");
      }
      objects.add(object);
    }
    return objects;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Seconds since the epoch with a fraction: the time format of the protocol. */
  private double now() {
    return clock.millis() / 1000.0;
  }

  // The file

  private void load(JsonNode root) {
    for (JsonNode database : root.path("databases")) {
      DatabaseEntry in = new DatabaseEntry(object(database, "database"));
      databases.put(text(in.database, "Name"), in);
      for (JsonNode table : database.path("tables")) {
        TableEntry entry = new TableEntry(object(table, "table"));
        in.tables.put(text(entry.table, "Name"), entry);
        for (ObjectNode partition : objects(table, "partitions")) {
          entry.partitions.put(valuesKey(partition.get("Values")), partition);
        }
      }
    }
  }

  private void save() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode all = root.putArray("databases");
    for (DatabaseEntry in : databases.values()) {
      ObjectNode database = all.addObject();
      database.set("database", in.database);
      ArrayNode tables = database.putArray("tables");
      for (TableEntry entry : in.tables.values()) {
        ObjectNode table = tables.addObject();
        table.set("table", entry.table);
        table.putArray("partitions").addAll(entry.partitions.values());
      }
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      // A crash during the write leaves the old file, never a part of the new one.
      Path next = file.resolveSibling(file.getFileName() + ".next");
      JSON.writeValue(next.toFile(), root);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the catalog to " + file, e);
    }
  }
}
