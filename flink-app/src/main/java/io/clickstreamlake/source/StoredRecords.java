package io.clickstreamlake.source;

import io.clickstreamlake.event.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.annotation.Nullable;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The records of an object: a file of events, or an object of the raw archive, into which Firehose
 * wrote record after record with a line end after each. The object may be compressed as a whole
 * ({@link CompressedText}). A record in it is one of these, and white space, commas and the
 * brackets of arrays between them are skipped:
 *
 * <pre>
 *   {…}        a JSON object, on one line or several; also an element of an array
 *   1f 8b 08…  a gzip member; it ends where its compressed data ends
 *   78 …       a zlib stream, likewise
 *   00 …, 03 … the header of a schema registry (5 bytes, 18 bytes), and one of the above
 *   …          anything else, to the end of the line
 * </pre>
 *
 * <p>An object that does not end, or after whose line JSON allows no continuation like the next
 * line, is damaged: it ends with its line, or with the last line that is indented or begins with a
 * closing bracket. So a truncated record does not take its neighbor with it.
 *
 * <p>One record is in memory. Of a record that is larger than the maximum, the first bytes are
 * kept, with the reason {@link RejectionReason#TOO_LARGE}. The end of damaged compressed data is
 * the last record, with the text that could be read since the record before it. Not thread-safe.
 */
public final class StoredRecords implements Closeable {

  private static final int INITIAL_BYTES = 1 << 16;

  /** About the largest array; records have at most half of that. */
  private static final int MAX_BUFFER_BYTES = Integer.MAX_VALUE - 8;

  /** Nothing follows, or nothing precedes. */
  private static final int NONE = -1;

  private static final int MIN_MEMBER_BYTES = 18;
  private static final int CONFLUENT_HEADER_BYTES = 5;
  private static final int GLUE_HEADER_BYTES = 18;

  /**
   * A damaged object whose end was searched for over more bytes than that makes every line up to
   * there a record: otherwise each line could be searched to the end of the object.
   */
  private static final int MAX_SEARCH_BYTES = 1 << 20;

  private final InputStream in;
  private final int maxBytes;

  /** Bytes of the text: read up to {@link #limit}; before {@link #at} they are done with. */
  private byte[] buffer = new byte[INITIAL_BYTES];

  private int at;
  private int limit;
  private boolean ended;

  /** Why the text ends before the object does, or null. */
  @Nullable private String damage;

  /** Line of {@link #at}, from 1, and the number of bytes before it on that line. */
  private long line = 1;

  private long column;

  /** Offset of {@link #at} in the text. */
  private long offset;

  /** Bytes after {@link #at} in which each line is a record. */
  private int singleLines;

  // The current record.
  private byte[] record;
  private long recordLine;
  private long recordColumn;
  private long recordStart;
  @Nullable private RejectionReason reason;
  @Nullable private String message;

  // The scan of an object.
  private final BitSet inObjects = new BitSet();

  /**
   * @param object its bytes, which may be compressed
   * @param maxBytes maximum size of a record
   */
  public StoredRecords(InputStream object, int maxBytes) throws IOException {
    this.maxBytes = maxBytes;
    this.in = CompressedText.of(new Storage(object));
  }

  /** Reads the next record; returns false if there is none. */
  public boolean next() throws IOException {
    reason = null;
    message = null;
    skipSeparators();
    recordLine = line;
    recordColumn = column;
    recordStart = offset;
    if (!has(0)) {
      return endsDamaged(0);
    }
    int length = recordLength();
    if (reason == null && !has(length) && damage != null) {
      return endsDamaged(length);
    }
    if (reason == null) {
      record = Arrays.copyOfRange(buffer, at, at + length);
      consume(length);
    }
    return true;
  }

  /** The bytes of the record. */
  public byte[] record() {
    return record;
  }

  /** Offset of the record in the text of the object. */
  public long start() {
    return recordStart;
  }

  /** Offset of the first byte after the record in the text of the object. */
  public long end() {
    return offset;
  }

  /**
   * Place of the record in the uncompressed object: its line, from 1; and if another record begins
   * on the same line, a dot and the number of bytes before it on the line.
   */
  String place() {
    return recordColumn == 0 ? Long.toString(recordLine) : recordLine + "." + recordColumn;
  }

  /** Why the record is not complete; null if it is. */
  @Nullable
  public RejectionReason reason() {
    return reason;
  }

  /** Explanation of {@link #reason} for people. */
  @Nullable
  String message() {
    return message;
  }

  /** The end of the object: a last record if compressed data was damaged. */
  private boolean endsDamaged(int length) {
    if (damage == null) {
      return false;
    }
    reason = RejectionReason.INVALID_COMPRESSION;
    message = damage;
    record = Arrays.copyOfRange(buffer, at, at + length);
    consume(length);
    damage = null;
    return true;
  }

  private void skipSeparators() throws IOException {
    while (has(0)) {
      byte b = buffer[at];
      if (isBlank(b) || b == ',' || b == '[' || b == ']' || b == 0x1E) {
        consume(1);
      } else if (b == 0 && !(has(CONFLUENT_HEADER_BYTES) && isConfluentHeader())) {
        consume(1);
      } else if (b == '\\' && has(1) && (buffer[at + 1] == 'n' || buffer[at + 1] == 'r')) {
        consume(2);
      } else if (b == (byte) 0xEF
          && has(2)
          && buffer[at + 1] == (byte) 0xBB
          && buffer[at + 2] == (byte) 0xBF) {
        consume(3);
        // A byte order mark is no place on a line.
        column = 0;
      } else {
        return;
      }
    }
  }

  /** Whether a zero begins a header, and is no padding: the number of the schema is not zero. */
  private boolean isConfluentHeader() {
    return isBracket(at + CONFLUENT_HEADER_BYTES)
        && (buffer[at + 1] | buffer[at + 2] | buffer[at + 3] | buffer[at + 4]) != 0;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Length of the record that begins here. A record that is too large is consumed already. */
  private int recordLength() throws IOException {
    if (buffer[at] == '{') {
      return objectLength(0);
    }
    // So that all bytes are there that decide.
    has(GLUE_HEADER_BYTES + MIN_MEMBER_BYTES);
    int header = headerLength();
    int start = at + header;
    if (CompressedText.isGzip(buffer, start, limit) || isZlib(start)) {
      int length = compressedLength(header);
      if (length != NONE) {
        return length;
      }
    }
    return header > 0 && isBracket(start) ? objectLength(header) : lineLength(0);
  }

  /** Length of the header of a schema registry before a value, or 0. */
  private int headerLength() {
    byte first = buffer[at];
    if (first == 0 && isConfluentHeader()) {
      return CONFLUENT_HEADER_BYTES;
    }
    int value = at + GLUE_HEADER_BYTES;
    boolean isGlue =
        first == 3
            && value < limit
            && (buffer[at + 1] == 0 && isBracket(value) || buffer[at + 1] == 5 && isZlib(value));
    return isGlue ? GLUE_HEADER_BYTES : 0;
  }

  private boolean isBracket(int index) {
    return index < limit && (buffer[index] == '{' || buffer[index] == '[');
  }

  private boolean isZlib(int start) {
    // 32 KB window and deflate, as all writers use; and the header check of RFC 1950.
    return limit - start > 2
        && buffer[start] == 0x78
        && (0x7800 | buffer[start + 1] & 0xFF) % 31 == 0
        && (buffer[start + 1] & 0x20) == 0;
  }

  /** Length of the line, without its end, from an offset that belongs to it. */
  private int lineLength(int from) throws IOException {
    int length = from;
    while (has(length) && buffer[at + length] != '\n') {
      length++;
      if (length > maxBytes) {
        keepFirstBytes();
        skipLine();
        return 0;
      }
    }
    return length;
  }

  private void keepFirstBytes() {
    record = Arrays.copyOfRange(buffer, at, at + maxBytes);
    reason = RejectionReason.TOO_LARGE;
    message = "the record is larger than parse.max-uncompressed: its first bytes are kept";
    consume(maxBytes);
  }

  private void skipLine() throws IOException {
    while (has(0) && buffer[at] != '\n') {
      consume(1);
    }
  }

  // ---------------------------------------------------------------- compressed records

  /**
   * Length of the record whose gzip member or zlib stream begins after its header, or {@link #NONE}
   * if that is damaged, or larger than the maximum.
   */
  private int compressedLength(int header) throws IOException {
    boolean isGzip = CompressedText.isGzip(buffer, at + header, limit);
    for (int available = 4096; ; available *= 2) {
      has(Math.min(available, maxBytes) - 1);
      int start = at + header;
      int length = Math.min(limit, at + maxBytes) - start;
      try {
        return header + (isGzip ? gzipLength(start, length) : zlibLength(start, length));
      } catch (EOFException e) {
        if (available >= maxBytes || limit - at < available) {
          return NONE;
        }
      } catch (IOException | DataFormatException e) {
        return NONE;
      }
    }
  }

  private int gzipLength(int start, int available) throws IOException {
    ByteArrayInputStream member = new ByteArrayInputStream(buffer, start, available);
    try (InputStream text = new GzipCompressorInputStream(member)) {
      text.transferTo(OutputStream.nullOutputStream());
    }
    return available - member.available();
  }

  private int zlibLength(int start, int available) throws EOFException, DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(buffer, start, available);
      byte[] text = new byte[8192];
      while (!inflater.finished()) {
        if (inflater.inflate(text) == 0 && !inflater.finished()) {
          throw new EOFException();
        }
      }
      return (int) inflater.getBytesRead();
    } finally {
      inflater.end();
    }
  }

  // ---------------------------------------------------------------- objects

  /** Length of the record whose object begins after its header, damaged or not. */
  private int objectLength(int header) throws IOException {
    if (singleLines > 0) {
      return lineLength(0);
    }
    inObjects.clear();
    int depth = 0;
    boolean inString = false;
    byte last = 0;
    int scanned = header;
    boolean oversized = false;
    boolean newLine = false;
    while (has(scanned)) {
      byte b = buffer[at + scanned];
      if (inString) {
        if (b == '\\') {
          // The escaped byte can be neither a quote nor a line end of the text.
          scanned++;
        } else if (b == '"') {
          inString = false;
        } else if (b == '\n') {
          break;
        }
      } else if (isBlank(b)) {
        newLine |= b == '\n';
      } else {
        if (newLine && !continues(last, b, inObjects.get(depth))) {
          break;
        }
        newLine = false;
        last = b;
        if (b == '"') {
          inString = true;
        } else if (b == '{' || b == '[') {
          inObjects.set(++depth, b == '{');
        } else if ((b == '}' || b == ']') && --depth == 0) {
          return complete(scanned + 1, oversized);
        }
      }
      scanned++;
      if (scanned > maxBytes) {
        if (!oversized) {
          oversized = true;
          record = Arrays.copyOfRange(buffer, at, at + maxBytes);
        }
        // The end is still searched for, but the bytes are not kept.
        consume(scanned);
        scanned = 0;
      }
    }
    if (oversized) {
      consume(Math.min(scanned, limit - at));
      return complete(0, true);
    }
    return damagedLength(scanned);
  }

  private int complete(int length, boolean oversized) {
    if (oversized) {
      reason = RejectionReason.TOO_LARGE;
      message = "the record is larger than parse.max-uncompressed: its first bytes are kept";
      consume(length);
    }
    return length;
  }

  /** Whether JSON allows a byte as the first of a line after the last one of the lines before. */
  private static boolean continues(byte last, byte next, boolean inObject) {
    switch (last) {
      case '{':
        return next == '"' || next == '}';
      case ',':
        return inObject ? next == '"' : isValueStart(next);
      case '[':
        return next == ']' || isValueStart(next);
      case ':':
        return isValueStart(next);
      default:
        return next == ',' || next == '}' || next == ']' || next == ':';
    }
  }

  private static boolean isValueStart(byte b) {
    return b == '"'
        || b == '{'
        || b == '['
        || b == '-'
        || b >= '0' && b <= '9'
        || b == 't'
        || b == 'f'
        || b == 'n';
  }

  /** Length of a damaged object: its line and those that continue it. */
  private int damagedLength(int scanned) throws IOException {
    int length = lineLength(0);
    if (reason != null) {
      return 0;
    }
    if (scanned - length > MAX_SEARCH_BYTES) {
      singleLines = scanned;
      return length;
    }
    while (has(length + 1) && isContinuation(buffer[at + length + 1])) {
      length = lineLength(length + 1);
      if (reason != null) {
        return 0;
      }
    }
    return length;
  }

  private static boolean isContinuation(byte firstOfLine) {
    return firstOfLine == ' ' || firstOfLine == '\t' || firstOfLine == '}' || firstOfLine == ']';
  }

  // ---------------------------------------------------------------- the text

  /** Whether the text has a byte at this offset; reads on if necessary. */
  private boolean has(int offset) throws IOException {
    while (at + offset >= limit && !ended) {
      fill(offset);
    }
    return at + offset < limit;
  }

  private void fill(int offset) throws IOException {
    if (at > 0 && (at == limit || at + offset >= buffer.length)) {
      System.arraycopy(buffer, at, buffer, 0, limit - at);
      limit -= at;
      at = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, MAX_BUFFER_BYTES));
    }
    try {
      int n = in.read(buffer, limit, buffer.length - limit);
      ended = n < 0;
      limit += Math.max(0, n);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // The storage failed, not the data.
    } catch (IOException e) {
      ended = true;
      damage = "the compressed data of the object is truncated or damaged: " + e.getMessage();
    }
  }

  private void consume(int bytes) {
    for (int i = at; i < at + bytes; i++) {
      if (buffer[i] == '\n') {
        line++;
        column = 0;
      } else {
        column++;
      }
    }
    at += bytes;
    offset += bytes;
    singleLines = Math.max(0, singleLines - bytes);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The object in the storage, whose failures are not those of its data. */
  private static final class Storage extends FilterInputStream {

    Storage(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("all readers of this stream read blocks");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
