package io.clickstreamlake.source;

import io.clickstreamlake.event.SourceRecord;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.functions.AssignerWithPeriodicWatermarks;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Gives records the time of their arrival, and no watermarks: those come from {@link
 * ShardProgress}, since an assigner sees only the records and a shard can be silent. The connector
 * asks for watermarks at all only if there is an assigner.
 *
 * <p>Time in this job is arrival, not event time: de-duplication forgets by arrival, files roll by
 * processing time, and nothing waits for late events.
 */
@SuppressWarnings("deprecation") // The only form in which the connector takes it.
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
