package io.clickstreamlake.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the shards of one subtask have been read, and so the watermark of arrivals: no record
 * that is still to come arrived at it or before. Exact, whatever the shards do, as long as the
 * clocks of this machine and of Kinesis, and the order of arrivals in a shard, differ by no more
 * than the given skew:
 *
 * <ul>
 *   <li>A shard that gave records has been read up to the arrival of the last one.
 *   <li>A page without records says how far behind the tip of the shard it lies. It was asked for
 *       at some time, so the shard has been read up to that time, less the distance. Empty pages
 *       far behind the tip, which Kinesis gives in long gaps, do not look like a shard at rest.
 *   <li>A shard that has said nothing yet, such as after a restart, or that answers with errors,
 *       holds the watermark, for however long.
 *   <li>A shard that this subtask does not know yet, because a split or a merge has just made it,
 *       holds only records that arrived after the last complete look for shards was begun. So the
 *       watermark never passes that time, in a subtask without shards neither.
 * </ul>
 *
 * <p>Every subtask looks for all shards and takes its own, so the least of all subtasks' watermarks
 * holds for the stream. Times are milliseconds since the epoch. Safe for use by many threads.
 */
final class ShardProgress {

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final long skewMillis;

  /** Up to where each shard has been read that has not ended. */
  private final Map<String, Long> positions = new HashMap<>();

  private long lastDiscovery = UNKNOWN;
  private long watermark = UNKNOWN;

  ShardProgress(Duration clockSkew) {
    this.skewMillis = clockSkew.toMillis();
  }

  /**
   * A look for shards is complete.
   *
   * @param begun when it was begun
   * @param newShards those that it found for this subtask and that were not known before
   */
  synchronized void discovered(long begun, Collection<String> newShards) {
    newShards.forEach(shard -> positions.putIfAbsent(shard, UNKNOWN));
    lastDiscovery = Math.max(lastDiscovery, begun);
  }

  /** Records of a shard have been passed on; the last one arrived at a time. */
  synchronized void read(String shard, long lastArrival) {
    positions.computeIfPresent(shard, (same, position) -> Math.max(position, lastArrival));
  }

  /**
   * A shard gave a page without records.
   *
   * @param askedAt when the page was asked for, or before
   * @param millisBehindLatest how far behind the tip of the shard the page lies
   */
  synchronized void empty(String shard, long askedAt, long millisBehindLatest) {
    read(shard, askedAt - millisBehindLatest);
  }

  /** A shard has been read to its end. */
  synchronized void ended(String shard) {
    positions.remove(shard);
  }

  /** No record to come arrived at this time or before; {@link Long#MIN_VALUE} if unknown. */
  synchronized long watermark() {
    long least = lastDiscovery;
    for (long position : positions.values()) {
      least = Math.min(least, position);
    }
    if (least != UNKNOWN) {
      watermark = Math.max(watermark, least - skewMillis - 1);
    }
    return watermark;
  }
}
