package io.clickstreamlake.parse;

import io.clickstreamlake.event.KinesisRecord;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.time.Instant;

/**
 * Reads one record: expands what is compressed, splits the text into events, and accounts for every
 * byte, see {@link RecordSpans}. A record without any event counts as one, which is rejected.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
final class RecordReader {

  private final EventSplitter splitter;
  private final RecordSpans spans;
  private final Expander expander;

  RecordReader(EventMapping mapping, ParserLimits limits) {
    this.splitter = new EventSplitter(new EventParser(mapping, limits));
    this.spans = new RecordSpans(limits.maxEvents);
    this.expander = new Expander(limits.maxUncompressed);
  }

  /**
   * Reads the record.
   *
   * @param now time of processing
   * @param results takes its events and rejected pieces
   * @return how many events the record held, rejected pieces included; at least one
   */
  int read(KinesisRecord record, Instant now, Results results) {
    byte[] data = record.data;
    spans.begin(results);
    if (Expander.isCompressed(data, 0, data.length)) {
      expander.expand(data, new ExpandedParts(record, now));
    } else {
      int invalid = Utf8.firstInvalid(data, 0, data.length);
      // Text first, and a member behind it: only what is no UTF-8 can hold one.
      if (invalid < data.length && Expander.holdsGzip(data)) {
        expander.expand(data, new ExpandedParts(record, now));
      } else {
        splitter.split(record, now, data, 0, data.length, invalid, spans);
      }
    }
    if (spans.count() == 0) {
      spans.rejectRaw(
          RejectedException.of(RejectionReason.EMPTY, "the record holds no event"),
          data,
          0,
          data.length);
    }
    return spans.count();
  }

  /** Bytes of the last text that were looked at more than once. */
  long workSpent() {
    return splitter.workSpent();
  }

  /** Takes what a compressed record expands to. */
  private final class ExpandedParts implements Expander.Parts {
    private final KinesisRecord record;
    private final Instant now;

    ExpandedParts(KinesisRecord record, Instant now) {
      this.record = record;
      this.now = now;
    }

    @Override
    public void text(byte[] bytes, int start, int end) {
      int invalid = Utf8.firstInvalid(bytes, start, end);
      splitter.split(record, now, bytes, start, end, invalid, spans);
    }

    @Override
    public void unreadable(RejectedException why, byte[] bytes, int start, int end) {
      spans.rejectRaw(why, bytes, start, end);
    }
  }
}
