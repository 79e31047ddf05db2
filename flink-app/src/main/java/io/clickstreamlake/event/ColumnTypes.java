package io.clickstreamlake.event;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Queries on the types and attributes of the contract's columns. */
public final class ColumnTypes {

  /** Values of {@code filledBy} that are not names of enrichments or of later steps. */
  private static final Set<String> BEFORE_ENRICHMENTS = Set.of("producer", "source", "parse");

  /** Attribute of a custom column: names of the fields that feed it. */
  public static final String SOURCES = "sources";

  private ColumnTypes() {}

  /** Returns the non-null branch of a nullable type; any other type is returned unchanged. */
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
   * Whether producers can fill the column, according to its attribute {@code filledBy} in the
   * contract.
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

  /** Whether a step after the parser can fill the column. */
  public static boolean isFilledByEnrichments(Schema.Field column) {
    return filledBy(column).stream().anyMatch(step -> !BEFORE_ENRICHMENTS.contains(step));
  }

  /** The names of the fields that feed a custom column; empty for a column of the contract. */
  public static List<String> sources(Schema.Field column) {
    Object sources = column.getObjectProp(SOURCES);
    return sources instanceof Collection
        ? ((Collection<?>) sources).stream().map(String::valueOf).collect(Collectors.toList())
        : List.of();
  }

  private static Collection<?> filledBy(Schema.Field column) {
    Object filledBy = column.getObjectProp("filledBy");
    return filledBy instanceof Collection ? (Collection<?>) filledBy : List.of();
  }
}
