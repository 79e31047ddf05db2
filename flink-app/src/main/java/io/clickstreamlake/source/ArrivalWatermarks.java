package io.clickstreamlake.source;

import io.clickstreamlake.event.KinesisRecord;
import org.apache.flink.streaming.api.functions.AssignerWithPeriodicWatermarks;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Watermarks of arrival, one assigner a shard. Records of one shard come in the order of their
 * arrival, so the last arrival is the watermark; the connector takes the least of all shards.
 *
 * <p>Time in this job is arrival, not event time: de-duplication forgets by arrival, files roll by
 * processing time, and nothing waits for late events.
 */
@SuppressWarnings("deprecation") // The only form in which the connector takes watermarks by shard.
final class ArrivalWatermarks implements AssignerWithPeriodicWatermarks<KinesisRecord> {

  private static final long serialVersionUID = 1L;

  private long last = Long.MIN_VALUE;

  @Override
  public long extractTimestamp(KinesisRecord record, long previous) {
    last = Math.max(last, record.arrivalTime);
    return record.arrivalTime;
  }

  @Override
  public Watermark getCurrentWatermark() {
    return last == Long.MIN_VALUE ? null : new Watermark(last - 1);
  }
}
