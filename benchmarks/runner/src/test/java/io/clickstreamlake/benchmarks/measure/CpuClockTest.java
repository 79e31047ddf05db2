package io.clickstreamlake.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuClockTest {

  @Test
  void givenAProcessThatComputesWhenItsTimeIsReadThenItIncreasesByTheTimeUsed() throws Exception {
    // The shell starts a child that computes for a while and exits; then the shell waits.
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; echo done; read line")
            .start();
    try {
      assertThat(shell.inputReader().readLine()).isEqualTo("done");

      double seconds = CpuClock.seconds(shell.toHandle());

      // The child has exited: only its parent's counters include its time.
      assertThat(seconds).isGreaterThan(0.02);
      assertThat(seconds).isLessThanOrEqualTo(CpuClock.machineSeconds());
    } finally {
      shell.destroyForcibly();
    }
  }
}
