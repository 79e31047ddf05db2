package io.clickstreamlake.enrich;

import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import java.util.List;

/**
 * Reader of a table of known agents or sites, a CSV file:
 *
 * <pre>
 *   # a comment
 *   FIELD,FIELD,LAST FIELD     only the last field may contain a comma
 *   include known              the lines of the table in the jar
 * </pre>
 */
final class KnownTable {

  /** Name of the tables in the jar. */
  private static final String SHIPPED = "known";

  private static final String INCLUDE = "include " + SHIPPED;

  /** Takes the fields of one line. */
  interface Line {
    /** Returns whether the fields are valid. */
    boolean read(List<String> fields);
  }

  private KnownTable() {}

  /**
   * Reads a table.
   *
   * @param setting that names the table
   * @param location of the table
   * @param shipped class path of the tables in the jar
   * @param fields number of fields per line
   * @param form what a line must be, for messages
   * @param problems receives each invalid line with its number
   */
  static void read(
      String setting,
      String location,
      String shipped,
      int fields,
      String form,
      ValidationErrors problems,
      Line to) {
    int number = 0;
    for (String line : TextFile.read(setting, location, shipped).lines().toArray(String[]::new)) {
      number++;
      String text = line.trim();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (text.equals(INCLUDE) && !location.equals(SHIPPED)) {
        read(setting, SHIPPED, shipped, fields, form, problems, to);
        continue;
      }
      String[] values = text.split(",", fields);
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i].trim();
      }
      if (values.length < fields || values[0].isEmpty() || !to.read(List.of(values))) {
        problems.add(setting + ": " + location + ", line " + number + ": is not " + form);
      }
    }
  }
}
