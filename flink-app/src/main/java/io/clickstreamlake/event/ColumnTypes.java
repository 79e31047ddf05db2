package io.clickstreamlake.event;

import org.apache.avro.Schema;

/** Types of the contract's columns. */
public final class ColumnTypes {

  private ColumnTypes() {}

  /** The type itself of a column that may be null; any other type stays as it is. */
  public static Schema withoutNull(Schema type) {
    if (type.getType() != Schema.Type.UNION) {
      return type;
    }
    return type.getTypes().stream()
        .filter(branch -> branch.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }
}
