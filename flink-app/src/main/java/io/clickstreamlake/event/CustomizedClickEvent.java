package io.clickstreamlake.event;

import org.apache.avro.Schema;

/**
 * A row of click_events with custom columns. Their values are in an array behind the fields of the
 * generated class, so a job without custom columns pays nothing for them. Not thread-safe.
 */
final class CustomizedClickEvent extends ClickEvent {

  private static final long serialVersionUID = 1L;

  private final transient EventColumns columns;
  private final transient Object[] custom;

  CustomizedClickEvent(EventColumns columns) {
    this.columns = columns;
    this.custom = new Object[columns.size() - EventColumns.CONTRACT_SIZE];
  }

  @Override
  public Schema getSchema() {
    return columns.schema();
  }

  @Override
  public Object get(int column) {
    return column < EventColumns.CONTRACT_SIZE
        ? super.get(column)
        : custom[column - EventColumns.CONTRACT_SIZE];
  }

  @Override
  public void put(int column, Object value) {
    if (column < EventColumns.CONTRACT_SIZE) {
      super.put(column, value);
    } else {
      custom[column - EventColumns.CONTRACT_SIZE] = value;
    }
  }
}
