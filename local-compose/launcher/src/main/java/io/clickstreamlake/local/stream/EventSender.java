package io.clickstreamlake.local.stream;

import io.clickstreamlake.local.Backoff;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
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
  private long invalidRecords;
  private String firstInvalid = "";

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

  /** Number of records that are not valid JSON; the job rejects what it cannot read. */
  public long invalidRecords() {
    return invalidRecords;
  }

  /** The place of the first record that is not valid JSON. */
  public String firstInvalid() {
    return firstInvalid;
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
      try {
        require(record, place);
      } catch (InvalidInputException e) {
        throw new LakeException(e.getMessage() + sentBefore(), e);
      }
    }
    if (!record.valid() && invalidRecords++ == 0) {
      firstInvalid = place;
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
    sendInput(in, name, InputFormat.LINES);
  }

  /**
   * Sends a text of events, as such or compressed with gzip.
   *
   * @param name of the text, for messages
   * @throws LakeException if the text is not what the format says; the message has the place, and
   *     the number of events that were sent before
   */
  public void sendInput(InputStream in, String name, InputFormat format) throws IOException {
    try {
      EventInput.read(
          in,
          name,
          format,
          new RecordConsumer() {
            @Override
            public void record(byte[] data, String place) {
              send(data, place);
            }

            @Override
            public void pause() {
              flush();
            }
          });
    } catch (InvalidInputException e) {
      flush();
      throw new LakeException(e.getMessage() + sentBefore(), e);
    } catch (IOException e) {
      flush();
      throw new LakeException(name + " cannot be read: " + e.getMessage() + "." + sentBefore(), e);
    }
    flush();
  }

  private String sentBefore() {
    return sentEvents == 0
        ? " Nothing was sent."
        : " The " + sentEvents + " events before it were sent.";
  }

  /**
   * Reads a text of events to its end without sending anything.
   *
   * @throws LakeException if {@link #sendInput} would fail at some place
   */
  public static void check(InputStream in, String name, InputFormat format) throws IOException {
    try {
      EventInput.read(in, name, format, (data, place) -> require(StreamRecord.of(data), place));
    } catch (InvalidInputException e) {
      throw new LakeException(e.getMessage() + " Nothing was sent.", e);
    }
  }

  private static void require(StreamRecord record, String place) {
    if (record.size() > MAX_RECORD_BYTES) {
      throw new InvalidInputException(
          place
              + " has "
              + record.size()
              + " bytes as a record; the maximum of Kinesis is "
              + MAX_RECORD_BYTES
              + ". Remove or shorten it"
              + (record.events() > 1
                  ? ", or send each element of the array as a record: --format values."
                  : "."));
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
