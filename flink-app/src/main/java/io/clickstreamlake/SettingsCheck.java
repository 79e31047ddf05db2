package io.clickstreamlake;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.tables.TableColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
   * <p>{@code --config FILE --tables OUTPUT} also writes the columns of the tables to a file, see
   * {@link TableColumns}.
   */
  public static void main(String[] args) throws IOException {
    try {
      boolean tables = args.length == 4 && args[2].equals("--tables");
      String[] settings = tables ? Arrays.copyOf(args, 2) : args;
      SettingsCheck check =
          of(JobSettings.texts(settings), GlobalConfiguration.loadConfiguration()).withFiles();
      check.throwIfAny();
      if (tables) {
        TableColumns.write(check.steps.columns, Path.of(args[3]));
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
