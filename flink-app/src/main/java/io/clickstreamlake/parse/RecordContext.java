package io.clickstreamlake.parse;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.time.Instant;

/** The origin, arrival and processing time that all events of one record share. */
final class RecordContext {

  final Origin origin;

  /** When the source received the record, milliseconds since the epoch. */
  final long arrivalMillis;

  /** Time of processing. */
  final Instant now;

  private RecordContext(Origin origin, long arrivalMillis, Instant now) {
    this.origin = origin;
    this.arrivalMillis = arrivalMillis;
    this.now = now;
  }

  static RecordContext of(SourceRecord record, Instant now) {
    return new RecordContext(record.origin, record.arrivalTime, now);
  }
}
