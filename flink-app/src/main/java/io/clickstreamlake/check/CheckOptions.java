package io.clickstreamlake.check;

import io.clickstreamlake.tables.LakeTable;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** What a check covers; everything by default. Immutable. */
public final class CheckOptions {

  @Nullable private final LocalDate from;
  @Nullable private final LocalDate to;
  @Nullable private final LakeTable<?> table;
  private final boolean fast;
  private final Duration uploadAge;

  /**
   * @param from first day of the folders that are checked; null for all
   * @param to last day, included; null for all
   * @param table name of the only table that is checked; null for all
   * @param fast whether only footers are read, and rows of the ledger
   * @param uploadAge age from which an upload that is not completed is an orphan
   * @throws IllegalArgumentException if there is no such table, or no such day
   */
  public CheckOptions(
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      @Nullable String table,
      boolean fast,
      Duration uploadAge) {
    if (from != null && to != null && to.isBefore(from)) {
      throw new IllegalArgumentException("--to " + to + " is before --from " + from + ".");
    }
    this.from = from;
    this.to = to;
    this.table = table == null ? null : table(table);
    this.fast = fast;
    this.uploadAge = uploadAge;
  }

  private static LakeTable<?> table(String name) {
    return LakeTable.all().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--table must be one of "
                        + LakeTable.all().stream()
                            .map(LakeTable::name)
                            .collect(Collectors.joining(", "))
                        + ", but is '"
                        + name
                        + "'."));
  }

  List<LakeTable<?>> tables() {
    return table == null ? LakeTable.all() : List.of(table);
  }

  boolean includes(LakeTable<?> other) {
    return table == null || table == other;
  }

  /** Whether all days are checked. */
  boolean allDays() {
    return from == null && to == null;
  }

  /** Whether a folder of a table is checked; one that is not of a day always is. */
  boolean includes(String bucket) {
    Optional<LocalDate> day = ListedFile.day(bucket);
    return day.isEmpty()
        || (from == null || !day.get().isBefore(from)) && (to == null || !day.get().isAfter(to));
  }

  /** The days, if both ends are given; otherwise empty, for all. */
  public List<LocalDate> days() {
    return from == null || to == null
        ? List.of()
        : from.datesUntil(to.plusDays(1)).collect(Collectors.toList());
  }

  boolean fast() {
    return fast;
  }

  Duration uploadAge() {
    return uploadAge;
  }
}
