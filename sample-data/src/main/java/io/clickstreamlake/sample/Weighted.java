package io.clickstreamlake.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/** Things of which one is drawn, each as often as its weight says. */
final class Weighted<T> {

  private final List<T> things;
  private final int[] upTo;

  private Weighted(List<T> things, int[] upTo) {
    this.things = things;
    this.upTo = upTo;
  }

  /** {@code weight} gives a positive number for each thing. */
  static <T> Weighted<T> of(List<T> things, ToIntFunction<T> weight) {
    int[] upTo = new int[things.size()];
    int sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += weight.applyAsInt(things.get(i));
      upTo[i] = sum;
    }
    return new Weighted<>(new ArrayList<>(things), upTo);
  }

  T draw(SplittableRandom random) {
    int found = Arrays.binarySearch(upTo, random.nextInt(upTo[upTo.length - 1]) + 1);
    return things.get(found >= 0 ? found : -found - 1);
  }
}
