package io.clickstreamlake.trial;

import io.clickstreamlake.event.IpAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a property looks like, if it looks like the value of a column: a hint that the mapping lacks
 * a path.
 */
enum ValueShape {
  URL("a URL"),
  USER_AGENT("a user agent"),
  IP_ADDRESS("an IP address"),
  TIME("a time"),
  ID("an id"),
  AMOUNT("an amount");

  private static final Pattern URL_START = Pattern.compile("(?i)https?://\\S+");
  private static final Pattern ISO_TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}.*");
  private static final Pattern UNIX_TIME = Pattern.compile("\\d{10}(\\d{3}){0,3}");

  /** A UUID, or 16 and more characters of hexadecimal digits. */
  private static final Pattern RANDOM_ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,64}");

  private static final Pattern ID_NAME = Pattern.compile("(^|.*[._-])(id|uuid|guid)$");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,12}(\\.\\d{1,4})?");
  private static final Pattern AMOUNT_NAME =
      Pattern.compile(".*(price|amount|total|revenue|cost|subtotal|tax|discount)$");

  /** Times before are more likely to be other numbers. */
  private static final long FROM = Instant.parse("2005-01-01T00:00:00Z").getEpochSecond();

  private static final long TO = Instant.parse("2100-01-01T00:00:00Z").getEpochSecond();

  private final String title;

  ValueShape(String title) {
    this.title = title;
  }

  /** The shape with its article: {@code an IP address}. */
  String title() {
    return title;
  }

  /**
   * The shape of a property; empty if it is any value.
   *
   * @param name with the names of the objects around it: {@code cart.total}
   */
  static Optional<ValueShape> of(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (URL_START.matcher(value).matches()) {
      return Optional.of(URL);
    }
    if (value.startsWith("Mozilla/")) {
      return Optional.of(USER_AGENT);
    }
    if (value.length() <= 45
        && (value.contains(".") || value.contains(":"))
        && IpAddress.parse(value) != null) {
      return Optional.of(IP_ADDRESS);
    }
    if (ISO_TIME.matcher(value).matches() || isUnixTime(value)) {
      return Optional.of(TIME);
    }
    if (RANDOM_ID.matcher(value).matches() || ID_NAME.matcher(lower).matches()) {
      return Optional.of(ID);
    }
    if (NUMBER.matcher(value).matches() && AMOUNT_NAME.matcher(lower).matches()) {
      return Optional.of(AMOUNT);
    }
    return Optional.empty();
  }

  private static boolean isUnixTime(String value) {
    if (!UNIX_TIME.matcher(value).matches()) {
      return false;
    }
    long seconds = Long.parseLong(value.substring(0, 10));
    return seconds >= FROM && seconds < TO;
  }
}
