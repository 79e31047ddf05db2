package io.clickstreamlake.benchmarks.run;

import java.io.IOException;
import java.util.List;

/**
 * The cores that peers may use. Where {@code taskset} is there, a peer of parallelism n gets the
 * first n cores only, as a container of that size would: garbage collector and compiler threads
 * cannot take others, and the JVM chooses its collector for n cores.
 */
public final class Cores {

  private final boolean canPin;

  private Cores(boolean canPin) {
    this.canPin = canPin;
  }

  public static Cores detect() {
    try {
      Process taskset =
          new ProcessBuilder("taskset", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Cores(taskset.waitFor() == 0);
    } catch (IOException e) {
      return new Cores(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Cores(false);
    }
  }

  /** Holds no peer. */
  public static Cores all() {
    return new Cores(false);
  }

  /** Whether peers are held on their cores. */
  public boolean pinned() {
    return canPin;
  }

  /**
   * What comes before the command line of a peer. taskset becomes the peer: no process of its own.
   */
  List<String> pinning(int parallelism) {
    return canPin ? List.of("taskset", "--cpu-list", "0-" + (parallelism - 1)) : List.of();
  }
}
