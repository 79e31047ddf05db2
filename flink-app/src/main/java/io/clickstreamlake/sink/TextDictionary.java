package io.clickstreamlake.sink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Distinct texts and their positions, by first appearance. A hash table with open addressing: a
 * text is looked up as a string, whose hash is kept in it and whose comparison is fast, and becomes
 * bytes once.
 */
final class TextDictionary {

  private static final int FIRST_SLOTS = 1_024;

  /** Position plus one; 0 is free. At most half of the slots are taken. */
  private int[] slots = new int[FIRST_SLOTS];

  private String[] texts = new String[FIRST_SLOTS / 2];
  private byte[][] utf8 = new byte[FIRST_SLOTS / 2][];
  private int size;
  private long bytes;
  private String lastText;
  private int lastPosition;

  int size() {
    return size;
  }

  /** Bytes of the dictionary as a plain page: for each text a length and its UTF-8. */
  long bytes() {
    return bytes;
  }

  byte[] utf8(int position) {
    return utf8[position];
  }

  int positionOf(String text) {
    // Sorted rows make runs.
    if (!text.equals(lastText)) {
      lastPosition = find(text);
      lastText = text;
    }
    return lastPosition;
  }

  void clear() {
    Arrays.fill(slots, 0);
    Arrays.fill(texts, 0, size, null);
    Arrays.fill(utf8, 0, size, null);
    size = 0;
    bytes = 0;
    lastText = null;
  }

  private int find(String text) {
    int mask = slots.length - 1;
    int slot = spread(text.hashCode()) & mask;
    while (slots[slot] != 0) {
      int position = slots[slot] - 1;
      if (texts[position].equals(text)) {
        return position;
      }
      slot = (slot + 1) & mask;
    }
    if (size == texts.length) {
      grow();
      return find(text);
    }
    texts[size] = text;
    utf8[size] = text.getBytes(StandardCharsets.UTF_8);
    bytes += Integer.BYTES + utf8[size].length;
    slots[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    texts = Arrays.copyOf(texts, 2 * texts.length);
    utf8 = Arrays.copyOf(utf8, texts.length);
    slots = new int[2 * slots.length];
    int mask = slots.length - 1;
    for (int position = 0; position < size; position++) {
      int slot = spread(texts[position].hashCode()) & mask;
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
