package io.clickstreamlake.benchmarks.measure;

import java.util.Arrays;
import java.util.Collection;

/** Median and range of a few measured values. */
public record Spread(double median, double min, double max) {

  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values, so no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow());
  }

  /** Width of the range as a share of the median. */
  public double relativeWidth() {
    return median == 0 ? 0 : (max - min) / median;
  }
}
