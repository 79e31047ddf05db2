package io.clickstreamlake.enrich;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Locale;
import java.util.Set;
import nl.basjes.parse.useragent.UserAgentAnalyzer;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The enrichment with device, operating system, browser and robot columns from the user agent, by
 * yauaa.
 *
 * <p>One analysis takes about half a millisecond, and the analyzer's rules take about ten
 * megabytes, so all subtasks of a task manager share the analyzer and the cache of its results. Two
 * jobs in one task manager have separate class loaders and therefore separate copies.
 */
final class UserAgentEnrichment implements Enrichment {

  /**
   * Maximum length, in characters. Longer user agents are attacks on analyzers: those of in-app
   * browsers reach about 600. The analyzer's work grows faster than the length, and unclosed
   * brackets end in a stack overflow.
   */
  private static final int MAX_LENGTH = 1024;

  private static final int MAX_BRACKETS = 8;
  private static final int MAX_WORD = 128;

  private static final int MAX_PLACEHOLDER_LENGTH = 16;

  /** Placeholders that trackers write for a missing user agent. */
  private static final Set<String> PLACEHOLDERS =
      Set.of("-", "null", "(null)", "undefined", "none", "unknown", "n/a");

  /**
   * Bytes of a cached result besides its key: an object, six short strings, and the cache's node.
   */
  private static final int DEVICE_BYTES = 500;

  /** Initialized at the first user agent, which takes seconds. */
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

  UserAgentEnrichment(MemorySize cacheSize) {
    this.cache = cache(cacheSize.getBytes());
  }

  private static Cache<String, Device> cache(long bytes) {
    synchronized (UserAgentEnrichment.class) {
      if (sharedCache == null) {
        sharedCache = newCache(bytes);
      }
      return sharedCache;
    }
  }

  static Cache<String, Device> newCache(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((String text, Device device) -> 2 * text.length() + DEVICE_BYTES)
        .recordStats()
        .build();
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
    if (parsed.userAgent.length() < MAX_PLACEHOLDER_LENGTH
        && PLACEHOLDERS.contains(parsed.userAgent.trim().toLowerCase(Locale.ROOT))) {
      return;
    }
    if (parsed.userAgent.length() > MAX_LENGTH) {
      parsed.flag("user_agent_too_long");
      return;
    }
    if (!isReadable(parsed.userAgent)) {
      parsed.flag("user_agent_unreadable");
      return;
    }
    cache.get(parsed.userAgent, UserAgentEnrichment::analyze).fill(parsed.event);
  }

  /** Whether the text has few enough brackets and short enough words for a user agent. */
  private static boolean isReadable(String userAgent) {
    int brackets = 0;
    int word = 0;
    for (int i = 0; i < userAgent.length(); i++) {
      char c = userAgent.charAt(i);
      brackets += c == '(' || c == '[' || c == '{' ? 1 : 0;
      word = Character.isLetterOrDigit(c) ? word + 1 : 0;
      if (brackets > MAX_BRACKETS || word > MAX_WORD) {
        return false;
      }
    }
    return true;
  }

  private static Device analyze(String userAgent) {
    try {
      return Device.of(userAgent, Shared.ANALYZER.parse(userAgent));
    } catch (StackOverflowError e) {
      // The analyzer recurses as deep as the text nests; a visitor's text must not stop the job.
      return Device.UNKNOWN;
    }
  }
}
