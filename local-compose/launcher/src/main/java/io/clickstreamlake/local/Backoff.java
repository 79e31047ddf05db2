package io.clickstreamlake.local;

import java.time.Duration;

/**
 * Pauses between the attempts of an operation: each is twice as long as the one before, up to a
 * maximum.
 */
public record Backoff(Duration first, Duration max) {

  /** The pause after this one. */
  public Duration after(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(max) < 0 ? doubled : max;
  }
}
