package io.clickstreamlake.parse;

import io.clickstreamlake.event.KinesisRecord;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.zip.GZIPInputStream;

/**
 * Finds the events in the bytes of one record: expands gzip, refuses what is not UTF-8, and hands
 * the rest to the {@link EventParser}. A record that cannot be split counts as one event.
 */
final class RecordReader {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final EventParser parser;
  private final ParserLimits limits;

  RecordReader(EventParser parser, ParserLimits limits) {
    this.parser = parser;
    this.limits = limits;
  }

  /** Takes the bytes that results refer to, and then the results. */
  interface Results {
    /** The events of this record lie in these bytes: the record's own, or its expansion. */
    EventParser.Results in(byte[] bytes);
  }

  void read(KinesisRecord record, Instant now, Results results) {
    byte[] bytes;
    try {
      bytes = expand(record.data);
    } catch (RejectedException e) {
      results.in(record.data).rejected(e, 0, 0, record.data.length);
      return;
    }
    EventParser.Results out = results.in(bytes);
    int start = startsWith(bytes, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    if (isBlank(bytes, start)) {
      out.rejected(
          RejectedException.of(RejectionReason.EMPTY, "the record holds no event"),
          0,
          0,
          bytes.length);
    } else if (Utf8.isValid(bytes, start, bytes.length)) {
      parser.parse(record, bytes, start, bytes.length, 0, now, out);
    } else {
      readAround(record, bytes, start, now, out);
    }
  }

  /** Somewhere are bytes that are no UTF-8; the events beside them can still be read. */
  private void readAround(
      KinesisRecord record, byte[] bytes, int start, Instant now, EventParser.Results out) {
    int position = 0;
    int at = start;
    while (at < bytes.length) {
      int end = EventParser.lineWithBrace(bytes, at, bytes.length);
      int bad = Utf8.firstInvalid(bytes, at, end);
      if (bad == end) {
        position = parser.parse(record, bytes, at, end, position, now, out);
      } else {
        int line = startOfLine(bytes, at, bad);
        HoldBack before = new HoldBack(out, line);
        int next = parser.parse(record, bytes, at, line, position, now, before);
        position = before.isHolding() ? next - 1 : next;
        out.rejected(
            RejectedException.of(RejectionReason.INVALID_UTF8, "the bytes are not UTF-8"),
            position++,
            before.isHolding() ? before.start : line,
            end);
      }
      at = end;
    }
  }

  private static int startOfLine(byte[] bytes, int from, int at) {
    int start = at;
    while (start > from && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  /** Holds back an event that is cut off where the bad bytes begin: it goes on behind them. */
  private static final class HoldBack implements EventParser.Results {

    private static final int NOTHING = -1;

    private final EventParser.Results out;
    private final int cut;
    private int start = NOTHING;

    HoldBack(EventParser.Results out, int cut) {
      this.out = out;
      this.cut = cut;
    }

    boolean isHolding() {
      return start != NOTHING;
    }

    @Override
    public void event(ParsedEvent event) {
      out.event(event);
    }

    @Override
    public void rejected(RejectedException why, int position, int from, int to) {
      if (to == cut && why.reason() == RejectionReason.MALFORMED_JSON) {
        start = from;
      } else {
        out.rejected(why, position, from, to);
      }
    }
  }

  private byte[] expand(byte[] data) throws RejectedException {
    if (data.length < 2 || data[0] != (byte) 0x1F || data[1] != (byte) 0x8B) {
      return data;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(data))) {
      ByteArrayOutputStream expanded = new ByteArrayOutputStream(data.length * 8);
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (expanded.size() + (long) n > limits.maxUncompressed) {
          throw RejectedException.of(
              RejectionReason.TOO_LARGE, "the gzip record expands beyond parse.max-uncompressed");
        }
        expanded.write(buffer, 0, n);
      }
      return expanded.toByteArray();
    } catch (IOException e) {
      throw RejectedException.of(
          RejectionReason.INVALID_GZIP, "the gzip record is cut off or damaged");
    }
  }

  private static boolean isBlank(byte[] bytes, int start) {
    for (int i = start; i < bytes.length; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
