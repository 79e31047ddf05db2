package io.clickstreamlake.sink.model;

import java.util.Random;

/** Decides for each call of the store whether it goes wrong. */
public interface Faults {

  /**
   * @param index of the call, from 0
   * @return null if nothing goes wrong
   */
  Fault at(long index);

  static Faults none() {
    return index -> null;
  }

  /** Only one call goes wrong. */
  static Faults once(long callIndex, Fault fault) {
    return index -> index == callIndex ? fault : null;
  }

  /** Calls go wrong at random, at most so many in all. */
  static Faults random(Random random, double share, int most) {
    int[] left = {most};
    Fault[] all = Fault.values();
    return index -> {
      if (left[0] == 0 || random.nextDouble() >= share) {
        return null;
      }
      left[0]--;
      return all[random.nextInt(all.length)];
    };
  }
}
