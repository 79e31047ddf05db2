package io.clickstreamlake.parse;

/**
 * The budget of bytes that may be read more than once in a damaged record. While there is budget,
 * the reader looks ahead for the end of a damaged value; without it, every line that begins with a
 * brace is treated as a separate value. The work is therefore linear in the size of the record,
 * whatever its content.
 */
final class WorkBudget {

  /** Maximum average number of additional reads per byte. */
  static final int TIMES = 8;

  /** Free budget, so that small records are always read with look-ahead. */
  static final int FREE_BYTES = 64 * 1024;

  private long remaining;
  private long spent;

  /** Starts a text of this length, in bytes. */
  void begin(int length) {
    remaining = (long) TIMES * length + FREE_BYTES;
    spent = 0;
  }

  void spend(long bytes) {
    remaining -= bytes;
    spent += bytes;
  }

  boolean isExhausted() {
    return remaining <= 0;
  }

  /** Bytes read more than once in this text. */
  long spent() {
    return spent;
  }
}
