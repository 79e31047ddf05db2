package io.clickstreamlake.config;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** The README's table of settings, made from {@link JobOptions}. */
final class OptionsTable {

  static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- options: begin -->\n";
  private static final String END = "<!-- options: end -->";

  private OptionsTable() {}

  /** Writes the table into the README. */
  static void update() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    Files.writeString(
        README, readme.substring(0, begin) + markdown() + readme.substring(readme.indexOf(END)));
  }

  /** What stands in the README now. */
  static String inReadme() throws IOException {
    String readme = Files.readString(README);
    return readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END));
  }

  static String markdown() {
    StringBuilder table =
        new StringBuilder("| setting | type | default | meaning |\n|---|---|---|---|\n");
    for (Field field : JobOptions.fields()) {
      ConfigOption<?> option = JobOptions.valueOf(field);
      table.append(
          String.format(
              "| `%s` | %s | %s | %s |%n",
              option.key(),
              type(((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]),
              defaultOf(option),
              JobOptions.meaning(option).replace("|", "\\|")));
    }
    return table.toString();
  }

  private static String type(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return parameterized.getRawType() == Map.class ? "map" : "list";
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .map(value -> "`" + value + "`")
          .collect(Collectors.joining(", "));
    }
    return plain == Duration.class
        ? "duration"
        : plain == MemorySize.class ? "size" : plain.getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String defaultOf(ConfigOption<?> option) {
    Object value = option.defaultValue();
    if (value == null || value instanceof List<?> list && list.isEmpty()) {
      return "";
    }
    if (value instanceof Duration duration) {
      return "`" + TimeUtils.formatWithHighestUnit(duration) + "`";
    }
    if (value instanceof List<?> list) {
      return "`" + list.stream().map(Object::toString).collect(Collectors.joining(";")) + "`";
    }
    if (value instanceof Map<?, ?> map) {
      return "`"
          + map.entrySet().stream()
              .map(entry -> entry.getKey() + ":" + entry.getValue())
              .sorted()
              .collect(Collectors.joining(","))
          + "`";
    }
    return "`" + value + "`";
  }
}
