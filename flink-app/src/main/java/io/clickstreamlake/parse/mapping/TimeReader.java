package io.clickstreamlake.parse.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The reader of times in the formats of a mapping, tried in order. The result has milliseconds;
 * finer fractions are truncated. Immutable.
 *
 * <ul>
 *   <li>{@code iso8601}: {@code 2026-11-20T10:15:30.123Z}, with any offset, or in the mapping's
 *       zone without one. A blank may replace the T and may precede the offset, which may also be
 *       {@code UTC} or {@code GMT}. Seconds and fraction are optional. A zone name in brackets
 *       after the offset, as Java writes it, is ignored.
 *   <li>{@code epoch_seconds} (below 10^11), {@code epoch_millis} (10^11 to 10^14), {@code
 *       epoch_micros} (10^14 to 10^17), {@code epoch_nanos} (10^17 to 10^20): distinguished by
 *       magnitude, so a mapping may list all four. The bounds are in the years 1973 and 5138. A
 *       fraction and an exponent are allowed: {@code 1.7951697301E9}.
 *   <li>{@code epoch}: any of these four units.
 *   <li>{@code rfc1123}: {@code Fri, 20 Nov 2026 10:15:30 GMT}.
 *   <li>anything else: a {@link DateTimeFormatter} pattern, resolved strictly.
 * </ul>
 *
 * Only the digits 0 to 9 are accepted.
 */
final class TimeReader {

  /** The names of formats, for messages. */
  static final String NAMES =
      "iso8601, rfc1123, epoch, epoch_seconds, epoch_millis, epoch_micros, epoch_nanos";

  /** No format needs more, and patterns must not be tried on a megabyte of text. */
  private static final int MAX_LENGTH = 100;

  private static final BigDecimal MICROS_PER_MILLI = BigDecimal.valueOf(1_000);
  private static final BigDecimal NANOS_PER_MILLI = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal MILLIS_PER_SECOND = BigDecimal.valueOf(1_000);

  private static final String EXPECTED = "is not a time in any format of the mapping";

  private interface Format {
    /** Returns milliseconds since the epoch, or {@link #NO_MATCH}. */
    long read(String text);
  }

  private static final long NO_MATCH = Long.MIN_VALUE;

  /** A time that every pattern must be able to write and to read. */
  private static final ZonedDateTime SAMPLE =
      ZonedDateTime.of(2026, 11, 20, 10, 15, 30, 123_000_000, ZoneOffset.UTC);

  private final Format[] formats;

  private TimeReader(List<Format> formats) {
    this.formats = formats.toArray(new Format[0]);
  }

  /**
   * Returns a reader of these formats.
   *
   * @throws IllegalArgumentException if one of them is neither a format name nor a pattern
   */
  static TimeReader of(List<String> names, ZoneId zone) {
    List<Format> formats = new ArrayList<>();
    for (String name : names) {
      formats.add(format(name, zone));
    }
    return new TimeReader(formats);
  }

  Instant read(String text) throws InvalidValueException {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidValueException(EXPECTED);
    }
    for (Format format : formats) {
      long millis = format.read(text);
      if (millis != NO_MATCH) {
        return Instant.ofEpochMilli(millis);
      }
    }
    throw new InvalidValueException(EXPECTED);
  }

  private static Format format(String name, ZoneId zone) {
    switch (name) {
      case "iso8601":
        return text -> iso8601(text, zone);
      case "rfc1123":
        return TimeReader::rfc1123;
      case "epoch":
        return TimeReader::epochOfAnyUnit;
      case "epoch_seconds":
        return TimeReader::epochSeconds;
      case "epoch_millis":
        return TimeReader::epochMillis;
      case "epoch_micros":
        return text -> epoch(text, 14, MICROS_PER_MILLI);
      case "epoch_nanos":
        return text -> epoch(text, 17, NANOS_PER_MILLI);
      default:
        return pattern(name, zone);
    }
  }

  private static long epochOfAnyUnit(String text) {
    long millis = epochSeconds(text);
    if (millis == NO_MATCH) {
      millis = epochMillis(text);
    }
    if (millis == NO_MATCH) {
      millis = epoch(text, 14, MICROS_PER_MILLI);
    }
    return millis == NO_MATCH ? epoch(text, 17, NANOS_PER_MILLI) : millis;
  }

  private static long rfc1123(String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return NO_MATCH;
    }
  }

  private static long epochSeconds(String text) {
    long seconds = digits(text, 0, text.length());
    if (seconds != NO_MATCH) {
      return seconds < 100_000_000_000L ? seconds * 1000 : NO_MATCH;
    }
    BigDecimal value = number(text);
    if (value == null || value.signum() != 0 && magnitude(value) > 11) {
      return NO_MATCH;
    }
    return value.signum() == 0 ? 0 : wholePart(value.multiply(MILLIS_PER_SECOND));
  }

  private static long epochMillis(String text) {
    long millis = digits(text, 0, text.length());
    if (millis != NO_MATCH) {
      return millis >= 100_000_000_000L && millis < 100_000_000_000_000L ? millis : NO_MATCH;
    }
    return epoch(text, 11, BigDecimal.ONE);
  }

  /**
   * Reads a number of at least 10^exponent and less than 10^(exponent + 3) as a time.
   *
   * @param perMilli units per millisecond
   */
  private static long epoch(String text, int exponent, BigDecimal perMilli) {
    BigDecimal value = number(text);
    if (value == null
        || value.signum() <= 0
        || magnitude(value) <= exponent
        || magnitude(value) > exponent + 3) {
      return NO_MATCH;
    }
    return wholePart(value.divide(perMilli));
  }

  private static long wholePart(BigDecimal value) {
    return magnitude(value) <= 0 ? 0 : value.setScale(0, RoundingMode.DOWN).longValue();
  }

  /** Digits before the decimal point; -1 for 0.05. */
  private static long magnitude(BigDecimal value) {
    return (long) value.precision() - value.scale();
  }

  /** The text as a number in JSON syntax, or null. */
  private static BigDecimal number(String text) {
    if (text.isEmpty() || text.charAt(0) == '+') {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!ValueReader.isNumberChar(text.charAt(i))) {
        return null;
      }
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The number of up to 18 digits in text from start to end, or NO_MATCH. */
  private static long digits(String text, int start, int end) {
    if (start >= end || end - start > 18) {
      return NO_MATCH;
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NO_MATCH;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static long fractionMillis(String text, int start, int end) {
    long millis = 0;
    for (int i = start; i < start + 3; i++) {
      millis = millis * 10 + (i < end ? text.charAt(i) - '0' : 0);
    }
    return millis;
  }

  /**
   * Hand-written: most events use this format, and DateTimeFormatter costs as much as the rest of
   * the parser.
   */
  private static long iso8601(String text, ZoneId zone) {
    int length = text.length();
    if (length < 16
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || "Tt ".indexOf(text.charAt(10)) < 0
        || text.charAt(13) != ':') {
      return NO_MATCH;
    }
    long year = digits(text, 0, 4);
    long month = digits(text, 5, 7);
    long day = digits(text, 8, 10);
    long hour = digits(text, 11, 13);
    long minute = digits(text, 14, 16);
    long second = 0;
    long millis = 0;
    int at = 16;
    if (at < length && text.charAt(at) == ':') {
      if (length < 19) {
        return NO_MATCH;
      }
      second = digits(text, 17, 19);
      at = 19;
      if (at < length && (text.charAt(at) == '.' || text.charAt(at) == ',')) {
        int start = ++at;
        while (at < length && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
          at++;
        }
        if (digits(text, start, at) == NO_MATCH) {
          return NO_MATCH;
        }
        millis = fractionMillis(text, start, at);
      }
    }
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
      return NO_MATCH;
    }
    try {
      LocalDate date = LocalDate.of((int) year, (int) month, (int) day);
      LocalTime time = LocalTime.of((int) hour, (int) minute, (int) second);
      long local = date.toEpochDay() * 86_400_000L + time.toSecondOfDay() * 1000L + millis;
      if (at == length) {
        return zone.equals(ZoneOffset.UTC)
            ? local
            : date.atTime(time).atZone(zone).toInstant().toEpochMilli() + millis;
      }
      long offset = offsetMinutes(text, at);
      return offset == NO_MATCH ? NO_MATCH : local - offset * 60_000;
    } catch (DateTimeException e) {
      return NO_MATCH;
    }
  }

  /**
   * Minutes of the offset at the end of the text: {@code Z}, {@code +01}, {@code +0100} or {@code
   * +01:00}.
   */
  private static long offsetMinutes(String text, int at) {
    int end = text.length();
    if (text.charAt(end - 1) == ']') {
      // 2026-11-20T10:15:30+01:00[Europe/Berlin]: only the offset is used.
      end = text.indexOf('[', at);
    }
    int from = at < end && text.charAt(at) == ' ' ? at + 1 : at;
    int length = end - from;
    if (length <= 0) {
      return NO_MATCH;
    }
    char sign = text.charAt(from);
    boolean utc =
        (sign == 'Z' || sign == 'z') && length == 1
            || length == 3 && (text.startsWith("UTC", from) || text.startsWith("GMT", from));
    if (utc) {
      return 0;
    }
    if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && length != 6)) {
      return NO_MATCH;
    }
    long hours = digits(text, from + 1, from + 3);
    long minutes = length == 3 ? 0 : digits(text, end - 2, end);
    if (length == 6 && text.charAt(from + 3) != ':' || hours < 0 || minutes < 0) {
      return NO_MATCH;
    }
    if (hours > 18 || minutes > 59) {
      return NO_MATCH;
    }
    return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  private static Format pattern(String pattern, ZoneId zone) {
    DateTimeFormatter formatter =
        DateTimeFormatter.ofPattern(yearWithoutEra(pattern), Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);
    Format format =
        text -> {
          try {
            TemporalAccessor time =
                formatter.parseBest(
                    text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
            return toInstant(time, zone).toEpochMilli();
          } catch (DateTimeException | ArithmeticException e) {
            return NO_MATCH;
          }
        };
    if (format.read(formatter.format(SAMPLE)) == NO_MATCH) {
      throw new IllegalArgumentException(
          "it has no date; write year, month and day, such as yyyy-MM-dd HH:mm:ss");
    }
    return format;
  }

  private static Instant toInstant(TemporalAccessor time, ZoneId zone) {
    if (time instanceof ZonedDateTime) {
      return ((ZonedDateTime) time).toInstant();
    }
    LocalDateTime local =
        time instanceof LocalDate ? ((LocalDate) time).atStartOfDay() : (LocalDateTime) time;
    return local.atZone(zone).toInstant();
  }

  /** Strict resolution needs u for the year; people write y, which needs an era. */
  private static String yearWithoutEra(String pattern) {
    StringBuilder changed = new StringBuilder();
    boolean quoted = false;
    for (char c : pattern.toCharArray()) {
      quoted ^= c == '\'';
      changed.append(c == 'y' && !quoted ? 'u' : c);
    }
    return changed.toString();
  }
}
