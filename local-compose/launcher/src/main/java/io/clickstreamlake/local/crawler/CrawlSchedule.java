package io.clickstreamlake.local.crawler;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A schedule of crawls with a fixed pause.
 *
 * @param pause between two crawls
 */
public record CrawlSchedule(Duration pause) {

  public CrawlSchedule {
    Objects.requireNonNull(pause, "pause");
  }

  public static CrawlSchedule every(Duration pause) {
    return new CrawlSchedule(pause);
  }

  /**
   * Crawls until the thread is interrupted.
   *
   * @param heartbeat called after each successful crawl
   */
  public void run(PartitionCrawler crawler, Runnable heartbeat) throws InterruptedException {
    while (true) {
      Thread.sleep(pause.toMillis());
      try {
        CrawlReport report = crawler.crawlAll();
        if (report.changedAnything()) {
          System.out.println(Instant.now() + " " + report);
        }
        heartbeat.run();
      } catch (RuntimeException e) {
        // S3 may not have started yet, or has ended: the next crawl adds the missing partitions.
        System.out.println(Instant.now() + " crawl failed: " + e);
      }
    }
  }
}
