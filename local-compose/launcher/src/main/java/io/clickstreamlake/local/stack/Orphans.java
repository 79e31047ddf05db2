package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.process.ProcessGroup;
import java.util.List;

/**
 * The processes of a state folder without a pid file: the launcher was killed after it had started
 * them, and before it wrote the file. Their arguments name the state folder.
 */
final class Orphans {

  private final List<String> marks;

  Orphans(StateFolder state) {
    // JavaProcess adds the first one; Kinesalite, the only process without Java, has the second.
    this.marks = List.of("-Dlake.state=" + state.root(), "--path=" + state.kinesis());
  }

  /** Ends those that are alive. Call it after all processes with a pid file have ended. */
  void end() {
    ProcessGroup.end(
        ProcessHandle.allProcesses()
            .filter(process -> process.pid() != ProcessHandle.current().pid())
            .filter(process -> process.info().commandLine().filter(this::isMarked).isPresent())
            .toList());
  }

  /**
   * The arguments alone would not do: Java knows none of a process whose command line is longer
   * than a page of memory, as with our class paths, but only the beginning of that line.
   */
  private boolean isMarked(String commandLine) {
    return marks.stream().anyMatch(mark -> (commandLine + " ").contains(" " + mark + " "));
  }
}
