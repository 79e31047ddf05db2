package io.clickstreamlake.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** A list of elements that are drawn at random with the probability of their weights. */
final class Weighted<T> {

  private final List<T> elements;
  private final int[] upTo;

  private Weighted(List<T> elements, int[] upTo) {
    this.elements = elements;
    this.upTo = upTo;
  }

  /** {@code weight} must return a positive number for each element. */
  static <T> Weighted<T> of(List<T> elements, ToIntFunction<T> weight) {
    int[] upTo = new int[elements.size()];
    int sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += weight.applyAsInt(elements.get(i));
      upTo[i] = sum;
    }
    return new Weighted<>(new ArrayList<>(elements), upTo);
  }

  <R> Weighted<R> map(Function<T, R> mapping) {
    return new Weighted<>(new ArrayList<>(elements.stream().map(mapping).toList()), upTo);
  }

  T draw(SplittableRandom random) {
    int found = Arrays.binarySearch(upTo, random.nextInt(upTo[upTo.length - 1]) + 1);
    return elements.get(found >= 0 ? found : -found - 1);
  }
}
