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
 * The process that holds the Data Catalog, and may crawl on a schedule as Glue's crawler does.
 *
 * <p>The crawler speaks to the catalog through the protocol like everyone else: it lives here only
 * because a schedule needs a process that is always there.
 */
public final class CatalogProcess {

  private CatalogProcess() {}

  /**
   * @param args address to listen at, port, the file of the catalog; and to crawl, the endpoint of
   *     S3 and the seconds between two crawls
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3 && args.length != 5) {
      System.err.println("usage: CatalogProcess ADDRESS PORT FILE [S3_ENDPOINT CRAWL_SECONDS]");
      System.exit(2);
    }
    GlueServer server =
        GlueServer.start(
            InetAddress.getByName(args[0]), Integer.parseInt(args[1]), Path.of(args[2]));
    System.out.println("The Data Catalog answers at " + server.endpoint());
    if (args.length == 5) {
      CrawlSchedule.every(Duration.ofSeconds(Long.parseLong(args[4])))
          .run(
              new PartitionCrawler(
                  LocalAws.glue(server.endpoint()), LocalAws.s3(URI.create(args[3]))),
              () -> {});
    }
  }
}
