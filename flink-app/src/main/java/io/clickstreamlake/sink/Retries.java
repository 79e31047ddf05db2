package io.clickstreamlake.sink;

import java.io.Serializable;
import java.time.Duration;

/** How often, and after which pauses, the file system is asked again. The pause doubles. */
final class Retries implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int attempts;
  private final long firstPauseMillis;

  Retries(int attempts, Duration firstPause) {
    if (attempts < 1) {
      throw new IllegalArgumentException("At least one attempt, not " + attempts);
    }
    this.attempts = attempts;
    this.firstPauseMillis = firstPause.toMillis();
  }

  int attempts() {
    return attempts;
  }

  /** Waits before attempt {@code attempt + 1}; not after the last. */
  void pauseAfter(int attempt) throws InterruptedException {
    if (attempt < attempts && firstPauseMillis > 0) {
      Thread.sleep(firstPauseMillis << Math.min(attempt - 1, 10));
    }
  }
}
