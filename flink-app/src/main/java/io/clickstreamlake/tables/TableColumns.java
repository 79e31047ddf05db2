package io.clickstreamlake.tables;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columns of the job's tables, compared with those of the catalog, and as JSON for programs
 * that create or change the tables.
 *
 * <pre>
 * {"click_events": [{"name": "event_id", "type": "string", "comment": "…",
 *                    "required": true, "custom": false}, …], …}
 * </pre>
 */
public final class TableColumns {

  private static final Logger LOG = LoggerFactory.getLogger(TableColumns.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  private TableColumns() {}

  /**
   * Adds a problem if the catalog lacks a column of click_events that the job writes.
   *
   * @param eventColumns columns of click_events
   */
  public static void check(
      JobSettings settings, EventColumns eventColumns, ValidationErrors problems) {
    String setting = JobOptions.CATALOG_COLUMNS.key();
    settings
        .find(JobOptions.CATALOG_COLUMNS)
        .flatMap(text -> text.contains("/") ? file(text) : Optional.of(text))
        .map(text -> Set.of(text.trim().split("[;\\s]+")))
        .ifPresent(
            existing -> {
              List<Schema.Field> missing =
                  eventColumns.fields().stream()
                      .filter(column -> !existing.contains(column.name()))
                      .collect(Collectors.toList());
              if (!missing.isEmpty()) {
                problems.add(setting + ": " + missing(missing));
              }
            });
  }

  /** A job that recovers must survive a missing file. */
  private static Optional<String> file(String location) {
    try {
      return Optional.of(TextFile.read(JobOptions.CATALOG_COLUMNS.key(), location, "%s"));
    } catch (InvalidSettingsException e) {
      LOG.warn("The columns of the table are not checked. {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static String missing(List<Schema.Field> columns) {
    return "the table click_events lacks "
        + columns.stream().map(Schema.Field::name).collect(Collectors.joining(", "))
        + ", and no query would find their values. Run terraform apply with the job's mapping and"
        + " version, or ./lake start with a mapping on this machine; or run ALTER TABLE click_events"
        + " ADD COLUMNS ("
        + columns.stream()
            .map(column -> column.name() + " " + HiveTypes.of(column.schema()))
            .collect(Collectors.joining(", "))
        + ") and correct this setting";
  }

  /**
   * Writes the columns of all tables.
   *
   * @param eventColumns columns of click_events
   */
  public static void write(EventColumns eventColumns, Path file) throws IOException {
    ObjectNode tables = JSON.createObjectNode();
    for (LakeTable<?> table : LakeTable.ALL) {
      ArrayNode columns = tables.putArray(table.name());
      for (Schema.Field column : table.schema(eventColumns).getFields()) {
        columns
            .addObject()
            .put("name", column.name())
            .put("type", HiveTypes.of(column.schema()))
            .put("comment", column.doc())
            .put("required", column.schema().getType() != Schema.Type.UNION)
            .put(
                "custom",
                table == LakeTable.CLICK_EVENTS
                    && EventColumns.CONTRACT.field(column.name()) == null);
      }
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tables);
  }
}
