package io.clickstreamlake.local.crawler;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of a crawl.
 *
 * @param tables number of crawled tables
 * @param added partitions that are new in the catalog, as {@code table/key=value/…}
 * @param removed partitions that were removed from the catalog because their folder is gone
 * @param ignored prefixes that are not partitions of their table, with the bucket
 */
public record CrawlReport(
    int tables, List<String> added, List<String> removed, List<String> ignored) {

  public CrawlReport {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    ignored = List.copyOf(ignored);
  }

  static CrawlReport nothing() {
    return new CrawlReport(0, List.of(), List.of(), List.of());
  }

  CrawlReport and(CrawlReport other) {
    return new CrawlReport(
        tables + other.tables,
        joined(added, other.added),
        joined(removed, other.removed),
        joined(ignored, other.ignored));
  }

  public boolean changedAnything() {
    return !added.isEmpty() || !removed.isEmpty();
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Override
  public String toString() {
    return "crawled "
        + tables
        + (tables == 1 ? " table" : " tables")
        + ", added "
        + added.size()
        + (added.size() == 1 ? " partition" : " partitions")
        + (added.isEmpty() ? "" : " " + added)
        + (removed.isEmpty() ? "" : ", removed " + removed)
        + (ignored.isEmpty() ? "" : ", ignored " + ignored);
  }
}
