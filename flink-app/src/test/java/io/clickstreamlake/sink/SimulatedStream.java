package io.clickstreamlake.sink;

import java.util.Collection;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The stream of a {@link SimulatedJob}: numbered records. Each is a row, or repeats an earlier one.
 */
final class SimulatedStream {

  private static final long START = 1_763_640_000_000L; // 2025-11-20T12:00:00Z
  private static final long MILLIS_PER_RECORD = 20_000;

  /** Records arrive out of order by less than this. */
  private static final int DISORDER = 5;

  private final boolean isPlain;

  private SimulatedStream(boolean isPlain) {
    this.isPlain = isPlain;
  }

  /** A stream that is read in order, without duplicates and watermarks. */
  static SimulatedStream plain() {
    return new SimulatedStream(true);
  }

  /** A stream of several shards, with duplicates and watermarks. */
  static SimulatedStream ofShards() {
    return new SimulatedStream(false);
  }

  boolean isPlain() {
    return isPlain;
  }

  /** The record that this one repeats; itself if it is the first. */
  long original(long record) {
    return !isPlain && record % 10 == 7 ? record - 1 : record;
  }

  /** Arrival time, in milliseconds since 1970. */
  long arrival(long record) {
    long scattered = record * 0x9E3779B97F4A7C15L >>> 1;
    return START + record * MILLIS_PER_RECORD + scattered % (DISORDER * MILLIS_PER_RECORD);
  }

  /**
   * The latest time at or before which no record will be read anymore.
   *
   * @param unread records before {@code next} that are still to be read
   * @param next the first record of which neither it nor a later one was read
   */
  long watermark(Collection<Long> unread, long next) {
    return Stream.concat(unread.stream(), LongStream.rangeClosed(next, next + DISORDER).boxed())
            .mapToLong(this::arrival)
            .min()
            .getAsLong()
        - 1;
  }
}
