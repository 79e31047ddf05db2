package io.clickstreamlake.dedup;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/**
 * What the heap knows of the ids that one group let through in one slice of time: a Bloom filter of
 * all of them, which chunk of the state holds which, and those that wait for being stored.
 *
 * <pre>
 *   filter         which ids may be there, 16 bits for each
 *   fingerprints   │ 16 bits of each stored id, in the order of the chunks │
 *   chunk ends     │ 32        │ 50     │ 82        │ …
 *   chunk          int64 high, int64 low of the id's digest │ int64 arrival, milliseconds since the epoch │ …
 * </pre>
 *
 * <p>So a new id costs a look at the filter, and a repeat the reading of one chunk. All of it can
 * be made again from the stored chunks: after a restart, and when the filter is full.
 */
final class SeenIds {

  /** No chunk: the id is in none of those that are left. */
  static final int NONE = -1;

  /** So many ids make a chunk. */
  static final int CHUNK_IDS = 32;

  private static final int LEAST_CAPACITY = 2 * CHUNK_IDS;

  /** With 16 bits an id, fewer than one in a hundred unknown ids seems to be known. */
  private static final int FILTER_BYTES_PER_ID = 2;

  /** Filter, whose size is a power of two, and fingerprint, in an array that may be half empty. */
  static final long HEAP_BYTES_PER_ID = 2 * FILTER_BYTES_PER_ID + 2 * Short.BYTES;

  /**
   * Of one slice of one group without its ids: this object, its place in the maps, the headers of
   * filter, buffers and arrays, as a histogram of the heap shows them.
   */
  static final long HEAP_BYTES = 400;

  /** Of an entry of a chunk: two of the digest, one for the arrival. */
  private static final int LONGS_PER_ID = 3;

  static final long WAITING_BYTES_PER_ID = LONGS_PER_ID * Long.BYTES;

  private static final int FIRST_WAITING_IDS = 4;

  private static final long[] NOTHING = {};

  /** Null as long as there is no id: most slices are only asked whether they know one. */
  @Nullable private BloomFilter filter;

  private int capacity;
  private int size;

  private short[] fingerprints = {};
  private int[] chunkEnds = {};
  private int chunks;

  private long[] waiting = NOTHING;
  private int waitingIds;

  private SeenIds() {}

  /**
   * Those in the stored chunks, with room for more.
   *
   * @param stored the chunks by their numbers from 0 on, in any order
   */
  static SeenIds of(Iterable<Map.Entry<Integer, long[]>> stored) {
    SeenIds ids = new SeenIds();
    TreeMap<Integer, long[]> inOrder = new TreeMap<>();
    int size = 0;
    for (Map.Entry<Integer, long[]> chunk : stored) {
      inOrder.put(chunk.getKey(), chunk.getValue());
      size += chunk.getValue().length / LONGS_PER_ID;
    }
    if (size > 0) {
      ids.makeFilter(size + 1);
      for (long[] chunk : inOrder.values()) {
        for (int i = 0; i < chunk.length; i += LONGS_PER_ID) {
          ids.filter.insertHash(chunk[i]);
        }
        ids.size += chunk.length / LONGS_PER_ID;
        ids.index(chunk, chunk.length);
      }
    }
    return ids;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether no more ids should be added: the filter would say of too many that it knows them. */
  boolean isFull() {
    return filter != null && size == capacity;
  }

  /** Whether the id may have been added; never false if it was. */
  boolean mayContain(long high) {
    return filter != null && filter.findHash(high);
  }

  void add(long high, long low, long arrivalTime) {
    if (filter == null) {
      makeFilter(LEAST_CAPACITY);
    }
    filter.insertHash(high);
    size++;
    int end = waitingIds * LONGS_PER_ID;
    if (end == waiting.length) {
      waiting = Arrays.copyOf(waiting, Math.max(FIRST_WAITING_IDS * LONGS_PER_ID, 2 * end));
    }
    waiting[end] = high;
    waiting[end + 1] = low;
    waiting[end + 2] = arrivalTime;
    waitingIds++;
  }

  /** Whether an entry of the id waits that arrived less than a window from the time. */
  boolean isWaiting(long high, long low, long arrivalTime, long window) {
    return holds(waiting, waitingIds * LONGS_PER_ID, high, low, arrivalTime, window);
  }

  /** Whether a chunk has an entry of the id that arrived less than a window from the time. */
  static boolean holds(long[] chunk, long high, long low, long arrivalTime, long window) {
    return holds(chunk, chunk.length, high, low, arrivalTime, window);
  }

  private static boolean holds(
      long[] chunk, int end, long high, long low, long arrivalTime, long window) {
    for (int i = 0; i < end; i += LONGS_PER_ID) {
      if (chunk[i] == high
          && chunk[i + 1] == low
          && Math.abs(arrivalTime - chunk[i + 2]) < window) {
        return true;
      }
    }
    return false;
  }

  /**
   * The next stored chunk that may hold the id, or {@link #NONE}. About one in 65,536 of the ids in
   * other chunks makes its chunk a false one.
   *
   * @param after the chunk before it, {@link #NONE} at first
   */
  int nextChunk(long low, int after) {
    short wanted = fingerprint(low);
    int end = chunks == 0 ? 0 : chunkEnds[chunks - 1];
    for (int i = after == NONE ? 0 : chunkEnds[after]; i < end; i++) {
      if (fingerprints[i] == wanted) {
        int found = Arrays.binarySearch(chunkEnds, 0, chunks, i + 1);
        return found < 0 ? -found - 1 : found;
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

  /** The number that the next chunk gets. */
  int chunks() {
    return chunks;
  }

  /** The ids that wait, which from now on are taken for stored as chunk {@link #chunks}. */
  long[] takeChunk() {
    long[] chunk = Arrays.copyOf(waiting, waitingIds * LONGS_PER_ID);
    index(chunk, chunk.length);
    // There are many groups, and old slices get no more ids.
    waiting = NOTHING;
    waitingIds = 0;
    return chunk;
  }

  private void index(long[] chunk, int length) {
    int start = chunks == 0 ? 0 : chunkEnds[chunks - 1];
    int end = start + length / LONGS_PER_ID;
    if (end > fingerprints.length) {
      fingerprints =
          Arrays.copyOf(fingerprints, Math.min(capacity, Math.max(end, end + (end >> 1))));
    }
    for (int i = 0; i < length / LONGS_PER_ID; i++) {
      fingerprints[start + i] = fingerprint(chunk[i * LONGS_PER_ID + 1]);
    }
    if (chunks == chunkEnds.length) {
      chunkEnds = Arrays.copyOf(chunkEnds, chunks + (chunks >> 1) + 1);
    }
    chunkEnds[chunks++] = end;
  }

  private static short fingerprint(long low) {
    return (short) low;
  }

  private void makeFilter(int ids) {
    filter = new BlockSplitBloomFilter(FILTER_BYTES_PER_ID * Math.max(LEAST_CAPACITY, ids));
    // Its size is a power of two: up to twice what was asked for.
    capacity = filter.getBitsetSize() / FILTER_BYTES_PER_ID;
  }
}
