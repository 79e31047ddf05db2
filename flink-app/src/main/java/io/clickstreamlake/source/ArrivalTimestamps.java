package io.clickstreamlake.source;

import io.clickstreamlake.event.SourceRecord;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.functions.AssignerWithPeriodicWatermarks;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * The timestamp assigner of the source: a record's timestamp is its arrival. It emits no
 * watermarks: those come from {@link ShardProgress}, because an assigner sees only records and a
 * shard can be silent. The connector requests watermarks only if an assigner is set.
 *
 * <p>The time axis of this job is arrival, not event time: de-duplication state expires by arrival,
 * files roll by processing time, and no step waits for late events.
 */
@SuppressWarnings("deprecation") // The only interface that the connector accepts.
final class ArrivalTimestamps implements AssignerWithPeriodicWatermarks<SourceRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public long extractTimestamp(SourceRecord record, long previous) {
    return record.arrivalTime;
  }

  @Override
  @Nullable
  public Watermark getCurrentWatermark() {
    return null;
  }
}
