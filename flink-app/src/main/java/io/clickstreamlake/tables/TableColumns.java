package io.clickstreamlake.tables;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.event.EventColumns;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.avro.Schema;

/**
 * The columns of the job's tables as JSON, for programs that create or change the tables.
 *
 * <pre>
 * {"click_events": [{"name": "event_id", "type": "string", "comment": "…",
 *                    "required": true, "custom": false}, …], …}
 * </pre>
 */
public final class TableColumns {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TableColumns() {}

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
                table == LakeTable.CLICK_EVENTS && eventColumns.custom().contains(column));
      }
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tables);
  }
}
