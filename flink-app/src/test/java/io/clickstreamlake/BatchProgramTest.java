package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.sink.BatchRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a program, each time in a JVM of its own. */
class BatchProgramTest {

  /** Less than the thread of the program lives. */
  private static final long SECONDS_TO_END = 30;

  @TempDir private Path folder;

  @Test
  void givenAProgramInItsOwnJvmWhenItEndsThenNoThreadKeepsTheJvm() throws Exception {
    assertThat(exitCode("ends", "--local", "conf")).isZero();
    assertThat(exitCode("invalid", "--local", "conf")).isEqualTo(2);
    assertThat(errors()).isEqualTo("the path is missing");
    assertThat(exitCode("refused", "--local", "conf")).isEqualTo(2);
    assertThat(errors()).isEqualTo("another run came in between");
    assertThat(exitCode("fails", "--local", "conf")).isEqualTo(1);
    assertThat(errors()).contains("IOException: the disk is full");
  }

  @Test
  void givenAProgramOfAClusterWhenItFailsThenFlinkSeesTheFailure() throws Exception {
    assertThat(exitCode("fails")).isEqualTo(3);
    assertThat(exitCode("ends")).isEqualTo(4);
  }

  /** A program that leaves a thread behind, as Flink's writers to S3 do for a minute. */
  static final class Program {

    public static void main(String[] args) {
      Thread idle =
          new Thread(
              () -> {
                try {
                  TimeUnit.MINUTES.sleep(1);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      idle.start();
      try {
        BatchProgram.run(args, () -> end(args[0]));
      } catch (Exception e) {
        Runtime.getRuntime().halt(3);
      }
      Runtime.getRuntime().halt(4);
    }

    private static void end(String how) throws Exception {
      switch (how) {
        case "invalid":
          throw new IllegalArgumentException("the path is missing");
        case "refused":
          // Flink wraps what a task throws.
          throw new RuntimeException(new BatchRefusedException("another run came in between"));
        case "fails":
          throw new IOException("the disk is full");
        default:
          break;
      }
    }
  }

  private int exitCode(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(List.of(arguments));
    Process program =
        new ProcessBuilder(command)
            .redirectError(folder.resolve("errors.txt").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(program.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)).as("ended").isTrue();
      return program.exitValue();
    } finally {
      program.destroyForcibly();
    }
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors.txt")).strip();
  }
}
