package io.clickstreamlake.local.crawler;

import io.clickstreamlake.local.process.Heartbeat;
import io.clickstreamlake.local.storage.LocalAws;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The process of a crawler that runs apart from the catalog. */
public final class CrawlerProcess {

  private CrawlerProcess() {}

  /**
   * @param args endpoint of the catalog, endpoint of S3, seconds between two crawls, folder of the
   *     heartbeat
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 4) {
      System.err.println("usage: CrawlerProcess CATALOG_ENDPOINT S3_ENDPOINT CRAWL_SECONDS FOLDER");
      System.exit(2);
    }
    Heartbeat heartbeat = Heartbeat.in(Path.of(args[3]));
    // The first crawl comes after the first pause.
    heartbeat.beat();
    CrawlSchedule.every(Duration.ofSeconds(Long.parseLong(args[2])))
        .run(
            new PartitionCrawler(
                LocalAws.glue(URI.create(args[0])), LocalAws.s3(URI.create(args[1]))),
            heartbeat::beat);
  }
}
