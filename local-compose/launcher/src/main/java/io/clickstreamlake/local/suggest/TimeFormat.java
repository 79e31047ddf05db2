package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The formats of times, in the words of a mapping. */
final class TimeFormat {

  static final String ISO_8601 = "iso8601";
  static final String EPOCH = "epoch";
  static final String DAY = "yyyy-MM-dd";

  private static final Map<Pattern, String> FORMATS = new LinkedHashMap<>();

  static {
    String clock = " \\d{2}:\\d{2}";
    add(
        "\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d+)?)?"
            + "( ?(Z|z|UTC|GMT|[+-]\\d{2}(:?\\d{2})?))?(\\[[^\\]]+\\])?",
        ISO_8601);
    add("[A-Z][a-z]{2}, \\d{1,2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT", "rfc1123");
    add("\\d{2}\\.\\d{2}\\.\\d{4}" + clock, "dd.MM.yyyy HH:mm");
    add("\\d{2}\\.\\d{2}\\.\\d{4}" + clock + ":\\d{2}", "dd.MM.yyyy HH:mm:ss");
    add("(1[3-9]|2\\d|3[01])/\\d{2}/\\d{4}" + clock, "dd/MM/yyyy HH:mm");
    add("(1[3-9]|2\\d|3[01])/\\d{2}/\\d{4}" + clock + ":\\d{2}", "dd/MM/yyyy HH:mm:ss");
    add("\\d{2}/\\d{2}/\\d{4}" + clock, "MM/dd/yyyy HH:mm");
    add("\\d{2}/\\d{2}/\\d{4}" + clock + ":\\d{2}", "MM/dd/yyyy HH:mm:ss");
    add("\\d{4}/\\d{2}/\\d{2}" + clock, "yyyy/MM/dd HH:mm");
    add("\\d{4}/\\d{2}/\\d{2}" + clock + ":\\d{2}", "yyyy/MM/dd HH:mm:ss");
    add("\\d{8}T\\d{6}(Z|[+-]\\d{2})", "yyyyMMdd'T'HHmmssX");
    add("\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} [+-]\\d{4}", "dd/MMM/yyyy:HH:mm:ss Z");
    add("\\d{4}-\\d{2}-\\d{2}", DAY);
  }

  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?([eE]\\+?\\d{1,2})?");

  private static final BigDecimal FROM = seconds("2005-01-01T00:00:00Z");
  private static final BigDecimal TO = seconds("2100-01-01T00:00:00Z");

  /** Powers of ten of the units, by which a second is divided. */
  private static final int[] UNITS = {0, 3, 6, 9};

  private TimeFormat() {}

  private static void add(String text, String format) {
    FORMATS.put(Pattern.compile(text), format);
  }

  private static BigDecimal seconds(String time) {
    return BigDecimal.valueOf(Instant.parse(time).getEpochSecond());
  }

  /** The format of a value; empty if it does not look like a time or a day. */
  static Optional<String> of(JsonNode value) {
    String text = value.asText();
    if (text.length() > 60 || value.isBoolean()) {
      return Optional.empty();
    }
    if (NUMBER.matcher(text).matches() && isEpoch(new BigDecimal(text))) {
      return Optional.of(EPOCH);
    }
    return FORMATS.entrySet().stream()
        .filter(format -> format.getKey().matcher(text).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Whether a number is a time of this century in one of the units. */
  private static boolean isEpoch(BigDecimal number) {
    for (int unit : UNITS) {
      BigDecimal seconds = number.movePointLeft(unit);
      if (seconds.compareTo(FROM) >= 0 && seconds.compareTo(TO) < 0) {
        return true;
      }
    }
    return false;
  }

  /** The formats in the order in which a mapping tries them, as a list in YAML. */
  static String list(Collection<String> formats) {
    List<String> ordered = new ArrayList<>();
    for (String known : List.of(ISO_8601, EPOCH, "rfc1123")) {
      if (formats.contains(known)) {
        ordered.add(known);
      }
    }
    FORMATS.values().stream()
        .filter(format -> formats.contains(format) && !ordered.contains(format))
        // Days above 12 say which of the two numbers is the day.
        .filter(format -> !formats.contains(format.replace("MM/dd", "dd/MM")) || isDayFirst(format))
        .forEach(format -> ordered.add(format));
    return "["
        + String.join(
            ", ",
            ordered.stream()
                .map(format -> format.matches("\\w+") ? format : "\"" + format + "\"")
                .toList())
        + "]";
  }

  private static boolean isDayFirst(String format) {
    return !format.startsWith("MM/dd");
  }
}
