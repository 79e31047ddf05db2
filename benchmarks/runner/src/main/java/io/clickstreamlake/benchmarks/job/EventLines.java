package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.NoSuchElementException;

/**
 * Reader of one input file that returns its lines as Kinesis would deliver them: one event per
 * record, with an increasing sequence number of 56 digits and an arrival shortly after the event.
 */
final class EventLines implements Closeable {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long LINE_FEEDS = LOW_BITS * '\n';

  private static final int CHUNK_BYTES = 1 << 20;
  private static final String SEQUENCE_PREFIX = "4959033827149025660855969253836157109592157598";

  private final InputStream in;
  private long number;

  private byte[] chunk = new byte[CHUNK_BYTES];
  private int at;
  private int end;

  /** End of the last complete line in the chunk. */
  private int wholeLines;

  /**
   * @param in lines, each terminated by a line feed
   * @param firstNumber number of the first event within the whole input
   */
  EventLines(InputStream in, long firstNumber) {
    this.in = in;
    this.number = firstNumber;
  }

  /** Whether {@link #next} can be called before the next {@link #readChunk}. */
  boolean hasBufferedLine() {
    return at < wholeLines;
  }

  /**
   * Reads the next chunk; call it when no buffered line is left.
   *
   * @return whether there was a chunk
   */
  boolean readChunk() throws IOException {
    System.arraycopy(chunk, at, chunk, 0, end - at);
    end -= at;
    at = 0;
    if (end == chunk.length) {
      chunk = Arrays.copyOf(chunk, 2 * chunk.length);
    }
    int read = in.readNBytes(chunk, end, chunk.length - end);
    end += read;
    wholeLines = end;
    while (wholeLines > 0 && chunk[wholeLines - 1] != '\n') {
      wholeLines--;
    }
    if (wholeLines == 0 && end > 0) {
      throw new IOException("the input ends within a line, or has a line of more than a megabyte");
    }
    return wholeLines > 0;
  }

  SourceRecord next() {
    if (!hasBufferedLine()) {
      throw new NoSuchElementException("no buffered line is left");
    }
    int start = at;
    at = lineFeed(chunk, at);
    byte[] data = Arrays.copyOfRange(chunk, start, at++);
    SourceRecord record =
        new SourceRecord(
            data,
            new Origin("clicks", "shardId-000000000000", sequenceNumber(number)),
            BenchmarkInput.arrivalMillis(number));
    number++;
    return record;
  }

  /**
   * Position of the next line feed, which must exist. Searches eight bytes at a time: Kinesis
   * records need no such search, so it must not affect the figures.
   */
  private static int lineFeed(byte[] bytes, int from) {
    int at = from;
    for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
      // The common test for a zero byte; XOR has turned line feeds into zeros.
      long word = (long) LONGS.get(bytes, at) ^ LINE_FEEDS;
      long zeros = (word - LOW_BITS) & ~word & HIGH_BITS;
      if (zeros != 0) {
        return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** The prefix and ten digits: the sum with 10^10 always has eleven. */
  private static String sequenceNumber(long number) {
    return SEQUENCE_PREFIX.concat(Long.toString(10_000_000_000L + number).substring(1));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
