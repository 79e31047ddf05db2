package io.clickstreamlake;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.enrich.EnrichOperator;
import io.clickstreamlake.parse.ParseOperator;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Validates names, values, ranges, combinations, referenced files, sinks and the required heap, and
 * reports all problems at once. It does not contact the stream.
 *
 * <p>{@link #main} is the same check as a program, for a launcher that has not started Flink yet.
 */
public final class SettingsCheck {

  private SettingsCheck() {}

  /**
   * Prints the problems of the settings that {@code --config FILE} names to standard error, as the
   * job would report them. The environment variable {@code FLINK_CONF_DIR} names the folder of
   * Flink's configuration. Unlike the job, it also requires the geo database, since a job that
   * recovers must not stop because that file is gone. Exit code: 0 if the settings are valid, 2 if
   * not.
   */
  public static void main(String[] args) throws IOException {
    try {
      ValidationErrors problems = new ValidationErrors();
      JobSettings settings =
          read(JobSettings.texts(args), GlobalConfiguration.loadConfiguration(), problems);
      EnrichOperator.checkFiles(settings, problems);
      problems.throwIfAny();
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Returns the checked settings of a run; see {@link JobSettings#texts} for where they come from.
   *
   * @param flink the cluster's configuration
   * @throws InvalidSettingsException with everything that is wrong
   */
  static JobSettings load(String[] args, ReadableConfig flink) throws IOException {
    ValidationErrors problems = new ValidationErrors();
    JobSettings settings = read(JobSettings.texts(args), flink, problems);
    problems.throwIfAny();
    return settings;
  }

  /** Parses and checks the settings; adds all errors to {@code problems}. */
  static JobSettings read(
      Map<String, String> texts, ReadableConfig flink, ValidationErrors problems) {
    JobSettings settings = JobSettings.read(texts, problems);
    problems.collect(settings::readHashKey);
    problems.collect(() -> ParseOperator.of(settings));
    problems.collect(() -> EnrichOperator.of(settings));
    if (settings.find(JobOptions.SINK_PATH).isPresent()
        && !problems.concern("sink.")
        && !problems.concern("row-group.")) {
      LakeSinks sinks = new LakeSinks(settings, JobVersion.read());
      problems.collect(sinks::events);
      problems.collect(() -> sinks.small(LakeTable.LEDGER));
    }
    problems.collect(() -> HeapRequirements.check(settings, flink));
    return settings;
  }
}
