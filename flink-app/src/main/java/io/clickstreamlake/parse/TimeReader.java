package io.clickstreamlake.parse;

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
 * Reads times in the formats that a mapping names, in their order, to milliseconds; finer fractions
 * are cut off.
 *
 * <ul>
 *   <li>{@code iso8601}: {@code 2026-11-20T10:15:30.123Z}, with any offset, or with none and then
 *       in the mapping's zone; a blank may stand for the T, seconds and fraction may be absent.
 *   <li>{@code epoch_seconds} (below 10^11, a fraction is allowed), {@code epoch_millis} (10^11 to
 *       10^14), {@code epoch_micros} (10^14 to 10^17): told apart by size, so a mapping may list
 *       all three. The bounds lie in the years 1973 and 5138.
 *   <li>anything else: a pattern of {@link DateTimeFormatter}, read strictly.
 * </ul>
 */
final class TimeReader {

  private static final String EXPECTED = "is not a time in one of the formats of the mapping";

  private interface Format {
    /** The time in milliseconds since the epoch, or {@link #NO_MATCH}. */
    long read(String text);
  }

  private static final long NO_MATCH = Long.MIN_VALUE;

  private final Format[] formats;

  private TimeReader(List<Format> formats) {
    this.formats = formats.toArray(new Format[0]);
  }

  /**
   * A reader of these formats.
   *
   * @throws IllegalArgumentException if one of them is neither a name nor a pattern
   */
  static TimeReader of(List<String> names, ZoneId zone) {
    List<Format> formats = new ArrayList<>();
    for (String name : names) {
      formats.add(format(name, zone));
    }
    return new TimeReader(formats);
  }

  Instant read(String text) throws InvalidValueException {
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
      case "epoch_seconds":
        return TimeReader::epochSeconds;
      case "epoch_millis":
        return text -> epoch(text, 100_000_000_000L, 100_000_000_000_000L, 1);
      case "epoch_micros":
        return text -> epoch(text, 100_000_000_000_000L, 100_000_000_000_000_000L, 1000);
      default:
        return pattern(name, zone);
    }
  }

  private static long epochSeconds(String text) {
    int dot = text.indexOf('.');
    long seconds = digits(text, text.startsWith("-") ? 1 : 0, dot < 0 ? text.length() : dot);
    if (seconds == NO_MATCH || seconds >= 100_000_000_000L) {
      return NO_MATCH;
    }
    long millis = seconds * 1000;
    if (dot >= 0) {
      if (digits(text, dot + 1, text.length()) == NO_MATCH) {
        return NO_MATCH;
      }
      millis += fractionMillis(text, dot + 1, text.length());
    }
    return text.startsWith("-") ? -millis : millis;
  }

  private static long epoch(String text, long from, long below, long perMilli) {
    long value = digits(text, 0, text.length());
    return value < from || value >= below ? NO_MATCH : value / perMilli;
  }

  /** The number that stands in text from start to end, or NO_MATCH; 18 digits at the most. */
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

  /** By hand, because most events pass here and DateTimeFormatter costs as much as the rest. */
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
        while (at < length && Character.digit(text.charAt(at), 10) >= 0) {
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

  /** Minutes of {@code Z}, {@code +01}, {@code +0100} or {@code +01:00} at the end of the text. */
  private static long offsetMinutes(String text, int at) {
    char sign = text.charAt(at);
    int left = text.length() - at;
    if ((sign == 'Z' || sign == 'z') && left == 1) {
      return 0;
    }
    if ((sign != '+' && sign != '-') || (left != 3 && left != 5 && left != 6)) {
      return NO_MATCH;
    }
    long hours = digits(text, at + 1, at + 3);
    long minutes = left == 3 ? 0 : digits(text, text.length() - 2, text.length());
    if (left == 6 && text.charAt(at + 3) != ':' || hours < 0 || minutes < 0) {
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
    return text -> {
      try {
        TemporalAccessor time =
            formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
        return toInstant(time, zone).toEpochMilli();
      } catch (DateTimeException | ArithmeticException e) {
        return NO_MATCH;
      }
    };
  }

  private static Instant toInstant(TemporalAccessor time, ZoneId zone) {
    if (time instanceof ZonedDateTime) {
      return ((ZonedDateTime) time).toInstant();
    }
    LocalDateTime local =
        time instanceof LocalDate ? ((LocalDate) time).atStartOfDay() : (LocalDateTime) time;
    return local.atZone(zone).toInstant();
  }

  /** Strict reading wants u for the year; people write y, which without an era is no year. */
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
