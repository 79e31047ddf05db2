package io.clickstreamlake.local.archive;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The buffered records of the next object: of one shard and one hour of arrival.
 *
 * <p>Firehose puts an object into the folder of its oldest record. Here a buffer also ends with the
 * hour, so that every record is in the folder of its own hour.
 */
final class DeliveryBuffer {

  private final long targetBytes;
  private final Duration interval;
  private final List<ArchiveRecord> records = new ArrayList<>();
  private long bytes;
  private Instant opened = Instant.MAX;
  private Instant oldest = Instant.MAX;

  /**
   * @param targetBytes size at which the buffer is full, before compression, with line breaks
   * @param interval age of the first record at which the buffer is due
   */
  DeliveryBuffer(long targetBytes, Duration interval) {
    this.targetBytes = targetBytes;
    this.interval = interval;
  }

  /** Whether a record may be added to the buffered ones. */
  boolean accepts(ArchiveRecord record) {
    return records.isEmpty()
        || (bytes < targetBytes && hour(record.arrival()).equals(hour(oldest)));
  }

  void add(ArchiveRecord record, Instant now) {
    if (records.isEmpty()) {
      opened = now;
    }
    records.add(record);
    bytes += record.data().length + 1;
    if (record.arrival().isBefore(oldest)) {
      oldest = record.arrival();
    }
  }

  boolean isDue(Instant now) {
    return !records.isEmpty() && (bytes >= targetBytes || !now.isBefore(opened.plus(interval)));
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  List<ArchiveRecord> records() {
    return List.copyOf(records);
  }

  /** Arrival time of the oldest record. */
  Instant oldest() {
    return oldest;
  }

  /** Sequence number of the record that was added last. */
  Optional<String> lastSequenceNumber() {
    return records.isEmpty()
        ? Optional.empty()
        : Optional.of(records.get(records.size() - 1).sequenceNumber());
  }

  void clear() {
    records.clear();
    bytes = 0;
    opened = Instant.MAX;
    oldest = Instant.MAX;
  }

  private static Instant hour(Instant time) {
    return time.truncatedTo(ChronoUnit.HOURS);
  }
}
