package io.clickstreamlake.parse;

import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Takes a compressed record apart. It may hold gzip members (RFC 1952) and zlib streams (RFC 1950),
 * one after the other, with separators between them, and plain text before, between and behind gzip
 * members; and what they expand to may be compressed again. All that follows on each other without
 * a flaw is one text, as RFC 1952 has it, so a line may begin in one member and end in the next.
 *
 * <p>Every byte of the record is part of a text or of a rejected piece:
 *
 * <pre>
 *   member │ plain │ member │ damaged member │ member
 *   └──────── one text ─────┘ └─ rejected ──┘ └ text ┘
 * </pre>
 *
 * A damaged member ends where the next one begins that can be read, or with the record.
 */
final class Expander {

  /** Takes the parts of a record in their order. */
  interface Parts {
    void text(byte[] bytes, int start, int end);

    void unreadable(RejectedException why, byte[] bytes, int start, int end);
  }

  /** Compressed data in compressed data in compressed data. */
  private static final int MAX_LEVELS = 3;

  /** How many damaged members are looked behind for a good one. */
  private static final int MAX_DAMAGED = 16;

  private static final int LEAST_ROOM = 8192;
  private static final int HEADER = 10;
  private static final int TRAILER = 8;
  private static final int NOT_FOUND = -1;

  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private final long maxExpanded;

  /** Bytes that this record may still expand to, all levels and failed attempts together. */
  private long left;

  /**
   * @param maxExpanded bytes that one record may expand to
   */
  Expander(long maxExpanded) {
    this.maxExpanded = maxExpanded;
  }

  /** Whether a record that begins like this is compressed. */
  static boolean isCompressed(byte[] bytes, int start, int end) {
    return isGzip(bytes, start, end) || isZlib(bytes, start, end);
  }

  /** Whether a gzip member may begin somewhere. No UTF-8 text holds these bytes. */
  static boolean holdsGzip(byte[] bytes) {
    return nextGzip(bytes, 0, bytes.length) != NOT_FOUND;
  }

  /** Hands over all parts of the record. */
  void expand(byte[] record, Parts parts) {
    left = maxExpanded;
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
            RejectionReason.INVALID_COMPRESSION, "the compressed data is cut off or damaged"),
        in,
        from,
        to);
  }

  /**
   * Reads one member, stream or run of plain bytes.
   *
   * @return where it ends, or NOT_FOUND if it is damaged
   */
  private int readPart(byte[] in, int at, int end, Text text) throws TooLargeException {
    if (isGzip(in, at, end)) {
      int body = behindHeader(in, at, end);
      return body == NOT_FOUND ? NOT_FOUND : inflateMember(in, body, end, text);
    }
    if (isZlib(in, at, end)) {
      int mark = text.size;
      int behind = inflate(in, at, end, false, text);
      if (behind != NOT_FOUND || !Utf8.isValid(in, at, end)) {
        return behind;
      }
      // Plain text that happens to begin like a stream.
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
    boolean same =
        checksum.getValue() == littleEndian(in, trailer)
            && text.size - mark == littleEndian(in, trailer + 4);
    return same ? trailer + TRAILER : NOT_FOUND;
  }

  private static long littleEndian(byte[] in, int at) {
    return in[at] & 0xFF
        | (in[at + 1] & 0xFF) << 8
        | (in[at + 2] & 0xFF) << 16
        | (in[at + 3] & 0xFFL) << 24;
  }

  /** Where the compressed bytes of the member begin, or NOT_FOUND if its header is cut off. */
  private static int behindHeader(byte[] in, int start, int end) {
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
      at = behindZero(in, at, end);
    }
    if ((flags & FLAG_COMMENT) != 0) {
      at = behindZero(in, at, end);
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      at += 2;
    }
    return at >= end ? NOT_FOUND : at;
  }

  private static int behindZero(byte[] in, int from, int end) {
    int at = from;
    while (at < end && in[at] != 0) {
      at++;
    }
    return at + 1;
  }

  /** Where the compressed data ends, or NOT_FOUND if it is cut off or damaged. */
  private int inflate(byte[] in, int from, int end, boolean raw, Text text)
      throws TooLargeException {
    Inflater inflater = new Inflater(raw);
    try {
      inflater.setInput(in, from, end - from);
      while (!inflater.finished()) {
        text.reserve((end - from) * 2);
        int room = (int) Math.min(text.bytes.length - text.size, left + 1);
        int read = inflater.inflate(text.bytes, text.size, room);
        if (read == 0 && !inflater.finished()) {
          return NOT_FOUND;
        }
        text.size += read;
        left -= read;
        if (left < 0) {
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
    // 32 KB window and deflate, as all writers have it; and the check of RFC 1950 over both bytes.
    return end - at > 2
        && bytes[at] == 0x78
        && (0x7800 | bytes[at + 1] & 0xFF) % 31 == 0
        && (bytes[at + 1] & 0x20) == 0;
  }

  /** Where the next member may begin. Behind the end may lie what was expanded in vain. */
  private static int nextGzip(byte[] bytes, int from, int end) {
    for (int at = from; at < end - 2; at++) {
      if (isGzip(bytes, at, end)) {
        return at;
      }
    }
    return NOT_FOUND;
  }

  /** What the parts so far expand to. */
  private final class Text {
    private byte[] bytes = new byte[0];
    private int size;

    /** Whether some of it was compressed; else it is text, however it begins. */
    private boolean expanded;

    void add(byte[] from, int start, int end) {
      grow(size + end - start);
      System.arraycopy(from, start, bytes, size, end - start);
      size += end - start;
    }

    /** Makes room for some of what is expanded next. */
    void reserve(int guess) {
      if (bytes.length - size < LEAST_ROOM) {
        grow(size + Math.max(LEAST_ROOM, guess));
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
                "compressed more than " + MAX_LEVELS + " times over"),
            taken,
            0,
            end);
      } else {
        expand(taken, 0, end, level + 1, parts);
      }
    }
  }

  /** The limit of all expansion of the record is reached. */
  private static final class TooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("parse.max-uncompressed", null, false, false);
    }
  }
}
