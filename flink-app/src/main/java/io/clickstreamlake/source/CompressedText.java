package io.clickstreamlake.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The text of an object that may be compressed with gzip or Zstandard. What follows a gzip member
 * is another member, whose text continues that of the first, or lines that are not compressed; so
 * gzip records with a line end after each, as Firehose writes them without compression of its own,
 * are read too.
 */
public final class CompressedText extends InputStream {

  private static final int BUFFER_BYTES = 1 << 16;
  public static final int MAGIC_BYTES = 4;
  private static final int ZSTD_MAGIC = 0xFD2FB528; // little endian, RFC 8878

  private final InputStream in;

  /** The gzip member that is being read, or null. */
  private InputStream member;

  /** Whether the next byte of {@link #in} may be the first of a member. */
  private boolean atStart = true;

  private CompressedText(InputStream in) {
    this.in = in;
  }

  /** The text of the object: its bytes if it is not compressed. */
  public static InputStream of(InputStream object) throws IOException {
    BufferedInputStream in = new BufferedInputStream(object, BUFFER_BYTES);
    byte[] magic = peek(in);
    if (isGzip(magic, 0, magic.length)) {
      return new CompressedText(in);
    }
    return isZstd(magic) ? new ZstdInputStreamNoFinalizer(in) : in;
  }

  /** Whether a gzip member with deflate (RFC 1952) begins here. */
  public static boolean isGzip(byte[] bytes, int at, int end) {
    return end - at > 2
        && bytes[at] == (byte) 0x1F
        && bytes[at + 1] == (byte) 0x8B
        && bytes[at + 2] == 8;
  }

  /**
   * Whether an object is compressed.
   *
   * @param object its first {@value #MAGIC_BYTES} bytes, or all if it has less
   */
  static boolean isCompressed(byte[] object) {
    return isGzip(object, 0, object.length) || isZstd(object);
  }

  private static boolean isZstd(byte[] magic) {
    return magic.length >= MAGIC_BYTES
        && ((magic[0] & 0xFF)
                | (magic[1] & 0xFF) << 8
                | (magic[2] & 0xFF) << 16
                | (magic[3] & 0xFF) << 24)
            == ZSTD_MAGIC;
  }

  /**
   * A stream that compresses as an object is compressed.
   *
   * @param object its first {@value #MAGIC_BYTES} bytes, or all if it has less
   * @param out is closed with the stream
   */
  public static OutputStream compressingLike(byte[] object, OutputStream out) throws IOException {
    if (isGzip(object, 0, object.length)) {
      return new GZIPOutputStream(out, BUFFER_BYTES);
    }
    return isZstd(object) ? new ZstdOutputStreamNoFinalizer(out) : out;
  }

  private static byte[] peek(BufferedInputStream in) throws IOException {
    in.mark(MAGIC_BYTES);
    byte[] magic = in.readNBytes(MAGIC_BYTES);
    in.reset();
    return magic;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (true) {
      if (member == null && atStart) {
        byte[] magic = peek((BufferedInputStream) in);
        atStart = false;
        if (isGzip(magic, 0, magic.length)) {
          member = new GzipCompressorInputStream(in);
        }
      }
      if (member == null) {
        return readLine(bytes, offset, length);
      }
      int n = member.read(bytes, offset, length);
      if (n >= 0) {
        return n;
      }
      member = null;
      atStart = true;
    }
  }

  /** Reads bytes that are not compressed, at most to the end of their line. */
  private int readLine(byte[] bytes, int offset, int length) throws IOException {
    int n = 0;
    while (n < length && !atStart) {
      int b = in.read();
      if (b < 0) {
        return n == 0 ? -1 : n;
      }
      bytes[offset + n++] = (byte) b;
      atStart = b == '\n';
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
