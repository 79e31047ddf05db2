package io.clickstreamlake.local.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * Stores records, whatever it takes.
 *
 * <p>A store that does not answer is asked again until it does: nothing else could be written
 * meanwhile. A store that refuses the object is asked again for a while, and then the records go to
 * {@code raw-errors/}, so that one bad object does not hold up all that follow.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final ObjectStore store;
  private final String deliveryStream;
  private final Duration retryFor;
  private final Clock clock;
  private final Pause pause;

  /** Waits between two attempts. */
  @FunctionalInterface
  interface Pause {

    /**
     * @return false if nothing more must be tried, because the process is to end
     */
    boolean await(Duration duration);
  }

  /**
   * @param retryFor how long a store that refuses is asked again
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
   * @return false if they are not, because the process is to end
   */
  boolean deliver(List<ArchiveRecord> records, Instant oldest) {
    // The same keys at every attempt: one whose answer was lost is not stored twice.
    String key = ObjectKeys.archive(deliveryStream, oldest);
    String errorKey = ObjectKeys.errors(deliveryStream, oldest);
    byte[] object = gzipLines(records);
    Instant firstRefusal = null;
    Duration wait = FIRST_PAUSE;
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
      Duration doubled = wait.multipliedBy(2);
      wait = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  private boolean storeErrors(
      String key, List<ArchiveRecord> records, int attempts, ObjectStore.RefusedException reason) {
    try {
      store.put(key, errorLines(records, attempts, reason));
      LOG.error("gave up; {} records lie in {}", records.size(), key);
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
        for (byte[] line : KplRecord.takeApart(record.data())) {
          gzip.write(line);
          gzip.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** A JSON object a line with the fields that Firehose gives its error records. */
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
