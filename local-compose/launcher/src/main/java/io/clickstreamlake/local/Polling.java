package io.clickstreamlake.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Repeats a check until it passes or the time is over.
 *
 * @param subject what is waited for, for the message of an interruption
 * @param interval pause between two checks
 */
public record Polling(String subject, Duration interval) {

  public Polling {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(interval, "interval");
  }

  /** A check that is repeated; what it throws ends the wait. */
  @FunctionalInterface
  public interface Check {
    boolean passes() throws InterruptedException;
  }

  /**
   * Returns when the check passes, or when it has failed at the end of the timeout.
   *
   * @return whether it passed
   * @throws LakeException if this thread is interrupted
   */
  public boolean until(Duration timeout, Check check) {
    Instant deadline = Instant.now().plus(timeout);
    try {
      while (!check.passes()) {
        if (Instant.now().isAfter(deadline)) {
          return false;
        }
        Thread.sleep(interval.toMillis());
      }
      return true;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Returns when a value is complete, or when it has not changed for some time.
   *
   * @param patience time without a change after which no change is expected any more
   * @param progress receives each value that is not complete
   * @return the last value
   * @throws LakeException if this thread is interrupted
   */
  public <T> T whileChanging(
      Duration patience, Supplier<T> value, Predicate<T> complete, Consumer<T> progress) {
    Instant lastChange = Instant.now();
    T last = null;
    try {
      while (true) {
        T now = value.get();
        if (!now.equals(last)) {
          lastChange = Instant.now();
          last = now;
        }
        if (complete.test(now) || Instant.now().isAfter(lastChange.plus(patience))) {
          return now;
        }
        progress.accept(now);
        Thread.sleep(interval.toMillis());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private LakeException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LakeException("Interrupted while waiting for " + subject + ".", e);
  }
}
