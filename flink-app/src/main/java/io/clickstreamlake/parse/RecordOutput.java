package io.clickstreamlake.parse;

import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;

/** The receiver of the outcomes of one record: its events and its rejected pieces. */
public interface RecordOutput {

  void event(ParsedEvent event);

  /**
   * Rejects the bytes from start to end.
   *
   * @param position index in the record, from 0, counted together with its events
   * @param bytes of the record, or their expansion
   */
  void rejected(RejectedException cause, int position, byte[] bytes, int start, int end);
}
