package io.clickstreamlake.enrich;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickstreamlake.event.ClientHints;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Locale;
import java.util.Set;
import javax.annotation.Nullable;
import nl.basjes.parse.useragent.UserAgentAnalyzer;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The enrichment with device, operating system, browser and robot columns from the user agent and
 * its client hints, by yauaa and the table of known agents.
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

  /** Maximum length of all client hints, in characters; browsers send about 500. */
  private static final int MAX_HINTS_LENGTH = 4096;

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
            .withoutClientHintsCache()
            .hideMatcherLoadStats()
            .build();
  }

  /** The table of the cached results. */
  private static AgentTable sharedTable;

  private static Cache<String, Device> sharedCache;

  private final AgentTable agents;
  private final Cache<String, Device> cache;

  UserAgentEnrichment(AgentTable agents, MemorySize cacheSize) {
    this.agents = agents;
    this.cache = cache(agents, cacheSize.getBytes());
  }

  private static Cache<String, Device> cache(AgentTable agents, long bytes) {
    synchronized (UserAgentEnrichment.class) {
      if (sharedTable == null || !sharedTable.hasLinesOf(agents)) {
        sharedTable = agents;
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
    String userAgent = readable(parsed);
    ClientHints hints = parsed.clientHints;
    if (hints != null && hints.length() > MAX_HINTS_LENGTH) {
      parsed.flag("client_hints_too_long");
      hints = null;
    }
    if (hints != null) {
      enrich(parsed, userAgent, hints);
    } else if (userAgent != null) {
      cache.get(userAgent, this::analyze).fill(parsed.event);
    }
  }

  private void enrich(ParsedEvent parsed, @Nullable String userAgent, ClientHints hints) {
    StringBuilder key = new StringBuilder(userAgent == null ? "" : userAgent);
    hints.appendTo(key);
    cache.get(key.toString(), text -> analyze(userAgent, hints)).fill(parsed.event);
  }

  /** The user agent, or null if there is none that can be analyzed. */
  @Nullable
  private static String readable(ParsedEvent parsed) {
    String userAgent = parsed.userAgent;
    if (userAgent == null
        || userAgent.length() < MAX_PLACEHOLDER_LENGTH
            && PLACEHOLDERS.contains(userAgent.trim().toLowerCase(Locale.ROOT))) {
      return null;
    }
    if (userAgent.length() > MAX_LENGTH) {
      parsed.flag("user_agent_too_long");
      return null;
    }
    if (!isReadable(userAgent)) {
      parsed.flag("user_agent_unreadable");
      return null;
    }
    return userAgent;
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

  private Device analyze(String userAgent) {
    try {
      return Device.of(agents.find(userAgent), Shared.ANALYZER.parse(userAgent));
    } catch (StackOverflowError e) {
      // The analyzer recurses as deep as the text nests; a visitor's text must not stop the job.
      return Device.UNKNOWN;
    }
  }

  private Device analyze(@Nullable String userAgent, ClientHints hints) {
    HintHeaders headers = HintHeaders.of(hints);
    AgentTable.Agent known = userAgent == null ? null : agents.find(userAgent);
    // A browser under automation may hide in its user agent, and not in its brands.
    known = known == null ? agents.find(headers.brands()) : known;
    try {
      if (userAgent != null) {
        return Device.of(known, Shared.ANALYZER.parse(headers.with(userAgent)));
      }
      return headers.brands().isEmpty()
          ? Device.UNKNOWN
          : Device.ofHints(
              known,
              Shared.ANALYZER.parse(headers.with(headers.reducedUserAgent())),
              headers.nameSystem());
    } catch (StackOverflowError e) {
      return Device.UNKNOWN;
    }
  }
}
