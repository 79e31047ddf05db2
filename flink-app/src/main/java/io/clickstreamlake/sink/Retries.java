package io.clickstreamlake.sink;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retry policy for calls of the file system: number of attempts, and the pause after the first
 * attempt, which doubles per attempt. Immutable.
 */
final class Retries implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  private final int attempts;
  private final long firstPauseMillis;

  Retries(int attempts, Duration firstPause) {
    if (attempts < 1) {
      throw new IllegalArgumentException("There must be at least one attempt, not " + attempts);
    }
    this.attempts = attempts;
    this.firstPauseMillis = firstPause.toMillis();
  }

  /** A call that is repeated until it returns true. */
  @FunctionalInterface
  interface Attempt {
    boolean run() throws IOException;
  }

  /**
   * Repeats an attempt until it returns true.
   *
   * @param what the attempt does, for the log: {@code to commit a file}
   * @throws SnapshotRefusedException immediately, without another attempt
   * @throws IOException after the last attempt, with all failures
   */
  void untilDone(String what, Attempt attempt) throws IOException, InterruptedException {
    IOException failure = null;
    for (int number = 1; number <= attempts; number++) {
      try {
        if (attempt.run()) {
          return;
        }
        failure = after(failure, new IOException("The attempt succeeded, but had no effect."));
      } catch (SnapshotRefusedException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        LOG.warn("Attempt {} of {} {} failed.", number, attempts, what, e);
        failure = after(failure, e instanceof IOException ? (IOException) e : new IOException(e));
      }
      pauseAfter(number);
    }
    throw new IOException(String.format("%d attempts %s failed", attempts, what), failure);
  }

  private static IOException after(@Nullable IOException before, IOException failure) {
    if (before != null) {
      failure.addSuppressed(before);
    }
    return failure;
  }

  int attempts() {
    return attempts;
  }

  /** Waits before attempt {@code attempt + 1}; not after the last. */
  private void pauseAfter(int attempt) throws InterruptedException {
    if (attempt < attempts && firstPauseMillis > 0) {
      Thread.sleep(firstPauseMillis << Math.min(attempt - 1, 10));
    }
  }
}
