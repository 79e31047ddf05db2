package io.clickstreamlake.parse;

import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;

/**
 * The proof that a record was read to its last byte. Every event and every rejected piece claims
 * the bytes that it comes from, in their order; what lies between two claims must be separators.
 * What is not becomes a rejected piece of its own, so a mistake of the parser shows in
 * rejected_events and never as loss. The ledger counts as received what was claimed here, and not
 * what the parser emitted.
 *
 * <pre>
 *   BOM {"event_id":…} \n {"event_id":…}NaN , \0\0
 *    s  └── claim 0 ─┘  s └─ claim 1 ──┘└2┘ s  s      2: a gap that is no separator
 * </pre>
 *
 * <p>Not thread-safe; one for a subtask, begun anew for each record.
 */
final class RecordSpans {

  private final int limit;

  private RecordOutput results;
  private byte[] bytes;
  private int covered;
  private int count;

  /**
   * @param limit events and rejected pieces of one record; what lies beyond is one piece more
   */
  RecordSpans(int limit) {
    this.limit = limit;
  }

  /** Begins a record. */
  void begin(RecordOutput results) {
    this.results = results;
    count = 0;
  }

  /** Begins a text of the record: the record itself, or what a part of it expands to. */
  void beginText(byte[] bytes, int start) {
    this.bytes = bytes;
    covered = start;
  }

  /** Whether the record has as many events and rejected pieces as it may have. */
  boolean isFull() {
    return count >= limit;
  }

  /** How many events the record held, rejected pieces included. */
  int count() {
    return count;
  }

  /**
   * Takes the bytes from start to end for one event or rejected piece.
   *
   * @return its position in the record
   * @throws IllegalStateException if some of the bytes were claimed before
   */
  int claim(int start, int end) {
    if (start < covered || end < start) {
      throw new IllegalStateException("bytes are claimed twice");
    }
    closeGap(start);
    covered = end;
    return count++;
  }

  /** Claims the bytes from start to end for a rejected piece, and passes it on. */
  void reject(RejectedException why, int start, int end) {
    int position = claim(start, end);
    results.rejected(why, position, bytes, start, end);
  }

  /** Passes on an event whose bytes were claimed. */
  void emit(ParsedEvent event) {
    results.event(event);
  }

  /** Passes on the rejection of an event whose bytes were claimed. */
  void rejectClaimed(RejectedException why, int position, int start, int end) {
    results.rejected(why, position, bytes, start, end);
  }

  /** Rejects a part of the record that is no text. */
  void rejectRaw(RejectedException why, byte[] raw, int start, int end) {
    results.rejected(why, count++, raw, start, end);
  }

  /** Ends a text: what nothing claimed up to its end is separators, or rejected. */
  void closeText(int end) {
    closeGap(end);
    covered = end;
  }

  private void closeGap(int to) {
    int from = Separators.skipWithBrackets(bytes, covered, to);
    if (from < to) {
      covered = to;
      results.rejected(
          RejectedException.of(RejectionReason.UNREADABLE, "the parser passed over these bytes"),
          count++,
          bytes,
          from,
          to);
    }
  }
}
