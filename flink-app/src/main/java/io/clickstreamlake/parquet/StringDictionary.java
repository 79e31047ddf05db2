package io.clickstreamlake.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Texts of a column, one behind the other as Parquet's plain encoding has them, which is also that
 * of a dictionary page:
 *
 * <pre>
 *   int32 length │ UTF-8 │ int32 length │ UTF-8 │ …
 * </pre>
 *
 * <p>Until {@link #keepAll} each distinct text is kept once. The hash table has open addressing: a
 * text is looked up as a string, whose hash is kept in it and whose comparison is fast, and becomes
 * bytes once.
 */
final class StringDictionary {

  private static final int FIRST_TEXTS = 32;

  /** What a text of the hash table costs besides its bytes, at least: two slots and the string. */
  private static final int LOOKUP_BYTES = 2 * Integer.BYTES + 4 + 40;

  private final EncodedBytes plain = new EncodedBytes(0);

  /** Where each text begins, its length included; and where the next one will. */
  private int[] starts = new int[FIRST_TEXTS + 1];

  private int size;

  /** Position plus one; 0 is free. At most half of the slots are taken. Null if all are kept. */
  private int[] slots = new int[2 * FIRST_TEXTS];

  private String[] strings = new String[FIRST_TEXTS];

  private String[] candidates = new String[0];

  /** Nobody reads it: it keeps the compiler from leaving out what fetches the texts. */
  @SuppressWarnings("unused")
  private int touched;

  int size() {
    return size;
  }

  /** All texts: as many bytes as {@link #plainBytes()} says. Valid until the next one comes. */
  byte[] plain() {
    return plain.array();
  }

  int plainBytes() {
    return plain.size();
  }

  /** Where the length of a text stands in {@link #plain()}. */
  int start(int position) {
    return starts[position];
  }

  /** Where a text itself begins in {@link #plain()}. */
  int textStart(int position) {
    return starts[position] + Integer.BYTES;
  }

  /** Where a text ends in {@link #plain()}. */
  int end(int position) {
    return starts[position + 1];
  }

  boolean areDistinct() {
    return slots != null;
  }

  /** From now on each text is kept, whether it was there already or not. */
  void keepAll() {
    slots = null;
    strings = null;
  }

  /** Order of two texts as Parquet has it: by bytes, without signs. */
  int compare(int left, int right) {
    return Arrays.compareUnsigned(
        plain.array(), textStart(left), end(left), plain.array(), textStart(right), end(right));
  }

  /** Heap that the texts take. */
  long bytes() {
    return plain.capacity()
        + (long) starts.length * Integer.BYTES
        + (areDistinct() ? (long) strings.length * LOOKUP_BYTES + plain.size() : 0);
  }

  /**
   * Positions of texts, which are added if need be.
   *
   * <p>In a large table each step of a look-up waits for memory: the slot, the string, its bytes.
   * So each step is done for all texts before the next one, and the processor waits for many at
   * once.
   *
   * @param texts as many as {@code positions} has room for, at least {@code count}
   * @throws IOException if there are more than 2 GB of texts
   */
  void positionsOf(String[] texts, int count, int[] positions) throws IOException {
    if (!areDistinct()) {
      for (int i = 0; i < count; i++) {
        positions[i] = add(texts[i]);
      }
      return;
    }
    if (candidates.length < count) {
      candidates = new String[count];
    }
    int mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      positions[i] = slots[spread(texts[i].hashCode()) & mask] - 1;
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
      if (positions[i] < 0 || !candidates[i].equals(texts[i])) {
        positions[i] = find(texts[i]);
      }
    }
  }

  /**
   * Position of a text, which is added if need be.
   *
   * @throws IOException if there are more than 2 GB of texts
   */
  int positionOf(String text) throws IOException {
    return areDistinct() ? find(text) : add(text);
  }

  private int find(String text) throws IOException {
    int mask = slots.length - 1;
    int slot = spread(text.hashCode()) & mask;
    while (slots[slot] != 0) {
      int position = slots[slot] - 1;
      if (strings[position].equals(text)) {
        return position;
      }
      slot = (slot + 1) & mask;
    }
    if (size == strings.length) {
      growTable();
      return find(text);
    }
    strings[size] = text;
    slots[slot] = size + 1;
    return add(text);
  }

  private int add(String text) throws IOException {
    if (size + 1 == starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
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
