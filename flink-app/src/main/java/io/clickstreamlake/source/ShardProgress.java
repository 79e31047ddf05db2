package io.clickstreamlake.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The read progress of the shards of one subtask, and the resulting watermark of arrivals: no
 * future record arrived at or before it. The watermark is exact for any behavior of the shards,
 * provided that the clocks of this machine and of Kinesis differ, and arrivals within a shard are
 * out of order, by no more than the given skew:
 *
 * <ul>
 *   <li>A shard that returned records has been read up to the arrival of the last one.
 *   <li>A page without records reports its distance behind the tip of the shard. The shard has been
 *       read up to the time of the request minus this distance. Therefore empty pages far behind
 *       the tip, which Kinesis returns in long gaps, are not mistaken for an idle shard.
 *   <li>A shard that has not responded yet, for example after a restart, or that returns errors,
 *       holds back the watermark for as long as this lasts.
 *   <li>A shard that this subtask has not discovered yet, because a split or merge has just created
 *       it, contains only records that arrived after the start of the last complete shard
 *       discovery. Therefore the watermark never passes that time, not even in a subtask without
 *       shards.
 * </ul>
 *
 * <p>Every subtask lists all shards and reads its share, so the minimum of all subtasks' watermarks
 * is valid for the stream. Times are milliseconds since the epoch. Thread-safe.
 */
final class ShardProgress {

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final long skewMillis;

  /** Arrival up to which each open shard has been read. */
  private final Map<String, Long> positions = new HashMap<>();

  private long lastDiscovery = UNKNOWN;
  private long watermark = UNKNOWN;

  ShardProgress(Duration clockSkew) {
    this.skewMillis = clockSkew.toMillis();
  }

  /**
   * Records a complete shard discovery.
   *
   * @param begun its start
   * @param newShards newly found shards of this subtask
   */
  synchronized void discovered(long begun, Collection<String> newShards) {
    newShards.forEach(shard -> positions.putIfAbsent(shard, UNKNOWN));
    lastDiscovery = Math.max(lastDiscovery, begun);
  }

  /** Records that a shard has been emitted up to this arrival. */
  synchronized void read(String shard, long lastArrival) {
    positions.computeIfPresent(shard, (same, position) -> Math.max(position, lastArrival));
  }

  /**
   * Records that a shard returned a page without records.
   *
   * @param requestedAt time of the request for the page, or earlier
   * @param millisBehindLatest distance of the page behind the tip of the shard
   */
  synchronized void empty(String shard, long requestedAt, long millisBehindLatest) {
    read(shard, requestedAt - millisBehindLatest);
  }

  /** Records that a shard has been read to its end. */
  synchronized void ended(String shard) {
    positions.remove(shard);
  }

  /** Returns the watermark; {@link Long#MIN_VALUE} if unknown. */
  synchronized long watermark() {
    long minimum = lastDiscovery;
    for (long position : positions.values()) {
      minimum = Math.min(minimum, position);
    }
    if (minimum != UNKNOWN) {
      watermark = Math.max(watermark, minimum - skewMillis - 1);
    }
    return watermark;
  }
}
