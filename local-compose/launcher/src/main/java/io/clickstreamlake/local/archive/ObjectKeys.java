package io.clickstreamlake.local.archive;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * The keys of objects, which follow the Firehose prefixes in {@code terraform/archive.tf}:
 *
 * <pre>
 * raw/year=2026/month=11/day=20/hour=10/clickstream-archive-1-2026-11-20-10-15-30-UUID.gz
 * raw-errors/s3-failed/year=2026/month=11/day=20/hour=10/clickstream-archive-1-…
 * </pre>
 *
 * The times are those of the oldest record of the object, UTC.
 */
final class ObjectKeys {

  /** Similar to Firehose's own splunk-failed, http-endpoint-failed and so on. */
  static final String ERROR_TYPE = "s3-failed";

  /** Firehose increments this at each change of a delivery stream; here it never changes. */
  private static final String VERSION = "1";

  private static final DateTimeFormatter FOLDER =
      format("'year='uuuu/'month='MM/'day='dd/'hour='HH/");
  private static final DateTimeFormatter TIME = format("uuuu-MM-dd-HH-mm-ss");

  private ObjectKeys() {}

  /** A new key for records; each call returns a different one. */
  static String archive(String deliveryStream, Instant oldest) {
    return "raw/" + FOLDER.format(oldest) + name(deliveryStream, oldest) + ".gz";
  }

  /** A new key for undelivered records; each call returns a different one. */
  static String errors(String deliveryStream, Instant oldest) {
    return "raw-errors/" + ERROR_TYPE + "/" + FOLDER.format(oldest) + name(deliveryStream, oldest);
  }

  private static String name(String deliveryStream, Instant oldest) {
    return deliveryStream + "-" + VERSION + "-" + TIME.format(oldest) + "-" + UUID.randomUUID();
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
