package io.clickstreamlake.local.archive;

import java.time.Duration;
import java.util.Objects;

/**
 * How objects are made.
 *
 * @param deliveryStream first part of every object's name
 * @param bufferBytes size at which an object is written, before compression
 * @param bufferInterval age at which an object is written, from its first record on
 * @param retryFor how long S3 is asked again if it refuses an object
 */
public record ArchiveSettings(
    String deliveryStream, long bufferBytes, Duration bufferInterval, Duration retryFor) {

  /** Firehose's buffer hints, unless others are given. */
  public static final long DEFAULT_BUFFER_MIB = 5;

  public static final Duration DEFAULT_BUFFER_INTERVAL = Duration.ofSeconds(60);

  /** As Firehose retries a destination unless it is told otherwise. */
  public static final Duration DEFAULT_RETRY_FOR = Duration.ofMinutes(5);

  public ArchiveSettings {
    Objects.requireNonNull(deliveryStream, "deliveryStream");
    if (bufferBytes < 1) {
      throw new IllegalArgumentException("bufferBytes must be at least 1, but is " + bufferBytes);
    }
    if (bufferInterval.isNegative() || bufferInterval.isZero()) {
      throw new IllegalArgumentException(
          "bufferInterval must be positive, but is " + bufferInterval);
    }
    if (retryFor.isNegative()) {
      throw new IllegalArgumentException("retryFor must not be negative, but is " + retryFor);
    }
  }
}
