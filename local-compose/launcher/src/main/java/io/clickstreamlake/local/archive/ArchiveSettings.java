package io.clickstreamlake.local.archive;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of the raw archive.
 *
 * @param deliveryStream first part of each object's name
 * @param bufferBytes size at which an object is written, before compression
 * @param bufferInterval age of the first record at which an object is written
 * @param retryFor how long an object is retried that S3 refuses
 */
public record ArchiveSettings(
    String deliveryStream, long bufferBytes, Duration bufferInterval, Duration retryFor) {

  /** The default buffer hints of Firehose. */
  public static final long DEFAULT_BUFFER_MIB = 5;

  public static final Duration DEFAULT_BUFFER_INTERVAL = Duration.ofSeconds(60);

  /** The default retry duration of Firehose. */
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
