package io.clickstreamlake.parse;

import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;

/** Takes the outcomes of one record: each event of it, and each piece that cannot be used. */
interface RecordOutput {

  void event(ParsedEvent event);

  /**
   * The bytes from start to end cannot be used.
   *
   * @param position place in the record, from 0, counted together with its events
   * @param bytes the record's own, or their expansion
   */
  void rejected(RejectedException why, int position, byte[] bytes, int start, int end);
}
