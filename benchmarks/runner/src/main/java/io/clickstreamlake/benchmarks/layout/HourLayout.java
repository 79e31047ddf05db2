package io.clickstreamlake.benchmarks.layout;

import io.clickstreamlake.benchmarks.check.LakeContents;
import java.util.Map;

/**
 * What a sink leaves of an hour of events with a checkpoint every minute, and what readers make of
 * it.
 *
 * @param contents objects, bytes and rows of the table
 * @param bytesSent to S3 for them, with the headers of all requests
 * @param checkpoints how many completed
 * @param checkpointBytes in all of them
 * @param checkpointMillisMedian from the trigger to the last acknowledgement
 * @param checkpointMillisMax the longest
 * @param scannedBytes by sample query: what Trino read from S3 for it
 */
public record HourLayout(
    LakeContents contents,
    long bytesSent,
    long checkpoints,
    long checkpointBytes,
    long checkpointMillisMedian,
    long checkpointMillisMax,
    Map<String, Long> scannedBytes) {

  /** Bytes sent to S3 for each byte of the table's objects. */
  public double bytesSentPerByte() {
    return (double) bytesSent / contents.bytes();
  }

  public long scannedBytesInAll() {
    return scannedBytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
