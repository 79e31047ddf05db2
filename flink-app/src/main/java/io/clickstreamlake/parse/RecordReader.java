package io.clickstreamlake.parse;

import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.parse.mapping.Unwrapping;
import java.time.Instant;

/**
 * The reader of records: it decodes them as the mapping says, expands compressed parts, splits the
 * text into events, and accounts for every byte, see {@link RecordSpans}. A record without any
 * event counts as one rejected event.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
public final class RecordReader {

  private final EventSplitter splitter;
  private final RecordSpans spans;
  private final Expander expander;
  private final Decoder decoder;

  /** Decodes whole records, or null if the mapping has no steps for them. */
  private final RecordDecoder recordDecoder;

  public RecordReader(EventMapping mapping, ParserLimits limits) {
    Unwrapping unwrapping = mapping.unwrapping();
    this.decoder = new Decoder(limits);
    this.recordDecoder =
        unwrapping.recordSteps.isEmpty() && !unwrapping.skipsTombstones
            ? null
            : new RecordDecoder(unwrapping, decoder);
    this.splitter =
        new EventSplitter(
            new EventReader(mapping, limits),
            new EventAssembler(mapping, limits),
            unwrapping.stages.isEmpty() ? null : new Unwrapper(unwrapping, decoder));
    this.spans = new RecordSpans(limits.maxEvents);
    this.expander = new Expander(limits.maxUncompressed);
  }

  /**
   * Reads the record.
   *
   * @param now time of processing
   * @param results receives its events and rejected pieces
   * @return number of events in the record, including rejected pieces; 0 only if the mapping says
   *     that the record is a message of the transport
   */
  public int read(SourceRecord record, Instant now, RecordOutput results) {
    return readPart(record, 0, now, results);
  }

  /**
   * Reads a part of a record: what was rejected, as it is in the rejected zone. Events in it get
   * the positions, and so the ids, that they would have had.
   *
   * @param position of the part in its record, from 0
   * @return number of events in the part, see {@link #read}
   */
  public int readPart(SourceRecord record, int position, Instant now, RecordOutput results) {
    byte[] data = record.data;
    RecordContext context = RecordContext.of(record, now);
    spans.begin(results, position);
    decoder.begin();
    if (record.problem != null) {
      return rejectRecord(record.problem, record.problemMessage, record);
    }
    if (recordDecoder != null) {
      if (recordDecoder.isTombstone(data)) {
        return 0;
      }
      try {
        data = recordDecoder.decode(data);
      } catch (UndecodableException e) {
        return rejectRecord(e.reason(), e.getMessage(), record);
      }
      String header = recordDecoder.headerOfOtherFormat(data);
      if (header != null) {
        return rejectRecord(
            RejectionReason.MALFORMED_JSON,
            "the record has the header of "
                + header
                + ", and is not JSON: probably Avro or Protobuf",
            record);
      }
    }
    if (Expander.isCompressed(data, 0, data.length)) {
      expander.expand(data, new ExpandedParts(context));
    } else {
      int invalid = Utf8.firstInvalid(data, 0, data.length);
      // Text followed by a gzip member: only invalid UTF-8 can contain one.
      if (invalid < data.length && Expander.containsGzip(data)) {
        expander.expand(data, new ExpandedParts(context));
      } else {
        splitter.split(context, data, 0, data.length, invalid, spans);
      }
    }
    if (spans.count() == 0 && !spans.hasSkipped()) {
      spans.rejectRaw(
          RejectedException.of(RejectionReason.EMPTY, "the record contains no event"),
          data,
          0,
          data.length);
    }
    return spans.count();
  }

  private int rejectRecord(RejectionReason reason, String message, SourceRecord record) {
    byte[] data = record.data;
    spans.rejectRaw(RejectedException.of(reason, message), data, 0, data.length);
    return spans.count();
  }

  /** Bytes of the last text that were read more than once. */
  long workSpent() {
    return splitter.workSpent();
  }

  /** Receives the parts of a compressed record. */
  private final class ExpandedParts implements Expander.Parts {
    private final RecordContext context;

    ExpandedParts(RecordContext context) {
      this.context = context;
    }

    @Override
    public void text(byte[] bytes, int start, int end) {
      int invalid = Utf8.firstInvalid(bytes, start, end);
      splitter.split(context, bytes, start, end, invalid, spans);
    }

    @Override
    public void unreadable(RejectedException cause, byte[] bytes, int start, int end) {
      spans.rejectRaw(cause, bytes, start, end);
    }
  }
}
