package io.clickstreamlake.local.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The change of one table's columns in the catalog, from those that it has to those that the job
 * writes.
 *
 * <p>Columns are only added, at the end. Files are never rewritten, so a table must keep every
 * column and type with which files were written: an older file answers null for a newer column, and
 * a newer file for a column that the job no longer writes. Engines that read columns by position
 * need the order of the contract too, so its new columns come after its existing ones. Custom
 * columns of the mapping have no position.
 *
 * @param table name of the table
 * @param existing names of the columns that the catalog has, in their order
 * @param added columns that the catalog lacks, in the order in which they are added
 * @param kept names of columns that the job no longer writes
 * @param problems changes that are impossible, each with the way out
 */
public record TableEvolution(
    String table,
    List<String> existing,
    List<TableColumn> added,
    List<String> kept,
    List<String> problems) {

  /**
   * @param existing types of the columns that the catalog has, by name, in their order
   * @param written the columns that the job writes, in their order
   */
  public static TableEvolution of(
      String table, Map<String, String> existing, List<TableColumn> written) {
    List<TableColumn> added =
        written.stream().filter(column -> !existing.containsKey(column.name())).toList();
    Set<String> names = written.stream().map(TableColumn::name).collect(Collectors.toSet());
    List<String> kept = existing.keySet().stream().filter(name -> !names.contains(name)).toList();
    List<String> problems = new ArrayList<>();
    checkTypes(table, existing, written, problems);
    checkOrder(table, existing, written, problems);
    for (TableColumn column : added) {
      if (column.required()) {
        problems.add(
            table
                + "."
                + column.name()
                + ": a new column cannot be required, since existing files have no value for it."
                + " Make it nullable in the contract: \"type\": [\"null\", …], \"default\": null");
      }
    }
    return new TableEvolution(table, List.copyOf(existing.keySet()), added, kept, problems);
  }

  private static void checkTypes(
      String table,
      Map<String, String> existing,
      List<TableColumn> written,
      List<String> problems) {
    for (TableColumn column : written) {
      String type = existing.get(column.name());
      if (type != null && !type.equals(column.type())) {
        problems.add(
            table
                + "."
                + column.name()
                + ": the type cannot change from "
                + type
                + " to "
                + column.type()
                + ", since existing files have the old one. Keep the type, and add a column with"
                + " another name for the new one");
      }
    }
  }

  private static void checkOrder(
      String table,
      Map<String, String> existing,
      List<TableColumn> written,
      List<String> problems) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    existing.keySet().forEach(name -> positions.put(name, positions.size()));
    String last = null;
    List<TableColumn> contract = written.stream().filter(column -> !column.custom()).toList();
    for (int i = 0; i < contract.size(); i++) {
      String name = contract.get(i).name();
      if (existing.containsKey(name)) {
        if (last != null && positions.get(name) < positions.get(last)) {
          problems.add(
              table
                  + "."
                  + name
                  + ": the columns cannot change their order. Move it before "
                  + last
                  + " in the contract");
        } else {
          last = name;
        }
      } else if (contract.subList(i, contract.size()).stream()
          .anyMatch(column -> existing.containsKey(column.name()))) {
        problems.add(
            table
                + "."
                + name
                + ": a new column cannot be in the middle. Move it to the end of the contract");
      }
    }
  }

  /** Names of the columns after the change, in their order. */
  List<String> columns() {
    return Stream.concat(existing.stream(), added.stream().map(TableColumn::name)).toList();
  }

  /** What changes, for a person; empty if nothing does. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!added.isEmpty()) {
      notes.add(
          table
              + " has new columns: "
              + added.stream().map(TableColumn::description).collect(Collectors.joining(", "))
              + ". Files that exist already have no values for them");
    }
    if (!kept.isEmpty()) {
      notes.add(
          table
              + " keeps columns that the job no longer writes: "
              + String.join(", ", kept)
              + ". New files have no values for them");
    }
    return notes;
  }
}
