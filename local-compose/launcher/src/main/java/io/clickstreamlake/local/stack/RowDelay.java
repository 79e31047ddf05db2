package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.JobFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time from the arrival of an event until SQL shows its row: its file rolls, the next
 * checkpoint publishes the file, and the next crawl finds its partition if it is a new one.
 *
 * @param roll the job's {@code roll.interval}
 * @param checkpoint interval of the job's checkpoints
 * @param crawl interval of the crawls; absent if it is unknown
 */
public record RowDelay(Duration roll, Duration checkpoint, Optional<Duration> crawl) {

  private static final Pattern DURATION = Pattern.compile("(\\d+) ?(ms|s|min|h|d)");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  /** Of a running job; empty if it does not show its settings. */
  static Optional<RowDelay> of(FlinkRest flink, String job, Optional<Duration> crawl) {
    JobFigures.Checkpoints checkpoints = flink.figures(job).checkpoints();
    return flink
        .jobSetting(job, "roll.interval")
        .flatMap(RowDelay::duration)
        .map(roll -> new RowDelay(roll, checkpoints.interval(), crawl));
  }

  /** As Flink formats it: {@code 10 s}. */
  static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text.trim());
    return matcher.matches()
        ? Optional.of(UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))))
        : Optional.empty();
  }

  /** The longest time that it takes if the job keeps up with the stream. */
  public Duration total() {
    return roll.plus(checkpoint).plus(crawl.orElse(Duration.ZERO));
  }

  /** A sentence for somebody who waits for rows. */
  public String sentence() {
    List<String> parts = new ArrayList<>();
    parts.add("roll.interval " + text(roll));
    parts.add("checkpoint " + text(checkpoint));
    crawl.ifPresent(interval -> parts.add("crawl " + text(interval)));
    return "Visible in SQL after at most about "
        + text(total())
        + " ("
        + String.join(", ", parts)
        + ").";
  }

  /** In the largest unit that is exact, from minutes on with one digit after the point. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 120_000) {
      return Math.round(millis / 1e3) + " s";
    }
    double minutes = millis / 60e3;
    if (minutes < 120) {
      return number(minutes) + " min";
    }
    return minutes < 48 * 60 ? number(minutes / 60) + " h" : number(minutes / 60 / 24) + " d";
  }

  private static String number(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }
}
