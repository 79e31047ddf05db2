package io.clickstreamlake.local.tables;

/**
 * A column of a table of the job.
 *
 * @param type in Hive's notation
 * @param required whether every row has a value
 * @param custom whether the mapping defines the column, and not the contract
 */
public record TableColumn(
    String name, String type, String comment, boolean required, boolean custom) {

  /** Name and type in messages. */
  String description() {
    return name + " " + type;
  }
}
