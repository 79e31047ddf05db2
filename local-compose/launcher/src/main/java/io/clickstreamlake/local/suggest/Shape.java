package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
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

  private static final Pattern URL_START = Pattern.compile("(?i)(https?:)?//\\S+");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?");

  /** All eight groups, or a gap: 10:15:30 is a time of day. */
  private static final Pattern IPV6 =
      Pattern.compile(
          "(?i)\\[?([0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}|(?=.*::)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})"
              + "(\\](:\\d+)?)?");

  private static final Pattern AGENT = Pattern.compile("Mozilla/.*|[\\w.-]+/\\d+(\\.\\d+)+.*");

  static Shape of(JsonNode value) {
    String text = value.asText();
    if (value.isBoolean()) {
      return BOOLEAN;
    }
    if (TimeFormat.of(value).filter(format -> !format.equals(TimeFormat.DAY)).isPresent()) {
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
}
