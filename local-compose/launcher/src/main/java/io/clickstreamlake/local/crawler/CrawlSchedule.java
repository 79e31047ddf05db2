package io.clickstreamlake.local.crawler;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Crawls again and again.
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
   * @param heartbeat called after each crawl that went well
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
        // S3 may not be up yet, or be gone already: the next crawl finds what this one missed.
        System.out.println(Instant.now() + " crawl failed: " + e);
      }
    }
  }
}
