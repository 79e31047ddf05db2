package io.clickstreamlake.local.catalog;

import io.clickstreamlake.local.crawler.CrawlReport;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The process that holds the Data Catalog, and crawls on a schedule as Glue's crawler does.
 *
 * <p>The crawler speaks to the catalog through the protocol like everyone else: it lives here only
 * because a schedule needs a process that is always there.
 */
public final class CatalogProcess {

  private CatalogProcess() {}

  /**
   * @param args port, the file of the catalog, the endpoint of S3, the seconds between two crawls
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 4) {
      System.err.println("usage: CatalogProcess PORT FILE S3_ENDPOINT CRAWL_SECONDS");
      System.exit(2);
    }
    GlueServer server = GlueServer.start(Integer.parseInt(args[0]), Path.of(args[1]));
    System.out.println("The Data Catalog answers at " + server.endpoint());
    crawlForever(
        LocalAws.glue(server.endpoint()),
        LocalAws.s3(URI.create(args[2])),
        Duration.ofSeconds(Long.parseLong(args[3])));
  }

  private static void crawlForever(GlueClient glue, S3Client s3, Duration pause)
      throws InterruptedException {
    PartitionCrawler crawler = new PartitionCrawler(glue, s3);
    while (true) {
      Thread.sleep(pause.toMillis());
      try {
        CrawlReport report = crawler.crawlAll();
        if (report.changedAnything()) {
          System.out.println(Instant.now() + " " + report);
        }
      } catch (RuntimeException e) {
        // S3 may not be up yet, or be gone already: the next crawl finds what this one missed.
        System.out.println(Instant.now() + " crawl failed: " + e);
      }
    }
  }
}
