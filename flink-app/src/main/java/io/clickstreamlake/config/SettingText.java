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
      return ((List<?>) value).stream().map(Object::toString).collect(Collectors.joining(";"));
    }
    if (value instanceof Map) {
      return ((Map<?, ?>) value)
          .entrySet().stream()
              .map(entry -> entry.getKey() + ":" + entry.getValue())
              .sorted()
              .collect(Collectors.joining(","));
    }
    return value.toString();
  }
}
