package io.clickstreamlake.dedup;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.XxHash;

/**
 * What the heap knows of the ids that one group let through in one slice of time: a Bloom filter of
 * all of them, and those that wait for being stored, as a chunk.
 *
 * <pre>
 *   chunk   int32 length │ UTF-8 of the id │ int64 arrival, milliseconds since the epoch │ …
 * </pre>
 *
 * <p>The filter can be made again from the stored chunks: after a restart, and when it is full.
 */
final class SeenIds {

  /** No arrival: the id is not there. */
  static final long NONE = Long.MIN_VALUE;

  /** So many ids make a chunk. */
  static final int CHUNK_IDS = 32;

  private static final int LEAST_CAPACITY = 2 * CHUNK_IDS;

  /** With 16 bits an id, fewer than one in a hundred unknown ids seems to be known. */
  private static final int FILTER_BYTES_PER_ID = 2;

  /** The filter's size is a power of two. */
  static final int MAX_FILTER_BYTES_PER_ID = 2 * FILTER_BYTES_PER_ID;

  /** Room of the first waiting chunk. */
  private static final int FIRST_CHUNK_BYTES = 128;

  private static final XxHash HASH = new XxHash();

  /** Null as long as there is no id: most slices are only asked whether they know one. */
  private BloomFilter filter;

  private int capacity;
  private int size;

  private byte[] waiting = new byte[0];
  private int waitingBytes;
  private int waitingIds;

  private SeenIds() {}

  /**
   * Those in the stored chunks, with room for more.
   *
   * @param chunks null if there are none
   */
  static SeenIds of(Iterable<byte[]> chunks) {
    SeenIds ids = new SeenIds();
    LongStream.Builder found = LongStream.builder();
    if (chunks != null) {
      for (byte[] chunk : chunks) {
        for (ByteBuffer in = ByteBuffer.wrap(chunk); in.hasRemaining(); in.getLong()) {
          byte[] id = new byte[in.getInt()];
          in.get(id);
          found.add(hash(id));
        }
      }
    }
    long[] hashes = found.build().toArray();
    if (hashes.length > 0) {
      ids.makeFilter(hashes.length + 1);
      Arrays.stream(hashes).forEach(ids.filter::insertHash);
      ids.size = hashes.length;
    }
    return ids;
  }

  /** What a filter goes by. */
  static long hash(byte[] id) {
    return HASH.hashBytes(id);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether no more ids should be added: the filter would say of too many that it knows them. */
  boolean isFull() {
    return filter != null && size == capacity;
  }

  /** Whether the id may have been added; never false if it was. */
  boolean mayContain(long hash) {
    return filter != null && filter.findHash(hash);
  }

  void add(byte[] id, long hash, long arrivalTime) {
    if (filter == null) {
      makeFilter(LEAST_CAPACITY);
    }
    filter.insertHash(hash);
    size++;
    int needed = waitingBytes + Integer.BYTES + id.length + Long.BYTES;
    if (needed > waiting.length) {
      waiting =
          Arrays.copyOf(waiting, Math.max(needed, Math.max(FIRST_CHUNK_BYTES, 2 * waiting.length)));
    }
    ByteBuffer.wrap(waiting, waitingBytes, needed - waitingBytes)
        .putInt(id.length)
        .put(id)
        .putLong(arrivalTime);
    waitingBytes = needed;
    waitingIds++;
  }

  /** When the id arrived, if it still waits, or {@link #NONE}. */
  long waitingArrival(byte[] id) {
    return arrival(id, waiting, waitingBytes);
  }

  /** When the id of a chunk arrived, or {@link #NONE}. */
  static long arrival(byte[] id, byte[] chunk) {
    return arrival(id, chunk, chunk.length);
  }

  private static long arrival(byte[] id, byte[] chunk, int end) {
    ByteBuffer in = ByteBuffer.wrap(chunk, 0, end);
    while (in.hasRemaining()) {
      int length = in.getInt();
      int start = in.position();
      in.position(start + length);
      long arrivalTime = in.getLong();
      if (Arrays.equals(id, 0, id.length, chunk, start, start + length)) {
        return arrivalTime;
      }
    }
    return NONE;
  }

  boolean areWaiting() {
    return waitingIds > 0;
  }

  boolean isChunkFull() {
    return waitingIds >= CHUNK_IDS;
  }

  /** The ids that wait, which from now on are taken for stored. */
  byte[] takeChunk() {
    byte[] chunk = Arrays.copyOf(waiting, waitingBytes);
    // There are many groups, and old slices get no more ids.
    waiting = new byte[0];
    waitingBytes = 0;
    waitingIds = 0;
    return chunk;
  }

  private void makeFilter(int ids) {
    filter = new BlockSplitBloomFilter(FILTER_BYTES_PER_ID * Math.max(LEAST_CAPACITY, ids));
    // Its size is a power of two: up to twice what was asked for.
    capacity = filter.getBitsetSize() / FILTER_BYTES_PER_ID;
  }
}
