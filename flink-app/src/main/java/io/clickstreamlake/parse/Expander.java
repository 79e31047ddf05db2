package io.clickstreamlake.parse;

import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The step that decompresses a record. A record may contain consecutive gzip members (RFC 1952) and
 * zlib streams (RFC 1950) with separators between them, and plain text before, between and after
 * gzip members; the expanded bytes may be compressed again. Consecutive intact parts form one text,
 * as RFC 1952 defines, so a line may begin in one member and end in the next.
 *
 * <p>Every byte of the record belongs to a text or to a rejected piece:
 *
 * <pre>
 *   member │ plain │ member │ damaged member │ member
 *   └──────── one text ─────┘ └─ rejected ──┘ └ text ┘
 * </pre>
 *
 * A damaged member ends where the next readable one begins, or with the record. Not thread-safe.
 */
final class Expander {

  /** Receives the parts of a record in their order. */
  interface Parts {
    void text(byte[] bytes, int start, int end);

    void unreadable(RejectedException cause, byte[] bytes, int start, int end);
  }

  /** Maximum nesting of compressed data. */
  private static final int MAX_LEVELS = 3;

  /** Maximum number of damaged members after which a readable one is searched for. */
  private static final int MAX_DAMAGED = 16;

  private static final int MIN_FREE_BYTES = 8192;
  private static final int HEADER = 10;
  private static final int TRAILER = 8;
  private static final int NOT_FOUND = -1;

  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private final long maxExpanded;

  /** Remaining bytes that this record may expand to, including all levels and failed attempts. */
  private long remaining;

  /**
   * @param maxExpanded bytes that one record may expand to
   */
  Expander(long maxExpanded) {
    this.maxExpanded = maxExpanded;
  }

  /** Whether a record that begins with these bytes is compressed. */
  static boolean isCompressed(byte[] bytes, int start, int end) {
    return isGzip(bytes, start, end) || isZlib(bytes, start, end);
  }

  /** Whether the bytes may contain the start of a gzip member. UTF-8 text never contains it. */
  static boolean containsGzip(byte[] bytes) {
    return nextGzip(bytes, 0, bytes.length) != NOT_FOUND;
  }

  /** Passes all parts of the record to {@code parts}. */
  void expand(byte[] record, Parts parts) {
    remaining = maxExpanded;
    expand(record, 0, record.length, 1, parts);
  }

  private void expand(byte[] in, int start, int end, int level, Parts parts) {
    Text text = new Text();
    int at = start;
    int damagedFrom = NOT_FOUND;
    int damaged = 0;
    while (at < end) {
      int mark = text.size;
      int next;
      try {
        next = readPart(in, at, end, text);
      } catch (TooLargeException e) {
        text.size = mark;
        int from = damagedFrom == NOT_FOUND ? at : damagedFrom;
        text.flush(level, parts);
        parts.unreadable(
            RejectedException.of(
                RejectionReason.TOO_LARGE, "the record expands beyond parse.max-uncompressed"),
            in,
            from,
            end);
        return;
      }
      if (next == NOT_FOUND) {
        text.size = mark;
        if (damagedFrom == NOT_FOUND) {
          text.flush(level, parts);
          damagedFrom = at;
        }
        next = ++damaged > MAX_DAMAGED ? NOT_FOUND : nextGzip(in, at + 1, end);
        at = next == NOT_FOUND ? end : next;
      } else {
        if (damagedFrom != NOT_FOUND) {
          damaged(in, damagedFrom, at, parts);
          damagedFrom = NOT_FOUND;
        }
        at = next;
      }
    }
    if (damagedFrom != NOT_FOUND) {
      damaged(in, damagedFrom, end, parts);
    }
    text.flush(level, parts);
  }

  private static void damaged(byte[] in, int from, int to, Parts parts) {
    parts.unreadable(
        RejectedException.of(
            RejectionReason.INVALID_COMPRESSION, "the compressed data is truncated or damaged"),
        in,
        from,
        to);
  }

  /**
   * Reads one member, stream or run of plain bytes.
   *
   * @return its end, or NOT_FOUND if it is damaged
   */
  private int readPart(byte[] in, int at, int end, Text text) throws TooLargeException {
    if (isGzip(in, at, end)) {
      int body = afterHeader(in, at, end);
      return body == NOT_FOUND ? NOT_FOUND : inflateMember(in, body, end, text);
    }
    if (isZlib(in, at, end)) {
      int mark = text.size;
      int streamEnd = inflate(in, at, end, false, text);
      if (streamEnd != NOT_FOUND || !Utf8.isValid(in, at, end)) {
        return streamEnd;
      }
      // Plain text that happens to start like a zlib stream.
      text.size = mark;
    }
    int to = Separators.skip(in, at, end);
    if (to == at || to < end && !isZlib(in, to, end)) {
      int next = nextGzip(in, at, end);
      to = next == NOT_FOUND ? end : next;
    }
    text.add(in, at, to);
    return to;
  }

  private int inflateMember(byte[] in, int body, int end, Text text) throws TooLargeException {
    int mark = text.size;
    int trailer = inflate(in, body, end, true, text);
    if (trailer == NOT_FOUND || end - trailer < TRAILER) {
      return NOT_FOUND;
    }
    CRC32 checksum = new CRC32();
    checksum.update(text.bytes, mark, text.size - mark);
    boolean valid =
        checksum.getValue() == littleEndian(in, trailer)
            && text.size - mark == littleEndian(in, trailer + 4);
    return valid ? trailer + TRAILER : NOT_FOUND;
  }

  private static long littleEndian(byte[] in, int at) {
    return in[at] & 0xFF
        | (in[at + 1] & 0xFF) << 8
        | (in[at + 2] & 0xFF) << 16
        | (in[at + 3] & 0xFFL) << 24;
  }

  /** Start of the member's compressed bytes, or NOT_FOUND if its header is truncated. */
  private static int afterHeader(byte[] in, int start, int end) {
    int at = start + HEADER;
    if (at > end) {
      return NOT_FOUND;
    }
    int flags = in[start + 3];
    if ((flags & FLAG_EXTRA) != 0) {
      if (at + 2 > end) {
        return NOT_FOUND;
      }
      at += 2 + (in[at] & 0xFF | (in[at + 1] & 0xFF) << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      at = afterZero(in, at, end);
    }
    if ((flags & FLAG_COMMENT) != 0) {
      at = afterZero(in, at, end);
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      at += 2;
    }
    return at >= end ? NOT_FOUND : at;
  }

  private static int afterZero(byte[] in, int from, int end) {
    int at = from;
    while (at < end && in[at] != 0) {
      at++;
    }
    return at + 1;
  }

  /** End of the compressed data, or NOT_FOUND if it is truncated or damaged. */
  private int inflate(byte[] in, int from, int end, boolean raw, Text text)
      throws TooLargeException {
    Inflater inflater = new Inflater(raw);
    try {
      inflater.setInput(in, from, end - from);
      while (!inflater.finished()) {
        text.reserve((end - from) * 2);
        int room = (int) Math.min(text.bytes.length - text.size, remaining + 1);
        int read = inflater.inflate(text.bytes, text.size, room);
        if (read == 0 && !inflater.finished()) {
          return NOT_FOUND;
        }
        text.size += read;
        remaining -= read;
        if (remaining < 0) {
          throw new TooLargeException();
        }
      }
      text.expanded = true;
      return end - inflater.getRemaining();
    } catch (DataFormatException e) {
      return NOT_FOUND;
    } finally {
      inflater.end();
    }
  }

  private static boolean isGzip(byte[] bytes, int at, int end) {
    return end - at > 2
        && bytes[at] == (byte) 0x1F
        && bytes[at + 1] == (byte) 0x8B
        && bytes[at + 2] == 8;
  }

  private static boolean isZlib(byte[] bytes, int at, int end) {
    // 32 KB window and deflate, as all writers use; and the header check of RFC 1950.
    return end - at > 2
        && bytes[at] == 0x78
        && (0x7800 | bytes[at + 1] & 0xFF) % 31 == 0
        && (bytes[at + 1] & 0x20) == 0;
  }

  /** Possible start of the next member. Bytes beyond end may be left over from a failed attempt. */
  private static int nextGzip(byte[] bytes, int from, int end) {
    for (int at = from; at < end - 2; at++) {
      if (isGzip(bytes, at, end)) {
        return at;
      }
    }
    return NOT_FOUND;
  }

  /** The expanded bytes of consecutive parts. */
  private final class Text {
    private byte[] bytes = new byte[0];
    private int size;

    /** Whether any part was compressed; if not, it is plain text regardless of its first bytes. */
    private boolean expanded;

    void add(byte[] from, int start, int end) {
      grow(size + end - start);
      System.arraycopy(from, start, bytes, size, end - start);
      size += end - start;
    }

    /** Reserves space for the next expanded bytes. */
    void reserve(int guess) {
      if (bytes.length - size < MIN_FREE_BYTES) {
        grow(size + Math.max(MIN_FREE_BYTES, guess));
      }
    }

    private void grow(int needed) {
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
      }
    }

    void flush(int level, Parts parts) {
      if (size == 0) {
        return;
      }
      byte[] taken = bytes;
      int end = size;
      bytes = new byte[0];
      size = 0;
      boolean again = expanded && isCompressed(taken, 0, end);
      expanded = false;
      if (!again) {
        parts.text(taken, 0, end);
      } else if (level == MAX_LEVELS) {
        parts.unreadable(
            RejectedException.of(
                RejectionReason.INVALID_COMPRESSION,
                "compressed more than " + MAX_LEVELS + " times"),
            taken,
            0,
            end);
      } else {
        expand(taken, 0, end, level + 1, parts);
      }
    }
  }

  /** The record expands beyond its limit. */
  private static final class TooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("parse.max-uncompressed", null, false, false);
    }
  }
}
