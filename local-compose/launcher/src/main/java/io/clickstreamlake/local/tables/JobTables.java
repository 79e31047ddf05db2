package io.clickstreamlake.local.tables;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The columns of the tables that the job writes, from the file that its settings check wrote.
 *
 * @param columns by name of the table
 */
public record JobTables(Map<String, List<TableColumn>> columns) {

  /** The table of the events. */
  public static final String EVENTS = "click_events";

  private static final TypeReference<Map<String, List<TableColumn>>> TYPE =
      new TypeReference<>() {};

  /** The tables in the file, if it exists. */
  public static Optional<JobTables> find(Path file) {
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * @throws LakeException if the file cannot be read
   */
  public static JobTables read(Path file) {
    try {
      return new JobTables(new ObjectMapper().readValue(file.toFile(), TYPE));
    } catch (IOException e) {
      throw new LakeException(
          "The columns of the job's tables cannot be read from " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The columns of a table after the changes, in the order of the catalog.
   *
   * @param changes of {@link #evolve}; without one of this table it does not exist yet
   */
  public List<String> columnsOf(String table, List<TableEvolution> changes) {
    return changes.stream()
        .filter(change -> change.table().equals(table))
        .findFirst()
        .map(TableEvolution::columns)
        .orElseGet(() -> columns.get(table).stream().map(TableColumn::name).toList());
  }

  /**
   * The changes of the tables that exist.
   *
   * @param existing types of a table's columns by name, in their order; empty if there is no such
   *     table
   * @throws LakeException with every change that is impossible
   */
  public List<TableEvolution> evolve(Function<String, Optional<Map<String, String>>> existing) {
    List<TableEvolution> changes = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    columns.forEach(
        (table, written) ->
            existing
                .apply(table)
                .map(found -> TableEvolution.of(table, found, written))
                .ifPresent(
                    change -> {
                      changes.add(change);
                      problems.addAll(change.problems());
                    }));
    if (!problems.isEmpty()) {
      throw new LakeException(
          "The tables cannot follow the change of their columns:\n  - "
              + String.join("\n  - ", problems)
              + "\nNothing was changed.");
    }
    return changes;
  }
}
