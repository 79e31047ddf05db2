package io.clickstreamlake.privacy;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DailyVisitorId;
import io.clickstreamlake.event.IpAddress;
import io.clickstreamlake.event.ParsedEvent;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ids of visitors without cookies, each valid for one day and one site:
 *
 * <pre>
 *   key of the day = HMAC-SHA-256(privacy.hash-key, "clickstream-lake daily visitor " YYYY-MM-DD)
 *   id             = "daily-" first 16 bytes of HMAC-SHA-256(key of the day, site \n address \n user agent)
 * </pre>
 *
 * <p>The id depends only on the event and the key, so that all subtasks, restarts and replays find
 * the same. The key of a day is derived and never stored. Not thread-safe.
 */
public final class DailyVisitors {

  private static final String ALGORITHM = "HmacSHA256";
  private static final String LABEL = "clickstream-lake daily visitor ";
  private static final int ID_BYTES = 16;

  /** Late events are of few days. */
  private static final int MAX_DAYS = 32;

  private static final String WWW = "www.";

  /** Null if such visitors get no id. */
  @Nullable private final String key;

  /** By day since 1970, the most recently used last. */
  private final Map<Long, Mac> days =
      new LinkedHashMap<>(MAX_DAYS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Mac> eldest) {
          return size() > MAX_DAYS;
        }
      };

  private DailyVisitors(@Nullable String key) {
    this.key = key;
  }

  /**
   * Creates the step from the settings.
   *
   * @param problems receives an error if it is on and has no key
   */
  public static DailyVisitors of(JobSettings settings, ValidationErrors problems) {
    if (!settings.get(JobOptions.PRIVACY_COOKIELESS_VISITORS)) {
      return new DailyVisitors(null);
    }
    String key = settings.find(JobOptions.PRIVACY_HASH_KEY).orElse("");
    if (key.length() >= JobOptions.MIN_HASH_KEY_LENGTH) {
      return new DailyVisitors(key);
    }
    // A secret that could not be read, or a short key, is reported already.
    if (key.isEmpty() && settings.find(JobOptions.PRIVACY_HASH_KEY_SECRET).isEmpty()) {
      problems.add(
          JobOptions.PRIVACY_HASH_KEY.key()
              + ": is not set, and privacy.cookieless-visitors needs it, or"
              + " privacy.hash-key-secret");
    }
    return new DailyVisitors(null);
  }

  /**
   * Sets anonymous_id if the event has neither it nor user_id, and has an IP address and a user
   * agent.
   */
  public void identify(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (key == null
        || event.getUserId() != null
        || event.getAnonymousId() != null
        || parsed.ipAddress == null
        || parsed.userAgent == null) {
      return;
    }
    InetAddress address = IpAddress.parse(parsed.ipAddress);
    if (address == null) {
      return;
    }
    long day = Math.floorDiv(event.getEventTime().getEpochSecond(), 86_400L);
    Mac mac = days.computeIfAbsent(day, this::ofDay);
    mac.update(bytes(site(event.getPageHost()) + "\n"));
    mac.update(bytes(address.getHostAddress() + "\n"));
    byte[] digest = mac.doFinal(bytes(parsed.userAgent));
    event.setAnonymousId(DailyVisitorId.of(FieldAction.hex(digest, ID_BYTES)));
  }

  private static String site(@Nullable String host) {
    if (host == null) {
      return "";
    }
    return host.startsWith(WWW) ? host.substring(WWW.length()) : host;
  }

  private Mac ofDay(long day) {
    return mac(mac(bytes(key)).doFinal(bytes(LABEL + LocalDate.ofEpochDay(day))));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
