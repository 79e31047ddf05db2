package io.clickstreamlake.local.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of gzip data according to RFC 1952: one member or several, as {@code cat a.gz b.gz}
 * writes them. {@link java.util.zip.GZIPInputStream} ends silently after a member if the next one
 * has not arrived yet, and ignores what follows the last one; here both are read or reported.
 */
public final class GzipMembers extends InputStream {

  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int HEADER_CHECKSUM = 2;

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int from;
  private int to;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private boolean inMember;
  private boolean ended;
  private int members;

  public GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (!ended) {
      if (!inMember && !beginMember()) {
        ended = true;
        break;
      }
      int n = inflate(bytes, offset, length);
      if (n > 0) {
        checksum.update(bytes, offset, n);
        return n;
      }
      if (inflater.finished()) {
        endMember();
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    if (inflater.needsInput()) {
      if (from == to && !fill()) {
        throw new EOFException("the gzip data ends in the middle of a member");
      }
      inflater.setInput(buffer, from, to - from);
      from = to;
    }
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException("the gzip data is damaged: " + e.getMessage());
    }
  }

  /** Whether another member follows. Zeros may follow the last one, as tapes have them. */
  private boolean beginMember() throws IOException {
    int first = next();
    while (members > 0 && first == 0) {
      first = next();
    }
    if (first < 0) {
      return false;
    }
    if (first != 0x1f || must() != 0x8b || must() != 8) {
      throw new ZipException("something that is not gzip follows member " + members);
    }
    int flags = must();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(must() | must() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      skip(2);
    }
    inflater.reset();
    checksum.reset();
    inMember = true;
    members++;
    return true;
  }

  private void endMember() throws IOException {
    from -= inflater.getRemaining();
    long expected = number();
    long size = number();
    if (expected != checksum.getValue() || size != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("the checksum of gzip member " + members + " is wrong");
    }
    inMember = false;
  }

  private long number() throws IOException {
    return must() | (long) must() << 8 | (long) must() << 16 | (long) must() << 24;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      must();
    }
  }

  private void skipText() throws IOException {
    while (must() != 0) {
      // Texts end with a zero.
    }
  }

  private int must() throws IOException {
    int b = next();
    if (b < 0) {
      throw new EOFException("the gzip data ends in the middle of a member");
    }
    return b;
  }

  private int next() throws IOException {
    return from == to && !fill() ? -1 : buffer[from++] & 0xff;
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer, 0, buffer.length));
    return to > 0;
  }

  /** 0 if a read could wait for the source. */
  @Override
  public int available() throws IOException {
    return !ended && (from < to || (inMember && !inflater.needsInput())) ? 1 : in.available();
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
