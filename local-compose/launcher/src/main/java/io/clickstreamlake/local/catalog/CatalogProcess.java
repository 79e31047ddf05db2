package io.clickstreamlake.local.catalog;

import io.clickstreamlake.local.crawler.CrawlSchedule;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The process of the Data Catalog, which optionally crawls on a schedule like a Glue crawler.
 *
 * <p>The crawler uses the catalog through its protocol like every other client. It is part of this
 * process only because a schedule needs a process that always runs.
 */
public final class CatalogProcess {

  private CatalogProcess() {}

  /**
   * @param args IP address and port to listen on, file of the catalog; for the crawler also the
   *     endpoint of S3 and the seconds between two crawls
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3 && args.length != 5) {
      System.err.println("usage: CatalogProcess ADDRESS PORT FILE [S3_ENDPOINT CRAWL_SECONDS]");
      System.exit(2);
    }
    GlueServer server =
        GlueServer.start(
            InetAddress.getByName(args[0]), Integer.parseInt(args[1]), Path.of(args[2]));
    System.out.println("The Data Catalog listens on " + server.endpoint());
    if (args.length == 5) {
      CrawlSchedule.every(Duration.ofSeconds(Long.parseLong(args[4])))
          .run(
              new PartitionCrawler(
                  LocalAws.glue(server.endpoint()), LocalAws.s3(URI.create(args[3]))),
              () -> {});
    }
  }
}
