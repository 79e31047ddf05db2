package io.clickstreamlake.benchmarks.run;

import java.io.IOException;
import java.util.List;

/**
 * The cores that peers may use. With {@code taskset}, a peer of parallelism n is pinned to the
 * first n cores, as in a container of that size: garbage collector and compiler threads cannot use
 * others, and the JVM chooses its collector for n cores.
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

  /** Pins no peer. */
  public static Cores all() {
    return new Cores(false);
  }

  /** Whether peers are pinned to their cores. */
  public boolean pinned() {
    return canPin;
  }

  /** Prefix of a peer's command line. taskset executes the peer in its own process. */
  List<String> pinning(int parallelism) {
    return canPin ? List.of("taskset", "--cpu-list", "0-" + (parallelism - 1)) : List.of();
  }
}
