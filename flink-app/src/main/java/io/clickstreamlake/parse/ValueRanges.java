package io.clickstreamlake.parse;

import java.util.ArrayList;
import java.util.List;

/**
 * The places of values in a text, up to a maximum number; the others are one range, the rest. Not
 * thread-safe.
 */
final class ValueRanges {

  private final int limit;
  private final List<int[]> ranges = new ArrayList<>();
  private int[] rest;

  ValueRanges(int limit) {
    this.limit = limit;
  }

  void add(int start, int end) {
    if (ranges.size() < limit) {
      ranges.add(new int[] {start, end});
    } else if (rest == null) {
      rest = new int[] {start, end};
    } else {
      rest[1] = end;
    }
  }

  /** Start and end of each value. */
  List<int[]> ranges() {
    return ranges;
  }

  /** Start and end of the values beyond the maximum, or null if there are none. */
  int[] rest() {
    return rest;
  }
}
