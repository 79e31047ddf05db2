package io.clickstreamlake.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.util.TimeUtils;

/**
 * The text of a setting's value, in the syntax of the settings. Equal values have equal texts: 60
 * min and 1 h are both {@code 1 h}.
 */
final class SettingText {

  private SettingText() {}

  static String of(Object value) {
    if (value instanceof Duration) {
      return TimeUtils.formatWithHighestUnit((Duration) value);
    }
    if (value instanceof List) {
      return ((List<?>) value)
          .stream().map(element -> quoted(element, ";")).collect(Collectors.joining(";"));
    }
    if (value instanceof Map) {
      return ((Map<?, ?>) value)
          .entrySet().stream()
              .map(entry -> quoted(entry.getKey(), ":") + ":" + quoted(entry.getValue(), ":"))
              .map(entry -> quoted(entry, ","))
              .sorted()
              .collect(Collectors.joining(","));
    }
    return value.toString();
  }

  /** In single quotes if Flink would read the text differently without them. */
  private static String quoted(Object value, String delimiter) {
    String text = value.toString();
    boolean isPlain =
        text.chars().noneMatch(c -> (delimiter + "'\"").indexOf(c) >= 0)
            && text.equals(text.trim());
    return isPlain ? text : "'" + text.replace("'", "''") + "'";
  }
}
