package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.regex.Pattern;

/** What a value of JSON looks like. */
enum Shape {
  TIME,
  URL,
  IP_ADDRESS,
  USER_AGENT,
  NUMBER,
  TEXT,
  BOOLEAN;

  private static final Pattern ISO_TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}.*");
  private static final Pattern DIGITS = Pattern.compile("\\d{10,19}(\\.\\d+)?");
  private static final Pattern URL_START = Pattern.compile("(?i)(https?:)?//\\S+");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?");
  private static final Pattern IPV6 = Pattern.compile("(?i)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}");
  private static final Pattern AGENT = Pattern.compile("Mozilla/.*|[\\w.-]+/\\d+(\\.\\d+)+.*");

  /** Digits of whole seconds in the times of the years 2001 to 2286. */
  private static final int SECONDS = 10;

  private static final long FROM = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();
  private static final long TO = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

  static Shape of(JsonNode value) {
    String text = value.asText();
    if (value.isBoolean()) {
      return BOOLEAN;
    }
    if (ISO_TIME.matcher(text).matches() || isUnixTime(text)) {
      return TIME;
    }
    if (value.isNumber()) {
      return NUMBER;
    }
    if (URL_START.matcher(text).matches()) {
      return URL;
    }
    if (IPV4.matcher(text).matches() || IPV6.matcher(text).matches()) {
      return IP_ADDRESS;
    }
    if (AGENT.matcher(text).matches()) {
      return USER_AGENT;
    }
    return text.matches("-?\\d+(\\.\\d+)?") ? NUMBER : TEXT;
  }

  /** Seconds, milliseconds, microseconds or nanoseconds since 1970, of this century. */
  private static boolean isUnixTime(String text) {
    if (!DIGITS.matcher(text).matches()) {
      return false;
    }
    String whole = text.replaceFirst("\\..*", "");
    if ((whole.length() - SECONDS) % 3 != 0) {
      return false;
    }
    long seconds = Long.parseLong(whole.substring(0, SECONDS));
    return seconds >= FROM && seconds < TO;
  }
}
