package io.clickstreamlake.benchmarks.layout;

import io.clickstreamlake.benchmarks.check.LakeContents;
import java.util.Map;

/**
 * Output of a sink for an hour of events with a checkpoint every minute, and what readers scan.
 *
 * @param contents objects, bytes and rows of the table
 * @param bytesSent bytes sent to S3, with the headers of all requests
 * @param checkpoints number of completed checkpoints
 * @param checkpointBytes size of all of them
 * @param checkpointMillisMedian median time from the trigger to the last acknowledgement
 * @param checkpointMillisMax maximum of that time
 * @param scannedBytes bytes that Trino read from S3, by sample query
 */
public record HourLayout(
    LakeContents contents,
    long bytesSent,
    long checkpoints,
    long checkpointBytes,
    long checkpointMillisMedian,
    long checkpointMillisMax,
    Map<String, Long> scannedBytes) {

  /** Bytes sent to S3 per byte of the table's objects. */
  public double bytesSentPerByte() {
    return (double) bytesSent / contents.bytes();
  }

  public long scannedBytesInAll() {
    return scannedBytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
