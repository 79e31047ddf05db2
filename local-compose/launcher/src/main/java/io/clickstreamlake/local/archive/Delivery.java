package io.clickstreamlake.local.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.Backoff;
import io.clickstreamlake.sample.AggregatedRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of records to the object store, with retries.
 *
 * <p>If the store does not answer, the delivery is retried until it does, since no other object
 * could be written meanwhile. If the store refuses the object, the delivery is retried for some
 * time; then the records go to {@code raw-errors/}, so that one bad object does not block the
 * objects after it.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10));

  private final ObjectStore store;
  private final String deliveryStream;
  private final Duration retryFor;
  private final Clock clock;
  private final Pause pause;

  /** Waits between two attempts. */
  @FunctionalInterface
  interface Pause {

    /**
     * @return false if the process is ending, so that there must be no further attempt
     */
    boolean await(Duration duration);
  }

  /**
   * @param retryFor how long an object is retried that the store refuses
   */
  Delivery(ObjectStore store, String deliveryStream, Duration retryFor, Clock clock, Pause pause) {
    this.store = store;
    this.deliveryStream = deliveryStream;
    this.retryFor = retryFor;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Returns when the records are stored, in the archive or among the errors.
   *
   * @return false if they are not, because the process is ending
   */
  boolean deliver(List<ArchiveRecord> records, Instant oldest) {
    // The same keys for every attempt: an object whose response was lost is not stored twice.
    String key = ObjectKeys.archive(deliveryStream, oldest);
    String errorKey = ObjectKeys.errors(deliveryStream, oldest);
    byte[] object = gzipLines(records);
    Instant firstRefusal = null;
    Duration wait = BACKOFF.first();
    for (int attempt = 1; ; attempt++) {
      try {
        store.put(key, object);
        LOG.info("stored {} records in {}", records.size(), key);
        return true;
      } catch (ObjectStore.RefusedException e) {
        LOG.warn("attempt {} to store {}: {}", attempt, key, e.getMessage());
        Instant now = clock.instant();
        firstRefusal = firstRefusal == null ? now : firstRefusal;
        if (!now.isBefore(firstRefusal.plus(retryFor))
            && storeErrors(errorKey, records, attempt, e)) {
          return true;
        }
      } catch (RuntimeException e) {
        LOG.warn("attempt {} to store {}: {}", attempt, key, e.toString());
      }
      if (!pause.await(wait)) {
        return false;
      }
      wait = BACKOFF.after(wait);
    }
  }

  private boolean storeErrors(
      String key, List<ArchiveRecord> records, int attempts, ObjectStore.RefusedException reason) {
    try {
      store.put(key, errorLines(records, attempts, reason));
      LOG.error("gave up; {} records are in {}", records.size(), key);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("cannot store {} either: {}", key, e.toString());
      return false;
    }
  }

  private static byte[] gzipLines(List<ArchiveRecord> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, 64 * 1024)) {
      for (ArchiveRecord record : records) {
        for (byte[] line : AggregatedRecord.split(record.data())) {
          gzip.write(line);
          gzip.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** One JSON object per line, with the fields of Firehose's error records. */
  private byte[] errorLines(
      List<ArchiveRecord> records, int attempts, ObjectStore.RefusedException reason) {
    StringBuilder lines = new StringBuilder();
    for (ArchiveRecord record : records) {
      ObjectNode line = JSON.createObjectNode();
      line.put("attemptsMade", attempts);
      line.put("arrivalTimestamp", record.arrival().toEpochMilli());
      line.put("errorCode", "S3." + reason.code());
      line.put("errorMessage", reason.getMessage());
      line.put("attemptEndingTimestamp", clock.millis());
      line.put("rawData", record.data());
      try {
        lines.append(JSON.writeValueAsString(line)).append('\n');
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
