package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The separate JVM of a program of the job's jar. */
class JobProgramIT {

  /** Started as the program: prints its process id, and does not end. */
  static final class Endless {

    public static void main(String[] args) throws InterruptedException {
      System.out.println(ProcessHandle.current().pid());
      Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
  }

  /** Started as {@code ./lake}: runs the program, with an argument also while it is ended. */
  static final class Launcher {

    public static void main(String[] args) {
      if (args.length == 1) {
        run(args[0], List.of());
      } else {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> run(args[0], List.of(args[1]))));
      }
    }

    private static void run(String root, List<String> arguments) {
      Path testClasses =
          Path.of(JobProgramIT.class.getProtectionDomain().getCodeSource().getLocation().getPath());
      new JobProgram(
              new ProjectFiles(Path.of(root)),
              Endless.class.getName(),
              "endless program",
              List.of("-Xbootclasspath/a:" + testClasses))
          .stream(arguments, input -> {}, System.out::println);
    }
  }

  @Test
  void givenAProgramThatRunsWhenTheLauncherIsTerminatedThenTheProgramEndsToo() throws Exception {
    Process launcher = launch(SharedStack.ROOT.toString());
    ProcessHandle program = null;
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8))) {
      program = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
      assertThat(program.isAlive()).isTrue();

      launcher.destroy();

      ProcessHandle started = program;
      await().atMost(Duration.ofSeconds(30)).until(() -> !started.isAlive());
    } finally {
      launcher.destroyForcibly();
      if (program != null) {
        program.destroyForcibly();
      }
    }
  }

  @Test
  void givenALauncherThatEndsWhenItStartsAProgramThenTheProgramDoesNotStay() throws Exception {
    String mark = "mark-" + UUID.randomUUID();
    Process launcher = launch(SharedStack.ROOT.toString(), mark);
    try {
      String output = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output).contains("this program is being ended");
      assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ProcessHandle.allProcesses().noneMatch(process -> hasMark(process, mark)));
    } finally {
      launcher.destroyForcibly();
      ProcessHandle.allProcesses()
          .filter(process -> hasMark(process, mark))
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean hasMark(ProcessHandle process, String mark) {
    return process.info().commandLine().orElse("").contains(mark);
  }

  private static Process launch(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
