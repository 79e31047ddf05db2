package io.clickstreamlake.check;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that finds rows with the same identity which arrived within the window of
 * de-duplication. It runs on a stream keyed by {@link #key}, in BATCH mode: the rows of a key
 * arrive one after the other, by arrival time, sorted by Flink on disk if necessary, so the memory
 * is bounded.
 *
 * <p>Input: both halves of the identity, arrival time, number of the file. Output: one observation
 * per pair of files.
 */
final class Duplicates extends AbstractStreamOperator<Observation>
    implements OneInputStreamOperator<Tuple4<Long, Long, Long, Integer>, Observation>,
        BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** Pairs of files that are counted before the counts are passed on. */
  private static final int MAX_PAIRS = 10_000;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private final long windowMillis;

  private transient boolean hasKey;
  private transient long key;

  /** The last row of each identity with the current key, by the second half of the identity. */
  private transient Map<Long, Tuple4<Long, Long, Long, Integer>> last;

  private transient Map<Long, Observation> pairs;

  /**
   * @param windowMillis {@code dedup.window}
   */
  Duplicates(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  /** Both halves: one id with thousands of different contents is no group of its own. */
  static long key(Tuple4<Long, Long, Long, Integer> row) {
    return row.f0 ^ row.f1 * FACTOR;
  }

  @Override
  public void open() throws Exception {
    super.open();
    last = new HashMap<>();
    pairs = new HashMap<>();
  }

  @Override
  public void processElement(StreamRecord<Tuple4<Long, Long, Long, Integer>> element) {
    Tuple4<Long, Long, Long, Integer> row = element.getValue();
    if (!hasKey || key(row) != key) {
      last.clear();
      hasKey = true;
      key = key(row);
    }
    Tuple4<Long, Long, Long, Integer> before = last.put(row.f1, row);
    if (before != null && row.f2 - before.f2 < windowMillis) {
      count(Math.min(before.f3, row.f3), Math.max(before.f3, row.f3));
    }
  }

  private void count(int one, int other) {
    pairs.computeIfAbsent(
            (long) one << Integer.SIZE | other,
            pair -> {
              Observation first = Observation.finding(FindingKind.DUPLICATE_EVENT, other, "");
              first.otherFile = one;
              return first;
            })
        .rows++;
    if (pairs.size() > MAX_PAIRS) {
      post();
    }
  }

  @Override
  public void endInput() {
    post();
  }

  private void post() {
    pairs.values().forEach(pair -> output.collect(new StreamRecord<>(pair)));
    pairs.clear();
  }
}
