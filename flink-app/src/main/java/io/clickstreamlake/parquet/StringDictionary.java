package io.clickstreamlake.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The strings of a column, concatenated in Parquet's plain encoding, which is also the encoding of
 * a dictionary page:
 *
 * <pre>
 *   int32 length │ UTF-8 │ int32 length │ UTF-8 │ …
 * </pre>
 *
 * <p>Each distinct string is kept once, until {@link #keepDuplicates} is called. The hash table
 * uses open addressing. Lookups compare Java strings, whose hash is cached and whose comparison is
 * fast, so each string is encoded as UTF-8 only once. Not thread-safe.
 */
final class StringDictionary {

  private static final int INITIAL_STRINGS = 32;

  /** Minimum heap per string of the hash table besides its bytes: two slots and the object. */
  private static final int LOOKUP_BYTES = 2 * Integer.BYTES + 4 + 40;

  private final EncodedBytes plain = new EncodedBytes(0);

  /** Offset of each entry, which begins with the length; and of the next entry. */
  private int[] starts = new int[INITIAL_STRINGS + 1];

  private int size;

  /** Position plus one; 0 means free. At most half are used. Null if duplicates are kept. */
  private int[] slots = new int[2 * INITIAL_STRINGS];

  private String[] strings = new String[INITIAL_STRINGS];

  private String[] candidates = new String[0];

  /** Never read. It keeps the JIT compiler from eliminating the loop that prefetches strings. */
  @SuppressWarnings("unused")
  private int touched;

  /** Number of strings, which is also the next position. */
  int size() {
    return size;
  }

  /** All strings in the first {@link #plainBytes()} bytes. Valid until the next one is added. */
  byte[] plain() {
    return plain.array();
  }

  int plainBytes() {
    return plain.size();
  }

  /** Offset in {@link #plain()} of an entry, which begins with its length. */
  int start(int position) {
    return starts[position];
  }

  /** Offset in {@link #plain()} of the UTF-8 bytes of an entry. */
  int stringStart(int position) {
    return starts[position] + Integer.BYTES;
  }

  /** Offset in {@link #plain()} of the end of an entry. */
  int end(int position) {
    return starts[position + 1];
  }

  /** Whether each distinct string is kept only once. */
  boolean isDistinct() {
    return slots != null;
  }

  /** From now on every string is added without a lookup, whether it is a duplicate or not. */
  void keepDuplicates() {
    slots = null;
    strings = null;
  }

  /** Compares two strings in Parquet's order: by unsigned bytes. */
  int compare(int left, int right) {
    return Arrays.compareUnsigned(
        plain.array(), stringStart(left), end(left), plain.array(), stringStart(right), end(right));
  }

  /** Heap of the strings, in bytes. */
  long bytes() {
    return plain.capacity()
        + (long) starts.length * Integer.BYTES
        + (isDistinct() ? (long) strings.length * LOOKUP_BYTES + plain.size() : 0);
  }

  /**
   * Looks up strings and adds those that are missing.
   *
   * <p>In a large table each step of a lookup is a cache miss: the slot, the string object, its
   * bytes. So each step is done for all strings before the next one, and the processor overlaps the
   * cache misses.
   *
   * @param values to look up, the first {@code count} of the array
   * @param positions receives the position of each string; at least {@code count} long
   * @throws IOException if there are more than 2 GB of strings
   */
  void positionsOf(String[] values, int count, int[] positions) throws IOException {
    if (!isDistinct()) {
      for (int i = 0; i < count; i++) {
        positions[i] = add(values[i]);
      }
      return;
    }
    if (candidates.length < count) {
      candidates = new String[count];
    }
    int mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      positions[i] = slots[spread(values[i].hashCode()) & mask] - 1;
    }
    for (int i = 0; i < count; i++) {
      candidates[i] = positions[i] < 0 ? "" : strings[positions[i]];
    }
    int lengths = 0;
    for (int i = 0; i < count; i++) {
      lengths += candidates[i].length();
    }
    touched = lengths;
    for (int i = 0; i < count; i++) {
      if (positions[i] < 0 || !candidates[i].equals(values[i])) {
        positions[i] = find(values[i]);
      }
    }
  }

  /**
   * Looks up a string and adds it if it is missing.
   *
   * @return its position
   * @throws IOException if there are more than 2 GB of strings
   */
  int positionOf(String value) throws IOException {
    return isDistinct() ? find(value) : add(value);
  }

  private int find(String value) throws IOException {
    int mask = slots.length - 1;
    int slot = spread(value.hashCode()) & mask;
    while (slots[slot] != 0) {
      int position = slots[slot] - 1;
      if (strings[position].equals(value)) {
        return position;
      }
      slot = (slot + 1) & mask;
    }
    if (size == strings.length) {
      growTable();
      return find(value);
    }
    strings[size] = value;
    slots[slot] = size + 1;
    return add(value);
  }

  private int add(String value) throws IOException {
    if (size + 1 == starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    plain.writeLittleEndian(utf8.length, Integer.BYTES);
    plain.write(utf8, 0, utf8.length);
    starts[size + 1] = plain.size();
    return size++;
  }

  private void growTable() {
    strings = Arrays.copyOf(strings, 2 * strings.length);
    slots = new int[2 * slots.length];
    int mask = slots.length - 1;
    for (int position = 0; position < size; position++) {
      int slot = spread(strings[position].hashCode()) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = position + 1;
    }
  }

  private static int spread(int hash) {
    return hash ^ hash >>> 16;
  }
}
