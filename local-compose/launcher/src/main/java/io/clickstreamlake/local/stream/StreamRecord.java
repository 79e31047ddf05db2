package io.clickstreamlake.local.stream;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A record to be sent to the stream.
 *
 * @param data bytes of its events
 * @param events number of events in it; 1 if it cannot be split
 * @param valid whether all of it is JSON
 */
record StreamRecord(byte[] data, int events, boolean valid) {

  StreamRecord {
    Objects.requireNonNull(data, "data");
    if (events < 0) {
      throw new IllegalArgumentException("events must not be negative, but is " + events);
    }
  }

  static StreamRecord of(byte[] line) {
    EventCount count = EventCount.in(line);
    return new StreamRecord(line, count.events(), count.valid());
  }

  /** Distributes records over the shards; equal bytes always get the same shard. */
  String partitionKey() {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Long.toHexString(crc.getValue());
  }

  /** The size as Kinesis counts it: data and partition key. */
  int size() {
    return data.length + partitionKey().getBytes(StandardCharsets.US_ASCII).length;
  }
}
