package io.clickstreamlake.local.stream;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A record on its way into the stream.
 *
 * @param data the bytes of its events
 * @param events how many events it holds; 1 if it cannot be split
 */
record StreamRecord(byte[] data, int events) {

  StreamRecord {
    Objects.requireNonNull(data, "data");
    if (events < 0) {
      throw new IllegalArgumentException("events must not be negative, but is " + events);
    }
  }

  static StreamRecord of(byte[] line) {
    return new StreamRecord(line, EventCount.in(line));
  }

  /** Spreads records over the shards, and gives the same bytes the same shard every time. */
  String partitionKey() {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Long.toHexString(crc.getValue());
  }

  /** As Kinesis counts: the data and the partition key. */
  int size() {
    return data.length + partitionKey().getBytes(StandardCharsets.US_ASCII).length;
  }
}
