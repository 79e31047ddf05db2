package io.clickstreamlake.local.stack;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text of the variable {@code JOB_SETTINGS} of the containers: one setting of the job per line,
 * {@code roll.interval=1 min}. Blank lines and lines that begin with # are ignored.
 */
public final class JobSettingsText {

  /** Name of the variable in {@code local-compose/.env}. */
  public static final String VARIABLE = "JOB_SETTINGS";

  private JobSettingsText() {}

  /**
   * @param problems receives a message per line that is no setting
   */
  public static Map<String, String> parse(String text, List<String> problems) {
    Map<String, String> settings = new TreeMap<>();
    text.lines()
        .map(String::trim)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals < 1) {
                problems.add(
                    VARIABLE
                        + " must have one KEY=VALUE per line, but has '"
                        + line
                        + "'. Correct it in local-compose/.env.");
              } else {
                settings.put(line.substring(0, equals).trim(), line.substring(equals + 1).trim());
              }
            });
    return settings;
  }

  public static String format(Map<String, String> settings) {
    return new TreeMap<>(settings)
        .entrySet().stream()
            .map(setting -> "\n" + setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining("", "", settings.isEmpty() ? "" : "\n"));
  }
}
