package io.clickstreamlake.parse;

/**
 * Counts the bytes that reading a damaged record looks at more than once. While there is budget,
 * the reader looks ahead for the place where a damaged value ends; without it every line that
 * begins with a brace is taken for a value of its own. So the work is linear in the record's size,
 * whatever the record holds.
 */
final class WorkBudget {

  /** How often each byte may be looked at again, on average. */
  static final int TIMES = 8;

  /** Small records are always read with care. */
  static final int FREE_BYTES = 64 * 1024;

  private long left;
  private long spent;

  /** Begins a text of this length. */
  void begin(int length) {
    left = (long) TIMES * length + FREE_BYTES;
    spent = 0;
  }

  void spend(long bytes) {
    left -= bytes;
    spent += bytes;
  }

  boolean isExhausted() {
    return left <= 0;
  }

  /** Bytes looked at more than once in this text. */
  long spent() {
    return spent;
  }
}
