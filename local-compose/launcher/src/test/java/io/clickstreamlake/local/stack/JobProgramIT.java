package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

  /** Started as {@code ./lake}: runs the program. */
  static final class Launcher {

    public static void main(String[] args) {
      Path testClasses =
          Path.of(JobProgramIT.class.getProtectionDomain().getCodeSource().getLocation().getPath());
      new JobProgram(
              new ProjectFiles(Path.of(args[0])),
              Endless.class.getName(),
              "endless program",
              List.of("-Xbootclasspath/a:" + testClasses))
          .stream(List.of(), input -> {}, System.out::println);
    }
  }

  @Test
  void givenAProgramThatRunsWhenTheLauncherIsTerminatedThenTheProgramEndsToo() throws Exception {
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName(),
                SharedStack.ROOT.toString())
            .redirectErrorStream(true)
            .start();
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
}
