package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.Option;

/** The options {@code --days} and {@code --end}: the time range of events of the past. */
final class DaysOption {

  /** Ten years; more would mostly be partitions without an event. */
  private static final int MAX_DAYS = 3_653;

  @Option(
      names = "--days",
      paramLabel = "N",
      description =
          "Events of N days instead of now: with nights and weekends, visitors who come back over"
              + " weeks, and refunds")
  private Integer days;

  @Option(
      names = "--end",
      paramLabel = "TIME",
      description = "End of the N days, such as 2026-11-20 or 2026-11-20T12:00:00Z. Default: now")
  private String end;

  /** A time range; {@code to} is exclusive. */
  record Range(Instant from, Instant to) {}

  boolean isGiven() {
    requireDaysWithEnd();
    return days != null;
  }

  int days() {
    if (days < 1 || days > MAX_DAYS) {
      throw new LakeException("--days must be from 1 to " + MAX_DAYS + ", but is " + days + ".");
    }
    return days;
  }

  /**
   * The range before {@code --end}, in whole seconds.
   *
   * @param now its end without {@code --end}
   */
  Range range(Instant now) {
    Instant to = end == null ? Instant.ofEpochSecond(now.getEpochSecond()) : parse(end);
    return new Range(to.minus(Duration.ofDays(days())), to);
  }

  /**
   * The range for events that are sent.
   *
   * @throws LakeException if it ends in the future: the job would reject its last events
   */
  Range past(Instant now) {
    Range range = range(now);
    if (range.to().isAfter(now)) {
      throw new LakeException(
          "--end "
              + end
              + " is in the future, and the job rejects events of the future (time.max-future)."
              + " Choose an earlier end.");
    }
    return range;
  }

  private void requireDaysWithEnd() {
    if (end != null && days == null) {
      throw new LakeException("--end " + end + " is the end of --days N, which is missing.");
    }
  }

  private static Instant parse(String text) {
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new LakeException(
          "--end must be a date or a time with its zone, such as 2026-11-20 or"
              + " 2026-11-20T12:00:00Z, but is '"
              + text
              + "'.",
          e);
    }
  }
}
