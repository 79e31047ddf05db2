package io.clickstreamlake;

import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.replay.RejectedRows;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.util.TimeUtils;

/**
 * The arguments of {@link BatchCommand}.
 *
 * <pre>
 *   load --config FILE [--local CONF] PATH…
 *   fill --config FILE [--local CONF] --archive FOLDER --from TIME [--to TIME]
 *        [--archive-buffer DURATION] [--dry-run]
 *   replay --config FILE [--local CONF] [--reason REASON,…] [--from TIME] [--to TIME] [--dry-run]
 *   reprocess --config FILE [--local CONF] --former N --archive FOLDER --from TIME [--to TIME]
 *        [--archive-buffer DURATION]
 *   compare --config FILE [--local CONF] --former N --from TIME --to TIME
 *        [--archive-buffer DURATION]
 * </pre>
 *
 * A TIME is in UTC: {@code 2026-11-20}, {@code 2026-11-20T13} or {@code 2026-11-20T13:05:00Z}.
 */
final class BatchArguments {

  static final String LOAD = "load";
  static final String FILL = "fill";
  static final String REPLAY = "replay";

  static final String REPROCESS = "reprocess";
  static final String COMPARE = "compare";

  static final String CONFIG = "--config";
  static final String LOCAL = BatchProgram.LOCAL;
  private static final String ARCHIVE = "--archive";
  private static final String FROM = "--from";
  private static final String TO = "--to";
  private static final String ARCHIVE_BUFFER = "--archive-buffer";
  private static final String REASON = "--reason";
  private static final String FORMER = "--former";
  private static final String DRY_RUN = "--dry-run";

  /** The longest buffering interval of Firehose. */
  private static final Duration MAX_FIREHOSE_BUFFER = Duration.ofMinutes(15);

  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          LOAD, List.of(CONFIG, LOCAL),
          FILL, List.of(CONFIG, LOCAL, ARCHIVE, FROM, TO, ARCHIVE_BUFFER),
          REPLAY, List.of(CONFIG, LOCAL, REASON, FROM, TO),
          REPROCESS, List.of(CONFIG, LOCAL, FORMER, ARCHIVE, FROM, TO, ARCHIVE_BUFFER),
          COMPARE, List.of(CONFIG, LOCAL, FORMER, FROM, TO, ARCHIVE_BUFFER));

  final String command;
  final List<String> paths = new ArrayList<>();
  private final Map<String, String> options = new TreeMap<>();
  private boolean dryRun;

  /**
   * @throws IllegalArgumentException if they are invalid
   */
  BatchArguments(String[] args) {
    if (args.length == 0 || !OPTIONS.containsKey(args[0])) {
      throw new IllegalArgumentException(
          "the command is missing: load, fill, replay, reprocess or compare");
    }
    command = args[0];
    for (int i = 1; i < args.length; i++) {
      if (args[i].equals(DRY_RUN) && List.of(FILL, REPLAY).contains(command)) {
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
        throw new IllegalArgumentException(command + " takes options only, but got " + args[i]);
      }
    }
    if (command.equals(LOAD) && paths.isEmpty()) {
      throw new IllegalArgumentException("the files to load are missing: PATH…");
    }
    if (command.equals(REPLAY)) {
      rejectedRows();
    }
    if (command.equals(FILL)) {
      archive();
      from();
      to();
      archiveBuffer();
    }
    if (command.equals(REPROCESS)) {
      archive();
    }
    if (command.equals(REPROCESS) || command.equals(COMPARE)) {
      former();
      archiveBuffer();
      checkWholeHours();
    }
  }

  /** The ledger counts by hour, and its counts cannot be divided. */
  private void checkWholeHours() {
    Instant from = from();
    Optional<Instant> to = to();
    if (command.equals(COMPARE)) {
      required(TO);
    }
    if (to.isPresent() && !from.isBefore(to.get())) {
      throw new IllegalArgumentException(
          FROM + " " + from + " is not before " + TO + " " + to.get() + ". The end is exclusive.");
    }
    if (command.equals(COMPARE)) {
      return;
    }
    checkWholeHour(FROM, from);
    to.ifPresent(time -> checkWholeHour(TO, time));
  }

  private static void checkWholeHour(String option, Instant time) {
    if (!time.truncatedTo(ChronoUnit.HOURS).equals(time)) {
      throw new IllegalArgumentException(
          option
              + " "
              + time
              + " is not a whole hour, but the ledger counts by hour. Give "
              + time.truncatedTo(ChronoUnit.HOURS)
              + " or an hour later.");
    }
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** The rows of rejected_events to try again. */
  RejectedRows rejectedRows() {
    Instant from = option(FROM).map(text -> instant(FROM, text)).orElse(Instant.MIN);
    Instant to = to().orElse(Instant.MAX);
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          FROM + " " + from + " is not before " + TO + " " + to + ". Nothing was tried.");
    }
    Set<String> reasons = new TreeSet<>();
    for (String reason : option(REASON).map(text -> text.split(",")).orElse(new String[0])) {
      reasons.add(reason.trim());
    }
    Set<String> unknown = new TreeSet<>(reasons);
    Set<String> known = new TreeSet<>();
    for (RejectionReason reason : RejectionReason.values()) {
      known.add(reason.text());
    }
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          REASON + " " + String.join(", ", unknown) + " is not one of " + String.join(", ", known));
    }
    return new RejectedRows(reasons, from, to);
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

  /** The generation of the tables before the one that the settings name. */
  int former() {
    String text = required(FORMER);
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          FORMER + " is '" + text + "', and no number of a generation, from 1");
    }
    return Integer.parseInt(text);
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
