package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the job's jar besides the job itself, in a separate JVM, so that a check before the
 * start uses the job's own code. It takes one to two seconds.
 */
final class JobProgram {

  /** Generous; guards against a hang. */
  private static final long TIMEOUT_SECONDS = 120;

  /** Exit code of a program that did its work and reports problems for a person. */
  private static final int PROBLEMS = 2;

  private final ProjectFiles project;
  private final String main;
  private final String title;

  /**
   * @param main class with the main method
   * @param title of the program in messages, such as {@code check of the snapshot}
   */
  JobProgram(ProjectFiles project, String main, String title) {
    this.project = project;
    this.main = main;
    this.title = title;
  }

  /**
   * Runs the program.
   *
   * @param environment additional environment variables
   * @return the lines of its standard output
   * @throws LakeException with its standard error; that alone if it ended with {@link #PROBLEMS}
   */
  List<String> run(List<String> arguments, Map<String, String> environment) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                JavaProcess.QUICK_START,
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                project.jobJar() + ":" + project.clusterClassPath(),
                main));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("job-program", ".out");
      Path errors = Files.createTempFile("job-program", ".err");
      try {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        await(builder.redirectOutput(output.toFile()).redirectError(errors.toFile()), errors);
        return Files.readAllLines(output);
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new LakeException("The " + title + " cannot be run: " + e.getMessage(), e);
    }
  }

  private void await(ProcessBuilder builder, Path errors) throws IOException {
    Process program = builder.start();
    try {
      if (!program.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new LakeException(
            "The " + title + " did not end within " + TIMEOUT_SECONDS + " seconds.");
      }
      if (program.exitValue() != 0) {
        String text = Files.readString(errors).strip();
        throw new LakeException(
            program.exitValue() == PROBLEMS ? text : "The " + title + " failed: " + text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("The " + title + " was interrupted.", e);
    } finally {
      program.destroyForcibly();
    }
  }
}
