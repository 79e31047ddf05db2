package io.clickstreamlake.local.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The catalog of a stack that does not run, read from its file. */
public final class CatalogFile {

  private final GlueCatalog catalog;

  private CatalogFile(GlueCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Opens the file; a catalog without a file is empty.
   *
   * @throws IOException if the file cannot be read
   */
  public static CatalogFile open(Path file) throws IOException {
    return new CatalogFile(GlueCatalog.open(file, Clock.systemUTC()));
  }

  /** The types of a table's columns by name, in their order; empty if there is no such table. */
  public Optional<Map<String, String>> columns(String database, String table) {
    try {
      JsonNode answer =
          catalog.call(
              "GetTable",
              JsonNodeFactory.instance
                  .objectNode()
                  .put("DatabaseName", database)
                  .put("Name", table));
      Map<String, String> types = new LinkedHashMap<>();
      for (JsonNode column : answer.at("/Table/StorageDescriptor/Columns")) {
        types.put(column.path("Name").asText(), column.path("Type").asText());
      }
      return Optional.of(types);
    } catch (GlueError e) {
      return Optional.empty();
    }
  }
}
