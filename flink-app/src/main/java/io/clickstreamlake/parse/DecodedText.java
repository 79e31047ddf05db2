package io.clickstreamlake.parse;

import java.util.Arrays;

/** What a field holds after decoding: JSON values, or a text. Immutable. */
final class DecodedText {

  /** The values, or the text as a JSON string. */
  final byte[] bytes;

  /**
   * The places of the values that are not arrays; arrays are replaced by their elements. Empty for
   * a text.
   */
  final ValueRanges values;

  /** Whether the bytes are one JSON value, so that they can stand in the place of the text. */
  private final boolean isOneValue;

  DecodedText(byte[] bytes, ValueRanges values, boolean isOneValue) {
    this.bytes = bytes;
    this.values = values;
    this.isOneValue = isOneValue;
  }

  /** Whether there is a {@link #replacement}: it has at most as many values as a record events. */
  boolean isReplacement() {
    return isOneValue || values.rest() == null;
  }

  /** The JSON value that replaces the field: several values become an array. */
  byte[] replacement() {
    if (isOneValue) {
      return bytes;
    }
    int size = 2;
    for (int[] value : values.ranges()) {
      size += value[1] - value[0] + 1;
    }
    byte[] array = new byte[size];
    int at = 0;
    array[at++] = '[';
    for (int[] value : values.ranges()) {
      if (at > 1) {
        array[at++] = ',';
      }
      System.arraycopy(bytes, value[0], array, at, value[1] - value[0]);
      at += value[1] - value[0];
    }
    array[at++] = ']';
    return Arrays.copyOf(array, at);
  }
}
