package io.clickstreamlake;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.history.EffectiveSettings;
import io.clickstreamlake.history.SettingsRecord;
import io.clickstreamlake.tables.LakeTable;
import io.clickstreamlake.tables.TableColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Validates names, values, ranges, combinations, referenced files, sinks and the required heap, and
 * reports all problems at once. It does not contact the stream.
 *
 * <p>{@link #main} is the same check as a program, for a launcher that has not started Flink yet.
 */
public final class SettingsCheck {

  private static final String CONFIG = "--config";
  private static final String TABLES = "--tables";
  private static final String RECORD = "--record";
  private static final String PREVIOUS = "--previous";

  final JobSettings settings;
  final JobSteps steps;
  private final ValidationErrors problems = new ValidationErrors();

  private SettingsCheck(Map<String, String> texts, ReadableConfig flink) {
    settings = JobSettings.read(texts, problems);
    problems.collect(settings::readHashKey);
    steps = JobSteps.of(settings, problems);
    problems.collect(() -> HeapRequirements.check(settings, flink));
  }

  /**
   * Prints the problems of the settings that {@code --config FILE} names to standard error, as the
   * job would report them. The environment variable {@code FLINK_CONF_DIR} names the folder of
   * Flink's configuration. Unlike the job, it also requires the geo database, since a job that
   * recovers must not stop because that file is gone. Exit code: 0 if the settings are valid, 2 if
   * not.
   *
   * <p>With {@code --tables FILE} it then writes the columns of the tables to this file, see {@link
   * TableColumns}, and with {@code --record FILE} a {@link SettingsRecord}, with the changes since
   * the record that {@code --previous FILE} names.
   */
  public static void main(String[] args) throws IOException {
    Configuration flink = GlobalConfiguration.loadConfiguration();
    Map<String, String> options = options(args);
    try {
      SettingsCheck check =
          of(JobSettings.texts(new String[] {CONFIG, options.get(CONFIG)}), flink).withFiles();
      check.throwIfAny();
      if (options.containsKey(TABLES)) {
        TableColumns.write(check.steps.columns, Path.of(options.get(TABLES)));
      }
      if (options.containsKey(RECORD)) {
        Files.write(
            Path.of(options.get(RECORD)),
            check
                .record(
                    flink.get(CoreOptions.DEFAULT_PARALLELISM),
                    Optional.ofNullable(options.get(PREVIOUS)))
                .toBytes());
      }
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Checks the settings of a run.
   *
   * @param texts values by setting name, see {@link JobSettings#texts}
   * @param flink the cluster's configuration
   */
  static SettingsCheck of(Map<String, String> texts, ReadableConfig flink) {
    return new SettingsCheck(texts, flink);
  }

  /** Also checks the files that the enrichments read while the job runs. */
  SettingsCheck withFiles() {
    steps.enrich.checkFiles(problems);
    return this;
  }

  /**
   * Everything that determines what this run writes.
   *
   * @param previous settings of an earlier start, if there was one
   */
  EffectiveSettings effective(int parallelism, Optional<EffectiveSettings> previous) {
    return EffectiveSettings.of(
        settings, JobVersion.read(), parallelism, LakeTable.schemas(steps.columns), previous);
  }

  private SettingsRecord record(int parallelism, Optional<String> previousFile) throws IOException {
    Optional<EffectiveSettings> previous = Optional.empty();
    if (previousFile.isPresent()) {
      Path file = Path.of(previousFile.get());
      try {
        previous = Optional.of(SettingsRecord.fromBytes(Files.readAllBytes(file)).effective());
      } catch (IOException e) {
        // Without the comparison, less privacy than before would go unnoticed.
        throw new IllegalArgumentException(
            "The record of the last start, "
                + file
                + ", cannot be read: "
                + e.getMessage()
                + ". To start without a comparison, delete last-start.json beside it, and give all"
                + " settings again.",
            e);
      }
    }
    return SettingsRecord.of(effective(parallelism, previous), previous, Clock.systemUTC());
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length || !List.of(CONFIG, TABLES, RECORD, PREVIOUS).contains(args[i])) {
        throw new IllegalArgumentException(
            "usage: --config FILE [--tables FILE] [--record FILE [--previous FILE]], but got "
                + String.join(" ", args));
      }
      options.put(args[i], args[i + 1]);
    }
    if (!options.containsKey(CONFIG)) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    return options;
  }

  List<String> problems() {
    return problems.all();
  }

  /**
   * Ends the check.
   *
   * @throws InvalidSettingsException with everything that is wrong
   */
  void throwIfAny() {
    problems.throwIfAny();
  }
}
