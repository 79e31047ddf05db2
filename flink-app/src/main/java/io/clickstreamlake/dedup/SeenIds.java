package io.clickstreamlake.dedup;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/**
 * The heap index of the ids of one group in one time slice: a Bloom filter of all ids, the chunk of
 * the state that holds each stored id, and a buffer of ids that are not yet stored. Not
 * thread-safe.
 *
 * <pre>
 *   filter         which ids may be present, 16 bits each
 *   fingerprints   │ 16 bits of each stored id, in the order of the chunks │
 *   chunk ends     │ 32        │ 50     │ 82        │ …
 *   chunk          int64 high, int64 low of the digest │ int64 arrival, milliseconds since the epoch │ …
 * </pre>
 *
 * <p>A new id thus costs one lookup in the filter, and a duplicate one read of a chunk. The index
 * is rebuilt from the stored chunks after a restart and when the filter is full.
 */
final class SeenIds {

  /** What is known of earlier events with an id. The best match of several counts. */
  enum Match {
    /** There was none. */
    NONE,
    /** There were some, with other content. */
    OTHER_CONTENT,
    /** There was one with the same content. */
    SAME;

    Match or(Match other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /** No chunk: none of the remaining chunks can hold the id. */
  static final int NONE = -1;

  /** Number of ids at which a chunk is full. */
  static final int CHUNK_IDS = 32;

  private static final int MIN_CAPACITY = 2 * CHUNK_IDS;

  /** With 16 bits per id, the false positive rate is below one percent. */
  private static final int FILTER_BYTES_PER_ID = 2;

  /** Filter, whose size is a power of two, and fingerprint, whose array may be half empty. */
  static final long HEAP_BYTES_PER_ID = 2 * FILTER_BYTES_PER_ID + 2 * Short.BYTES;

  /**
   * Heap per group and slice without its ids: this object, its map entries, and the headers of
   * filter, buffers and arrays, as measured with a heap histogram.
   */
  static final long HEAP_BYTES = 400;

  /** Size of a chunk entry: two longs of the digest, one of the arrival time. */
  private static final int LONGS_PER_ID = 3;

  static final long BUFFERED_BYTES_PER_ID = LONGS_PER_ID * Long.BYTES;

  private static final int INITIAL_BUFFERED_IDS = 4;

  private static final long[] EMPTY = {};

  /** Null while there is no id: most slices are only searched. */
  @Nullable private BloomFilter filter;

  private int capacity;
  private int size;

  private short[] fingerprints = {};
  private int[] chunkEnds = {};
  private int chunks;

  private long[] buffer = EMPTY;
  private int bufferedIds;

  private SeenIds() {}

  /**
   * The index of stored chunks, with capacity for more ids.
   *
   * @param stored the chunks by number from 0, in any order
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
      ids.createFilter(size + 1);
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

  /** Whether no more ids should be added: the filter would have too many false positives. */
  boolean isFull() {
    return filter != null && size == capacity;
  }

  /** Whether the id may have been added. Never false if it was. */
  boolean mayContain(long high) {
    return filter != null && filter.findHash(high);
  }

  void add(long high, long low, long arrivalTime) {
    if (filter == null) {
      createFilter(MIN_CAPACITY);
    }
    filter.insertHash(high);
    size++;
    int end = bufferedIds * LONGS_PER_ID;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(INITIAL_BUFFERED_IDS * LONGS_PER_ID, 2 * end));
    }
    buffer[end] = high;
    buffer[end + 1] = low;
    buffer[end + 2] = arrivalTime;
    bufferedIds++;
  }

  /** What the buffer knows of an event with the id, less than a window (in ms) from the arrival. */
  Match buffered(long high, long low, long arrivalTime, long window) {
    return match(buffer, bufferedIds * LONGS_PER_ID, high, low, arrivalTime, window);
  }

  /** What a chunk knows of an event with the id, less than a window (in ms) from the arrival. */
  static Match match(long[] chunk, long high, long low, long arrivalTime, long window) {
    return match(chunk, chunk.length, high, low, arrivalTime, window);
  }

  private static Match match(
      long[] chunk, int end, long high, long low, long arrivalTime, long window) {
    Match match = Match.NONE;
    for (int i = 0; i < end; i += LONGS_PER_ID) {
      if (chunk[i] == high
          && fields(chunk[i + 1]) == fields(low)
          && Math.abs(arrivalTime - chunk[i + 2]) < window) {
        if (chunk[i + 1] == low) {
          return Match.SAME;
        }
        match = Match.OTHER_CONTENT;
      }
    }
    return match;
  }

  /**
   * The next stored chunk that may hold the id, or {@link #NONE}. About one in 65,536 ids in other
   * chunks causes a false positive.
   *
   * @param after the previous chunk, {@link #NONE} at first
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

  boolean hasBuffered() {
    return bufferedIds > 0;
  }

  boolean isChunkFull() {
    return bufferedIds >= CHUNK_IDS;
  }

  /** The number of stored chunks, which is the number of the next chunk. */
  int chunks() {
    return chunks;
  }

  /** Empties the buffer. The caller must store the returned ids as chunk {@link #chunks}. */
  long[] takeChunk() {
    long[] chunk = Arrays.copyOf(buffer, bufferedIds * LONGS_PER_ID);
    index(chunk, chunk.length);
    // The buffer is released: there are many groups, and old slices get no more ids.
    buffer = EMPTY;
    bufferedIds = 0;
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

  /** The part of the digest's second half that does not depend on the content. */
  private static int fields(long low) {
    return (int) (low >>> Integer.SIZE);
  }

  private static short fingerprint(long low) {
    return (short) fields(low);
  }

  private void createFilter(int ids) {
    filter = new BlockSplitBloomFilter(FILTER_BYTES_PER_ID * Math.max(MIN_CAPACITY, ids));
    // Its size is a power of two: up to twice the requested size.
    capacity = filter.getBitsetSize() / FILTER_BYTES_PER_ID;
  }
}
