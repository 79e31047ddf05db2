package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The check of the job's settings before anything starts, by the job's own code. */
final class JobSettingsCheck {

  private static final String MAIN = "io.clickstreamlake.SettingsCheck";

  private final JobProgram program;
  private final StateFolder state;
  private final Path flinkConfiguration;

  /**
   * @param state receives the record of the settings and the columns of the tables, and may have
   *     the record of the last start
   * @param flinkConfiguration folder of {@code config.yaml}, which defines the task heap
   */
  JobSettingsCheck(ProjectFiles project, StateFolder state, Path flinkConfiguration) {
    this.program = new JobProgram(project, MAIN, "check of the job's settings");
    this.state = state;
    this.flinkConfiguration = flinkConfiguration;
  }

  /**
   * Checks settings.
   *
   * @param settings the file that the job gets as {@code --config}
   * @throws LakeException with all problems of the settings, as the job reports them
   */
  void run(Path settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--config",
                settings.toString(),
                "--tables",
                state.jobTables().toString(),
                "--record",
                state.startRecord().toString()));
    if (Files.exists(state.lastRecord())) {
      arguments.addAll(List.of("--previous", state.lastRecord().toString()));
    }
    try {
      program.run(arguments, Map.of("FLINK_CONF_DIR", flinkConfiguration.toString()));
    } catch (LakeException e) {
      throw new LakeException(
          e.getMessage() + "\nNothing was started. docs/settings.md describes every setting.", e);
    }
  }
}
