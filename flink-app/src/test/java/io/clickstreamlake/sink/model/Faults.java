package io.clickstreamlake.sink.model;

import java.util.Random;

/** Decides per call of the store whether a fault occurs. */
public interface Faults {

  /**
   * @param index of the call, from 0
   * @return null if no fault occurs
   */
  Fault at(long index);

  static Faults none() {
    return index -> null;
  }

  /** A fault at a single call. */
  static Faults once(long callIndex, Fault fault) {
    return index -> index == callIndex ? fault : null;
  }

  /**
   * A crash of a process with many threads: after it, no call of any of them has an effect.
   *
   * @param afterEffect whether the call itself still has its effect
   */
  static Faults crash(long callIndex, boolean afterEffect) {
    Fault first = afterEffect ? Fault.CRASH_AFTER : Fault.CRASH_BEFORE;
    return index -> index < callIndex ? null : index == callIndex ? first : Fault.CRASH_BEFORE;
  }

  /**
   * Random faults.
   *
   * @param probability of a fault per call
   * @param maximum number of faults in total
   */
  static Faults random(Random random, double probability, int maximum) {
    int[] left = {maximum};
    Fault[] all = Fault.values();
    return index -> {
      if (left[0] == 0 || random.nextDouble() >= probability) {
        return null;
      }
      left[0]--;
      return all[random.nextInt(all.length)];
    };
  }
}
