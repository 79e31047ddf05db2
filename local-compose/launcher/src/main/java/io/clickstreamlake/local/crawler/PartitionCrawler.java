package io.clickstreamlake.local.crawler;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.PartitionValueList;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;

/**
 * A crawler for catalog tables: it lists a table's location by common prefixes, one level per
 * partition key, and adds the partitions that are missing in the catalog.
 *
 * <p>It changes no columns and no tables. A new partition inherits the table's storage, as with
 * Glue's crawler setting {@code InheritFromTable}. A prefix that is not {@code key=value} of the
 * expected key is reported and ignored. Tables with partition projection need no crawl.
 */
public final class PartitionCrawler {

  /** Glue's limits per request. */
  private static final int CREATE_BATCH = 100;

  private static final int DELETE_BATCH = 25;

  private final GlueClient glue;

  private final S3Client s3;

  public PartitionCrawler(GlueClient glue, S3Client s3) {
    this.glue = glue;
    this.s3 = s3;
  }

  /** Whether partitions without a folder are removed from the catalog. */
  public enum GonePartitions {
    KEEP,
    REMOVE
  }

  /** Crawls every partitioned table of every database. */
  public CrawlReport crawlAll() {
    CrawlReport report = CrawlReport.nothing();
    for (Database database : databases()) {
      report = report.and(crawlDatabase(database.name(), GonePartitions.KEEP));
    }
    return report;
  }

  /** Crawls every partitioned table of one database. */
  public CrawlReport crawlDatabase(String database, GonePartitions gone) {
    CrawlReport report = CrawlReport.nothing();
    for (Table table : tables(database)) {
      if (isCrawled(table)) {
        report = report.and(crawl(table, gone));
      }
    }
    return report;
  }

  /** Crawls one table. */
  public CrawlReport crawlTable(String database, String name, GonePartitions gone) {
    GetTableRequest request = GetTableRequest.builder().databaseName(database).name(name).build();
    return crawl(glue.getTable(request).table(), gone);
  }

  private List<Database> databases() {
    return glue.getDatabasesPaginator(r -> {}).stream()
        .flatMap(page -> page.databaseList().stream())
        .toList();
  }

  private List<Table> tables(String database) {
    return glue.getTablesPaginator(r -> r.databaseName(database)).stream()
        .flatMap(page -> page.tableList().stream())
        .toList();
  }

  private List<Partition> partitions(Table table) {
    return glue
        .getPartitionsPaginator(
            r ->
                r.databaseName(table.databaseName())
                    .tableName(table.name())
                    .excludeColumnSchema(true))
        .stream()
        .flatMap(page -> page.partitions().stream())
        .toList();
  }

  private static boolean isCrawled(Table table) {
    return table.hasPartitionKeys()
        && !table.partitionKeys().isEmpty()
        && table.storageDescriptor() != null
        && table.storageDescriptor().location() != null
        && !"true".equalsIgnoreCase(table.parameters().get("projection.enabled"));
  }

  private CrawlReport crawl(Table table, GonePartitions gone) {
    Map<List<String>, String> found = new HashMap<>();
    List<String> ignored = new ArrayList<>();
    S3Location root = S3Location.parse(table.storageDescriptor().location());
    descend(table, root, List.of(), found, ignored);

    Set<List<String>> known = new HashSet<>();
    for (Partition partition : partitions(table)) {
      known.add(partition.values());
    }

    List<List<String>> added =
        found.keySet().stream()
            .filter(values -> !known.contains(values))
            .sorted(PartitionCrawler::compareValues)
            .toList();
    add(table, added, found);

    List<List<String>> removed = List.of();
    if (gone == GonePartitions.REMOVE) {
      removed =
          known.stream()
              .filter(values -> !found.containsKey(values))
              .sorted(PartitionCrawler::compareValues)
              .toList();
      remove(table, removed);
    }
    return new CrawlReport(1, names(table, added), names(table, removed), ignored);
  }

  /** Descends by one partition key; below the last key the prefix is a partition. */
  private void descend(
      Table table,
      S3Location prefix,
      List<String> values,
      Map<List<String>, String> found,
      List<String> ignored) {
    if (values.size() == table.partitionKeys().size()) {
      found.put(values, prefix.uri());
      return;
    }
    String key = table.partitionKeys().get(values.size()).name();
    for (CommonPrefix child :
        s3.listObjectsV2Paginator(
                r -> r.bucket(prefix.bucket()).prefix(prefix.key()).delimiter("/"))
            .commonPrefixes()) {
      String folder = child.prefix().substring(prefix.key().length(), child.prefix().length() - 1);
      S3Location location = new S3Location(prefix.bucket(), child.prefix());
      if (folder.regionMatches(true, 0, key + "=", 0, key.length() + 1)) {
        List<String> deeper = new ArrayList<>(values);
        deeper.add(unescape(folder.substring(key.length() + 1)));
        descend(table, location, List.copyOf(deeper), found, ignored);
      } else {
        ignored.add(location.uri());
      }
    }
  }

  /** Hive escapes characters that are not allowed in a path, such as {@code %3A}. */
  private static String unescape(String value) {
    return value.indexOf('%') < 0
        ? value
        : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void add(Table table, List<List<String>> partitions, Map<List<String>, String> folders) {
    for (int from = 0; from < partitions.size(); from += CREATE_BATCH) {
      List<PartitionInput> batch =
          partitions.subList(from, Math.min(partitions.size(), from + CREATE_BATCH)).stream()
              .map(values -> partition(table, values, folders.get(values)))
              .toList();
      List<PartitionError> errors =
          glue.batchCreatePartition(
                  r ->
                      r.databaseName(table.databaseName())
                          .tableName(table.name())
                          .partitionInputList(batch))
              .errors();
      for (PartitionError error : errors) {
        // Another crawl has added the partition in the meantime.
        if (!"AlreadyExistsException".equals(error.errorDetail().errorCode())) {
          throw new IllegalStateException(
              "The catalog refused partition "
                  + error.partitionValues()
                  + " of "
                  + table.name()
                  + ": "
                  + error.errorDetail().errorMessage());
        }
      }
    }
  }

  private static PartitionInput partition(Table table, List<String> values, String location) {
    return PartitionInput.builder()
        .values(values)
        .storageDescriptor(table.storageDescriptor().toBuilder().location(location).build())
        .build();
  }

  private void remove(Table table, List<List<String>> partitions) {
    for (int from = 0; from < partitions.size(); from += DELETE_BATCH) {
      List<PartitionValueList> batch =
          partitions.subList(from, Math.min(partitions.size(), from + DELETE_BATCH)).stream()
              .map(values -> PartitionValueList.builder().values(values).build())
              .toList();
      glue.batchDeletePartition(
          r ->
              r.databaseName(table.databaseName())
                  .tableName(table.name())
                  .partitionsToDelete(batch));
    }
  }

  private static List<String> names(Table table, List<List<String>> partitions) {
    return partitions.stream().map(values -> name(table, values)).toList();
  }

  private static String name(Table table, List<String> values) {
    StringBuilder name = new StringBuilder(table.name());
    List<Column> keys = table.partitionKeys();
    for (int i = 0; i < keys.size(); i++) {
      name.append('/').append(keys.get(i).name()).append('=').append(values.get(i));
    }
    return name.toString();
  }

  private static int compareValues(List<String> left, List<String> right) {
    return String.join("/", left).compareTo(String.join("/", right));
  }

  /** A bucket and a key prefix that is empty or ends with a slash. */
  private record S3Location(String bucket, String key) {

    static S3Location parse(String location) {
      URI uri = URI.create(location);
      if (uri.getHost() == null || !uri.getScheme().matches("s3[an]?")) {
        throw new IllegalArgumentException(
            "The location " + location + " is not of the form s3://bucket/prefix/.");
      }
      String path = uri.getPath().replaceFirst("^/", "");
      return new S3Location(
          uri.getHost(), path.isEmpty() || path.endsWith("/") ? path : path + "/");
    }

    String uri() {
      return "s3://" + bucket + "/" + key;
    }
  }
}
