package io.clickstreamlake.local.stream;

import io.clickstreamlake.local.Backoff;
import io.clickstreamlake.local.LakeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Sends events to the stream, in order, in batches of the maximum size of Kinesis. Only the records
 * of a batch that failed are sent again, after a pause that doubles.
 *
 * <p>An event counts as sent when the stream has acknowledged its record. Call {@link #flush} at
 * the end. Not thread-safe.
 */
public final class EventSender {

  /** Limits of PutRecords and of a record, from the Kinesis API reference. */
  static final int MAX_RECORDS = 500;

  static final int MAX_BATCH_BYTES = 5 * 1024 * 1024;
  static final int MAX_RECORD_BYTES = 1024 * 1024;

  private static final int MAX_ATTEMPTS = 10;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** The wait between two attempts; that of tests returns immediately. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  private final StreamWriter writer;
  private final Pause pause;
  private final LongConsumer progress;
  private final List<StreamRecord> batch = new ArrayList<>();
  private int batchBytes;
  private long sentEvents;
  private long sentRecords;

  EventSender(StreamWriter writer, Pause pause, LongConsumer progress) {
    this.writer = writer;
    this.pause = pause;
    this.progress = progress;
  }

  /**
   * @param progress receives the number of events sent so far, after each batch
   */
  public static EventSender to(KinesisStream stream, LongConsumer progress) {
    return new EventSender(stream::put, d -> Thread.sleep(d.toMillis()), progress);
  }

  /** Number of events that the stream acknowledged. */
  public long sentEvents() {
    return sentEvents;
  }

  /** Number of records that the stream acknowledged; an array is one record of several events. */
  public long sentRecords() {
    return sentRecords;
  }

  /**
   * Adds one record to the batch, which is sent when it is full, or by {@link #flush}.
   *
   * @param line one event, or several as a JSON array, without a line break
   * @param place position in the input for error messages, such as {@code line 7}
   */
  public void send(byte[] line, String place) {
    StreamRecord record = StreamRecord.of(line);
    int size = record.size();
    if (size > MAX_RECORD_BYTES) {
      flush();
      throw new LakeException(
          place
              + " has "
              + size
              + " bytes; the maximum of Kinesis is "
              + MAX_RECORD_BYTES
              + ". Remove or shorten it; the "
              + sentEvents
              + " events before it were sent.");
    }
    if (batch.size() == MAX_RECORDS || batchBytes + size > MAX_BATCH_BYTES) {
      flush();
    }
    batch.add(record);
    batchBytes += size;
  }

  /** Sends events, each without a line break. */
  public void sendAll(Iterable<byte[]> events) {
    long number = 0;
    for (byte[] event : events) {
      send(event, "event " + ++number);
    }
    flush();
  }

  /** Sends each line that is not blank. Lines are bytes: invalid UTF-8 is sent unchanged. */
  public void sendLines(InputStream in, String name) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 * 1024];
    long number = 1;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, from, i - from);
          sendLine(line, name, number++);
          from = i + 1;
        }
      }
      line.write(buffer, from, n - from);
      if (in.available() == 0) {
        // The writer of a pipe may wait until its events have arrived.
        flush();
      }
    }
    sendLine(line, name, number);
    flush();
  }

  private void sendLine(ByteArrayOutputStream line, String name, long number) {
    byte[] bytes = line.toByteArray();
    line.reset();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      bytes = Arrays.copyOf(bytes, length - 1);
    }
    for (byte b : bytes) {
      if (b != ' ' && b != '\t') {
        send(bytes, name + ", line " + number);
        return;
      }
    }
  }

  /** Sends the batch. */
  public void flush() {
    List<StreamRecord> waiting = List.copyOf(batch);
    batch.clear();
    batchBytes = 0;
    Duration wait = BACKOFF.first();
    for (int attempt = 1; !waiting.isEmpty(); attempt++) {
      List<String> errors = put(waiting);
      List<StreamRecord> failed = new ArrayList<>();
      String lastError = null;
      for (int i = 0; i < waiting.size(); i++) {
        if (errors.get(i) == null) {
          sentEvents += waiting.get(i).events();
          sentRecords++;
        } else {
          failed.add(waiting.get(i));
          lastError = errors.get(i);
        }
      }
      progress.accept(sentEvents);
      if (!failed.isEmpty()) {
        if (attempt == MAX_ATTEMPTS) {
          throw new LakeException(
              "The stream rejected "
                  + failed.size()
                  + " records "
                  + MAX_ATTEMPTS
                  + " times, the last time with "
                  + lastError
                  + ". "
                  + sentEvents
                  + " events were sent. Send more slowly, or give the stream more shards.");
        }
        sleep(wait);
        wait = BACKOFF.after(wait);
      }
      waiting = failed;
    }
  }

  private List<String> put(List<StreamRecord> records) {
    List<String> errors = writer.put(records);
    if (errors.size() != records.size()) {
      throw new IllegalStateException(
          "PutRecords returned results for "
              + errors.size()
              + " of "
              + records.size()
              + " records.");
    }
    return errors;
  }

  private void sleep(Duration duration) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted; " + sentEvents + " events were sent.", e);
    }
  }
}
