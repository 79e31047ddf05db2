package io.clickstreamlake;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.util.TimeUtils;

/**
 * The arguments of {@link BatchCommand}.
 *
 * <pre>
 *   load --config FILE [--local CONF] PATH…
 *   fill --config FILE [--local CONF] --archive FOLDER --from TIME [--to TIME]
 *        [--archive-buffer DURATION] [--dry-run]
 * </pre>
 *
 * A TIME is in UTC: {@code 2026-11-20}, {@code 2026-11-20T13} or {@code 2026-11-20T13:05:00Z}.
 */
final class BatchArguments {

  static final String LOAD = "load";
  static final String FILL = "fill";

  static final String CONFIG = "--config";
  static final String LOCAL = "--local";
  private static final String ARCHIVE = "--archive";
  private static final String FROM = "--from";
  private static final String TO = "--to";
  private static final String ARCHIVE_BUFFER = "--archive-buffer";
  private static final String DRY_RUN = "--dry-run";

  /** The longest buffering interval of Firehose. */
  private static final Duration MAX_FIREHOSE_BUFFER = Duration.ofMinutes(15);

  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          LOAD, List.of(CONFIG, LOCAL),
          FILL, List.of(CONFIG, LOCAL, ARCHIVE, FROM, TO, ARCHIVE_BUFFER));

  final String command;
  final List<String> paths = new ArrayList<>();
  private final Map<String, String> options = new TreeMap<>();
  private boolean dryRun;

  /**
   * @throws IllegalArgumentException if they are invalid
   */
  BatchArguments(String[] args) {
    if (args.length == 0 || !OPTIONS.containsKey(args[0])) {
      throw new IllegalArgumentException("the command is missing: load or fill");
    }
    command = args[0];
    for (int i = 1; i < args.length; i++) {
      if (args[i].equals(DRY_RUN) && command.equals(FILL)) {
        dryRun = true;
      } else if (args[i].startsWith("--")) {
        if (i + 1 == args.length || !OPTIONS.get(command).contains(args[i])) {
          throw new IllegalArgumentException(
              command
                  + " takes "
                  + String.join(", ", OPTIONS.get(command))
                  + ", each with a value, but got "
                  + args[i]);
        }
        options.put(args[i], args[++i]);
      } else if (command.equals(LOAD)) {
        paths.add(args[i]);
      } else {
        throw new IllegalArgumentException("fill takes options only, but got " + args[i]);
      }
    }
    if (command.equals(LOAD) && paths.isEmpty()) {
      throw new IllegalArgumentException("the files to load are missing: PATH…");
    }
    if (command.equals(FILL)) {
      archive();
      from();
      to();
      archiveBuffer();
    }
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** The folder of the archive. */
  String archive() {
    return required(ARCHIVE);
  }

  Instant from() {
    return instant(FROM, required(FROM));
  }

  Optional<Instant> to() {
    return option(TO).map(text -> instant(TO, text));
  }

  Duration archiveBuffer() {
    if (!options.containsKey(ARCHIVE_BUFFER)) {
      return MAX_FIREHOSE_BUFFER;
    }
    String text = options.get(ARCHIVE_BUFFER);
    try {
      return TimeUtils.parseDuration(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ARCHIVE_BUFFER + " is '" + text + "', and no duration such as 15 min", e);
    }
  }

  /** Whether nothing is to be written. */
  boolean isDryRun() {
    return dryRun;
  }

  private String required(String name) {
    return option(name)
        .orElseThrow(() -> new IllegalArgumentException(command + " needs the option " + name));
  }

  private static Instant instant(String option, String text) {
    try {
      if (text.length() == "2026-11-20".length()) {
        return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      if (text.endsWith("Z")) {
        return Instant.parse(text);
      }
      return LocalDateTime.parse(text.length() == "2026-11-20T13".length() ? text + ":00" : text)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          option
              + " is '"
              + text
              + "', and no time such as 2026-11-20, 2026-11-20T13 or 2026-11-20T13:05:00Z (UTC)",
          e);
    }
  }
}
