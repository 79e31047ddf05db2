package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
  private final List<String> jvmOptions;

  /**
   * @param main class with the main method
   * @param title of the program in messages, such as {@code check of the snapshot}
   */
  JobProgram(ProjectFiles project, String main, String title) {
    this(project, main, title, List.of(JavaProcess.QUICK_START, "-XX:+UseSerialGC", "-Xmx512m"));
  }

  /** A program that does more than a check. */
  JobProgram(ProjectFiles project, String main, String title, List<String> jvmOptions) {
    this.project = project;
    this.main = main;
    this.title = title;
    this.jvmOptions = jvmOptions;
  }

  /** A program that reads or writes the tables, beside the job; its log is batch.log. */
  static JobProgram batch(ProjectFiles project, BatchLake lake, String main, String title) {
    return new JobProgram(
        project,
        main,
        title,
        List.of(
            "-Xmx1g",
            // Flink's serializers access JDK internals.
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED",
            "-Dlog4j.configurationFile=" + project.batchLogConfiguration().toUri(),
            "-Dlog.file=" + lake.log()));
  }

  /**
   * Runs the program.
   *
   * @param environment additional environment variables
   * @return the lines of its standard output
   * @throws LakeException with its standard error; that alone if it ended with {@link #PROBLEMS}
   */
  List<String> run(List<String> arguments, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("job-program", ".out");
      Path errors = Files.createTempFile("job-program", ".err");
      try {
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
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

  /** The input of a program. */
  interface Input {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Runs the program with an input, while it writes its output.
   *
   * @param lines receives the lines of its standard output as they come
   * @throws LakeException as {@link #run}; also if the input cannot be read
   */
  void stream(List<String> arguments, Input input, Consumer<String> lines) {
    stream(arguments, Map.of(), input, lines);
  }

  /**
   * As {@link #stream(List, Input, Consumer)}.
   *
   * @param environment additional environment variables
   */
  void stream(
      List<String> arguments,
      Map<String, String> environment,
      Input input,
      Consumer<String> lines) {
    try {
      Path errors = Files.createTempFile("job-program", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command(arguments)).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process program = start(builder);
      ExecutorService feeder = Executors.newSingleThreadExecutor();
      try {
        Future<?> fed = feeder.submit(() -> feed(program, input));
        try (BufferedReader output =
            new BufferedReader(
                new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
          for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.accept(line);
          }
        }
        requireSuccess(program.waitFor(), errors);
        fed.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LakeException("The " + title + " was interrupted.", e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof LakeException
            ? (LakeException) e.getCause()
            : new LakeException(
                "The input of the " + title + " failed: " + e.getCause().getMessage(), e);
      } finally {
        program.destroyForcibly();
        feeder.shutdownNow();
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new LakeException("The " + title + " cannot be run: " + e.getMessage(), e);
    }
  }

  /**
   * Starts a program that ends with this JVM, also if only this one is told to end.
   *
   * @throws IOException also if this JVM ends already
   */
  private static Process start(ProcessBuilder builder) throws IOException {
    Process program = builder.start();
    Thread hook = new Thread(program::destroyForcibly, "end-program");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      program.destroyForcibly();
      throw new IOException("this program is being ended", e);
    }
    program.onExit().thenRun(() -> remove(hook));
    return program;
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM ends.
    }
  }

  private static Void feed(Process program, Input input) throws IOException {
    try (OutputStream out = new BufferedOutputStream(program.getOutputStream(), 1 << 16)) {
      input.writeTo(out);
    } catch (IOException | UncheckedIOException e) {
      if (program.isAlive()) {
        throw e;
      }
      // The program has ended, and its exit code says why.
    }
    return null;
  }

  private List<String> command(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(jvmOptions);
    command.addAll(JavaProcess.OF_USER);
    command.addAll(List.of("-cp", project.jobJar() + ":" + project.clusterClassPath(), main));
    command.addAll(arguments);
    return command;
  }

  private void await(ProcessBuilder builder, Path errors) throws IOException {
    Process program = start(builder);
    try {
      if (!program.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new LakeException(
            "The " + title + " did not end within " + TIMEOUT_SECONDS + " seconds.");
      }
      requireSuccess(program.exitValue(), errors);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("The " + title + " was interrupted.", e);
    } finally {
      program.destroyForcibly();
    }
  }

  private void requireSuccess(int exitCode, Path errors) throws IOException {
    if (exitCode != 0) {
      String text = Files.readString(errors).strip();
      throw new LakeException(exitCode == PROBLEMS ? text : "The " + title + " failed: " + text);
    }
  }
}
