package io.clickstreamlake.local.stream;

/** A receiver of the records of a text, in order. */
public interface RecordConsumer {

  /**
   * @param place in the input for messages, such as {@code clicks.json, line 7}
   */
  void record(byte[] data, String place);

  /** Whether the rest of the text is needed. If not, it is not read to its end. */
  default boolean wantsMore() {
    return true;
  }

  /** The writer of a pipe may wait until its events have arrived. */
  default void pause() {}
}
