package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphansTest {

  @TempDir private Path folder;

  @Test
  void givenProcessesWithoutPidFilesWhenEndedThenOnlyThoseOfTheStateFolderEnd() throws Exception {
    StateFolder state = new StateFolder(folder.resolve("state"));
    Process service = process("-Dlake.state=" + state.root());
    Process stream = process("--path=" + state.kinesis());
    Process other = process("-Dlake.state=" + state.root() + "-2");
    try {
      new Orphans(state).end();

      assertThat(service.isAlive()).isFalse();
      assertThat(stream.isAlive()).isFalse();
      assertThat(other.isAlive()).isTrue();
    } finally {
      for (Process process : new Process[] {service, stream, other}) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  /**
   * A shell that ignores its last arguments. Their length is that of a class path, above the 4096
   * bytes from which Java does not tell the arguments of a process apart.
   */
  private static Process process(String argument) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "echo up; read line", argument, "x.jar:".repeat(2_000))
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("up");
    return process;
  }
}
