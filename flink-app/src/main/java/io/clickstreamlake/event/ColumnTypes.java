package io.clickstreamlake.event;

import java.util.Collection;
import java.util.List;
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

  /**
   * Whether a value that producers send can get into the column, as its attribute {@code filledBy}
   * in the contract says.
   */
  public static boolean isFilledByProducers(Schema.Field column) {
    Collection<?> filledBy = filledBy(column);
    return filledBy.isEmpty() || filledBy.contains("producer");
  }

  /** Whether no step of the job fills the column. */
  public static boolean isFilledOnlyByProducers(Schema.Field column) {
    Collection<?> filledBy = filledBy(column);
    return filledBy.size() == 1 && filledBy.contains("producer");
  }

  /** Whether an enrichment fills the column where producers do not. */
  public static boolean isFilledByEnrichments(Schema.Field column) {
    return filledBy(column).size() > 1;
  }

  private static Collection<?> filledBy(Schema.Field column) {
    Object filledBy = column.getObjectProp("filledBy");
    return filledBy instanceof Collection ? (Collection<?>) filledBy : List.of();
  }
}
