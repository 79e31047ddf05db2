package io.clickstreamlake.sample;

import java.util.SplittableRandom;

/**
 * The time between two steps: log-logistic, as measured reading times are. Half of the pauses are
 * shorter than the median, some are many times as long. The square root is exact on every machine,
 * so equal seeds give equal times everywhere.
 */
final class Pause {

  /** No pause ends a visit: analytics tools do that after 30 minutes. */
  private static final long LONGEST_MILLIS = 15 * 60_000;

  private static final long SHORTEST_MILLIS = 800;

  private Pause() {}

  static long millis(long medianSeconds, SplittableRandom random) {
    double u = random.nextDouble();
    double millis = medianSeconds * 1_000 * Math.sqrt(u / (1 - u));
    return (long) Math.max(SHORTEST_MILLIS, Math.min(LONGEST_MILLIS, millis));
  }
}
