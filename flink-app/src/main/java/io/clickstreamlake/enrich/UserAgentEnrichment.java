package io.clickstreamlake.enrich;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickstreamlake.event.ParsedEvent;
import nl.basjes.parse.useragent.UserAgentAnalyzer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Device, operating system, browser and whether it is a robot, from the user agent, with yauaa.
 *
 * <p>Analysis takes about half a millisecond and the rules some ten megabytes, so both the analyzer
 * and the cache of its answers are shared by all subtasks of a task manager. Two jobs in one task
 * manager have class loaders, and so copies, of their own.
 */
final class UserAgentEnrichment implements Enrichment {

  /**
   * Longer ones are attacks on analyzers, not browsers; RFC 9110 sets no limit, servers use 8 K.
   */
  private static final int MAX_LENGTH = 4096;

  /** Loaded at the first user agent that comes, which takes seconds. */
  private static final class Shared {
    private static final UserAgentAnalyzer ANALYZER =
        UserAgentAnalyzer.newBuilder()
            .withFields(Device.FIELDS)
            .withoutCache()
            .hideMatcherLoadStats()
            .build();
  }

  private static volatile Cache<String, Device> sharedCache;

  private final Cache<String, Device> cache;

  UserAgentEnrichment(int cacheSize) {
    this.cache = cache(cacheSize);
  }

  private static Cache<String, Device> cache(int size) {
    synchronized (UserAgentEnrichment.class) {
      if (sharedCache == null) {
        sharedCache = Caffeine.newBuilder().maximumSize(size).recordStats().build();
      }
      return sharedCache;
    }
  }

  @Override
  public void open(MetricGroup metrics) {
    metrics.gauge("userAgentCacheHitRate", (Gauge<Double>) () -> cache.stats().hitRate());
    metrics.gauge("userAgentCacheSize", (Gauge<Long>) cache::estimatedSize);
  }

  @Override
  public void enrich(ParsedEvent parsed) {
    if (parsed.userAgent == null) {
      return;
    }
    if (parsed.userAgent.length() > MAX_LENGTH) {
      parsed.flag("user_agent_too_long");
      return;
    }
    cache.get(parsed.userAgent, text -> Device.of(Shared.ANALYZER.parse(text))).fill(parsed.event);
  }
}
