package io.clickstreamlake.parse;

import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;

/**
 * The claimed byte ranges of a record, which prove that it was read to its last byte. Every event
 * and every rejected piece claims its bytes, in order; the bytes between two claims must be
 * separators. Otherwise they become a separate rejected piece, so a parser bug shows up in
 * rejected_events and never as a loss. The ledger counts the claims as received, not the events
 * that the parser emitted.
 *
 * <pre>
 *   BOM {"event_id":…} \n {"event_id":…}NaN , \0\0
 *    s  └── claim 0 ─┘  s └─ claim 1 ──┘└2┘ s  s      2: a gap that is not a separator
 * </pre>
 *
 * <p>An envelope claims its bytes once, and counts once more for each further event that it holds.
 * A message of the transport, which the mapping must name, covers its bytes and does not count.
 *
 * <p>Not thread-safe; one per subtask, reset for each record.
 */
final class RecordSpans {

  private final int limit;

  private RecordOutput results;
  private byte[] bytes;
  private int covered;

  /** Position of the first event. */
  private int first;

  private int count;
  private boolean skipped;

  /**
   * @param limit maximum number of events and rejected pieces of one record; the rest is one more
   *     piece
   */
  RecordSpans(int limit) {
    this.limit = limit;
  }

  /**
   * Starts a record.
   *
   * @param first position of its first event: 0, unless the record is a part of another one
   */
  void begin(RecordOutput results, int first) {
    this.results = results;
    this.first = first;
    count = 0;
    skipped = false;
  }

  /** Starts a text of the record: the record itself, or the expansion of a part of it. */
  void beginText(byte[] bytes, int start) {
    this.bytes = bytes;
    covered = start;
  }

  /** Whether the record has reached its maximum number of events and rejected pieces. */
  boolean isFull() {
    return count >= limit;
  }

  /** Number of events in the record so far, including rejected pieces. */
  int count() {
    return count;
  }

  /**
   * Claims the bytes from start to end for one event or rejected piece.
   *
   * @return its position in the record
   * @throws IllegalStateException if some of the bytes are already claimed
   */
  int claim(int start, int end) {
    if (start < covered || end < start) {
      throw new IllegalStateException("bytes are claimed twice");
    }
    closeGap(start);
    covered = end;
    return next();
  }

  /** Claims the bytes from start to end for a rejected piece, and emits it. */
  void reject(RejectedException cause, int start, int end) {
    int position = claim(start, end);
    results.rejected(cause, position, bytes, start, end);
  }

  /** Emits an event. Its bytes must be claimed. */
  void emit(ParsedEvent event) {
    results.event(event);
  }

  /** Emits the rejection of an event. Its bytes must be claimed. */
  void rejectClaimed(RejectedException cause, int position, int start, int end) {
    results.rejected(cause, position, bytes, start, end);
  }

  /**
   * Counts one more event of the bytes that were claimed last: an envelope may hold several.
   *
   * @return its position in the record
   */
  int claimAnother() {
    return next();
  }

  private int next() {
    return first + count++;
  }

  /** Claims the bytes of a message of the transport, which is no event. */
  void skip(int start, int end) {
    closeGap(start);
    covered = end;
    skipped = true;
  }

  /** Whether the record holds a message of the transport. */
  boolean hasSkipped() {
    return skipped;
  }

  /** Number of events and rejected pieces that the record may still have. */
  int room() {
    return Math.max(0, limit - count);
  }

  /** Emits the rejection of a part of claimed bytes. */
  void rejectPart(RejectedException cause, int position, byte[] part, int start, int end) {
    results.rejected(cause, position, part, start, end);
  }

  /** Rejects a part of the record that is not text. */
  void rejectRaw(RejectedException cause, byte[] raw, int start, int end) {
    results.rejected(cause, next(), raw, start, end);
  }

  /** Ends a text: unclaimed bytes up to its end are separators, or are rejected. */
  void closeText(int end) {
    closeGap(end);
    covered = end;
  }

  private void closeGap(int to) {
    int from = Separators.skipWithBrackets(bytes, covered, to);
    if (from < to) {
      covered = to;
      results.rejected(
          RejectedException.of(RejectionReason.UNREADABLE, "the parser skipped these bytes"),
          next(),
          bytes,
          from,
          to);
    }
  }
}
