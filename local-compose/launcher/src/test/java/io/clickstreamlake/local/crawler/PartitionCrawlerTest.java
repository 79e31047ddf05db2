package io.clickstreamlake.local.crawler;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.catalog.GlueServer;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

class PartitionCrawlerTest {

  @TempDir private Path folder;
  private final FakeS3 s3 = new FakeS3();
  private GlueServer server;
  private GlueClient glue;
  private PartitionCrawler crawler;

  @BeforeEach
  void start() throws IOException {
    server = GlueServer.start(0, folder.resolve("catalog.json"));
    glue = LocalAws.glue(server.endpoint());
    crawler = new PartitionCrawler(glue, s3);
    glue.createDatabase(r -> r.databaseInput(d -> d.name("lake")));
  }

  @AfterEach
  void stop() {
    glue.close();
    server.close();
  }

  @Test
  void givenNewFoldersWhenCrawledThenTheirPartitionsAreAddedWithTheTablesStorage() {
    createTable("events", "s3://b/events/", Map.of(), "year", "day");
    s3.put("events/year=2026/day=01/a.parquet");
    s3.put("events/year=2026/day=01/b.parquet");
    s3.put("events/year=2025/day=31/c.parquet");
    s3.put("other/year=2026/day=09/d.parquet");

    CrawlReport report = crawler.crawlDatabase("lake", GonePartitions.KEEP);

    assertThat(report.added())
        .containsExactly("events/year=2025/day=31", "events/year=2026/day=01");
    Partition added =
        glue.getPartition(
                r -> r.databaseName("lake").tableName("events").partitionValues("2026", "01"))
            .partition();
    assertThat(added.storageDescriptor().location()).isEqualTo("s3://b/events/year=2026/day=01/");
    assertThat(added.storageDescriptor().inputFormat()).isEqualTo("parquet-input");
    assertThat(added.storageDescriptor().columns()).extracting(Column::name).containsExactly("id");
  }

  @Test
  void givenKnownPartitionsWhenCrawledAgainThenOnlyTheNewOneIsAddedAndTheTableIsUnchanged() {
    createTable("events", "s3://b/events/", Map.of(), "day");
    s3.put("events/day=01/a");
    crawler.crawlAll();
    s3.put("events/day=02/a");

    CrawlReport report = crawler.crawlAll();

    assertThat(report.added()).containsExactly("events/day=02");
    assertThat(crawler.crawlAll().changedAnything()).isFalse();
    assertThat(glue.getTable(r -> r.databaseName("lake").name("events")).table().versionId())
        .isEqualTo("0");
  }

  @Test
  void givenMoreFoldersThanOneBatchAndOnePageWhenCrawledThenAllAreAdded() {
    createTable("events", "s3://b/events", Map.of(), "day");
    for (int day = 0; day < 250; day++) {
      s3.put("events/day=" + (1000 + day) + "/a");
    }

    assertThat(crawler.crawlAll().added()).hasSize(250);
    assertThat(values("events")).hasSize(250);
  }

  @Test
  void givenFolderThatIsNoPartitionWhenCrawledThenItIsReportedAndIgnored() {
    createTable("events", "s3://b/events/", Map.of(), "year", "day");
    s3.put("events/_temporary/x");
    s3.put("events/year=2026/month=01/a");
    s3.put("events/year=2026/day=01/a");

    CrawlReport report = crawler.crawlAll();

    assertThat(report.added()).containsExactly("events/year=2026/day=01");
    assertThat(report.ignored())
        .containsExactlyInAnyOrder(
            "s3://b/events/_temporary/", "s3://b/events/year=2026/month=01/");
  }

  @Test
  void givenEscapedValueWhenCrawledThenItIsUnescapedInTheCatalog() {
    createTable("events", "s3://b/events/", Map.of(), "hour");
    s3.put("events/hour=12%3A30+x/a");

    crawler.crawlAll();

    assertThat(values("events")).containsExactly(List.of("12:30+x"));
  }

  @Test
  void givenDeletedFolderWhenCrawledThenItsPartitionIsRemovedOnlyOnRequest() {
    createTable("events", "s3://b/events/", Map.of(), "day");
    s3.put("events/day=01/a");
    s3.put("events/day=02/a");
    crawler.crawlAll();
    s3.delete("events/day=01/a");

    assertThat(crawler.crawlDatabase("lake", GonePartitions.KEEP).removed()).isEmpty();
    assertThat(values("events")).hasSize(2);
    assertThat(crawler.crawlDatabase("lake", GonePartitions.REMOVE).removed())
        .containsExactly("events/day=01");
    assertThat(values("events")).containsExactly(List.of("02"));
  }

  @Test
  void givenTableWithProjectionOrWithoutPartitionsWhenCrawledThenItIsSkipped() {
    createTable("projected", "s3://b/events/", Map.of("projection.enabled", "true"), "day");
    createTable("flat", "s3://b/events/", Map.of());
    s3.put("events/day=01/a");

    CrawlReport report = crawler.crawlAll();

    assertThat(report.tables()).isZero();
    assertThat(values("projected")).isEmpty();
  }

  private void createTable(
      String name, String location, Map<String, String> parameters, String... keys) {
    List<Column> partitionKeys = Arrays.stream(keys).map(this::column).toList();
    glue.createTable(
        r ->
            r.databaseName("lake")
                .tableInput(
                    t ->
                        t.name(name)
                            .parameters(parameters)
                            .partitionKeys(partitionKeys)
                            .storageDescriptor(
                                s ->
                                    s.location(location)
                                        .inputFormat("parquet-input")
                                        .columns(column("id")))));
  }

  private Column column(String name) {
    return Column.builder().name(name).type("string").build();
  }

  private List<List<String>> values(String table) {
    return glue.getPartitionsPaginator(r -> r.databaseName("lake").tableName(table)).stream()
        .flatMap(page -> page.partitions().stream())
        .map(Partition::values)
        .toList();
  }

  /** Lists keys by common prefixes, a few per page. */
  private static final class FakeS3 implements S3Client {

    private static final int PAGE = 7;
    private final TreeSet<String> keys = new TreeSet<>();

    void put(String key) {
      keys.add(key);
    }

    void delete(String key) {
      keys.remove(key);
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
      assertThat(request.bucket()).isEqualTo("b");
      assertThat(request.delimiter()).isEqualTo("/");
      String prefix = request.prefix();
      TreeSet<String> prefixes = new TreeSet<>();
      for (String key : keys.tailSet(prefix)) {
        int slash = key.startsWith(prefix) ? key.indexOf('/', prefix.length()) : -1;
        if (slash >= 0) {
          prefixes.add(key.substring(0, slash + 1));
        }
      }
      List<String> left =
          prefixes.stream()
              .filter(
                  p ->
                      request.continuationToken() == null
                          || p.compareTo(request.continuationToken()) > 0)
              .toList();
      List<String> page = left.subList(0, Math.min(PAGE, left.size()));
      boolean more = left.size() > page.size();
      return ListObjectsV2Response.builder()
          .commonPrefixes(page.stream().map(p -> CommonPrefix.builder().prefix(p).build()).toList())
          .isTruncated(more)
          .nextContinuationToken(more ? page.get(page.size() - 1) : null)
          .build();
    }

    @Override
    public String serviceName() {
      return "s3";
    }

    @Override
    public void close() {}
  }
}
