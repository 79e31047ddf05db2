package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Checks the settings of the job before anything starts, by the job's own code: the class {@code
 * SettingsCheck} of its jar, in a separate JVM. It takes one to two seconds.
 */
final class JobSettingsCheck {

  private static final String MAIN = "io.clickstreamlake.SettingsCheck";

  /** Generous; guards against a hang. */
  private static final long TIMEOUT_SECONDS = 120;

  private final List<String> command;
  private final Path flinkConfiguration;

  /**
   * @param settings the file that the job gets as {@code --config}
   * @param state receives the record of the settings and the columns of the tables, and may have
   *     the record of the last start
   * @param flinkConfiguration folder of {@code config.yaml}, which defines the task heap
   */
  JobSettingsCheck(
      ProjectFiles project, Path settings, Path flinkConfiguration, StateFolder state) {
    this.flinkConfiguration = flinkConfiguration;
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                JavaProcess.QUICK_START,
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                project.jobJar() + ":" + project.clusterClassPath(),
                MAIN,
                "--config",
                settings.toString(),
                "--tables",
                state.jobTables().toString(),
                "--record",
                state.startRecord().toString()));
    if (Files.exists(state.lastRecord())) {
      words.addAll(List.of("--previous", state.lastRecord().toString()));
    }
    this.command = List.copyOf(words);
  }

  /**
   * @throws LakeException with all problems of the settings, as the job reports them
   */
  void run() {
    try {
      Path output = Files.createTempFile("settings-check", ".txt");
      try {
        run(output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new LakeException("The check of the settings cannot be run: " + e.getMessage(), e);
    }
  }

  private void run(Path output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("FLINK_CONF_DIR", flinkConfiguration.toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(output.toFile());
    Process check = builder.start();
    try {
      if (!check.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || check.exitValue() != 0) {
        String problems = Files.readString(output).strip();
        throw new LakeException(
            (problems.isEmpty() ? "The check of the job's settings failed." : problems)
                + "\nNothing was started. docs/settings.md describes every setting.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("The check of the settings was interrupted.", e);
    } finally {
      check.destroyForcibly();
    }
  }
}
