package io.clickstreamlake.source;

import io.clickstreamlake.event.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;

/**
 * The lines of a large file that one task reads, while others read the other lines. A line belongs
 * to the range in which it begins. Only files of the format JSON Lines are divided, since a record
 * of theirs ends with its line; their names end with {@code .jsonl} or {@code .ndjson}. Compressed
 * ones have no line to begin at: the first range is the whole file, and the others are empty.
 */
final class LineRange extends InputStream {

  /**
   * Size of a range; a file of twice that size is divided. The place of a record depends on it, so
   * a change makes the records of large files other ones.
   */
  static final long BYTES = 64L << 20;

  private static final List<String> SUFFIXES = List.of(".jsonl", ".ndjson");

  /** Begins the place of a record of a range, which is an offset and no line. */
  private static final char OFFSET = '@';

  private final FSDataInputStream file;
  private final long end;

  /** Offset of the first line, and of the next byte. */
  private final long first;

  private long position;
  private boolean lineEnded;

  private LineRange(FSDataInputStream file, long start, long end) throws IOException {
    this.file = file;
    this.end = end;
    position = start;
    if (start > 0) {
      // If the byte before the range ends a line, the range begins with a line.
      position--;
      file.seek(position);
      skipLine();
    }
    first = position;
    lineEnded = true;
  }

  /** The splits of a file: one, or those of its ranges. */
  static List<FileSourceSplit> splits(FileStatus file, UUID digest) {
    List<FileSourceSplit> splits = new ArrayList<>();
    String name = file.getPath().getName().toLowerCase(Locale.ROOT);
    boolean isDivided = file.getLen() >= 2 * BYTES && SUFFIXES.stream().anyMatch(name::endsWith);
    long length = isDivided ? BYTES : file.getLen();
    for (long start = 0; start < file.getLen(); start += length) {
      splits.add(
          new FileSourceSplit(
              isDivided ? digest + "-" + start / BYTES : digest.toString(),
              file.getPath(),
              start,
              Math.min(length, file.getLen() - start),
              file.getModificationTime(),
              file.getLen()));
    }
    return splits;
  }

  /** Whether a split is a range of its file. */
  static boolean isRange(FileSourceSplit split) {
    return split.length() < split.fileSize();
  }

  /**
   * Opens a range.
   *
   * @param file at its beginning; it is closed with the range
   */
  static LineRange open(FSDataInputStream file, FileSourceSplit split) throws IOException {
    byte[] magic = file.readNBytes(CompressedText.MAGIC_BYTES);
    file.seek(0);
    if (CompressedText.isCompressed(magic)) {
      return new LineRange(file, 0, split.offset() == 0 ? Long.MAX_VALUE : 0);
    }
    return new LineRange(file, split.offset(), split.offset() + split.length());
  }

  /**
   * Place of a record in its file.
   *
   * @param offset of the record in this range
   */
  String place(long offset) {
    return OFFSET + Long.toString(first + offset);
  }

  /** Whether a record is one of a first range, or of a file that is not divided. */
  static boolean isOfFirst(Origin origin) {
    String place = origin.position;
    return place.charAt(0) != OFFSET || Long.parseLong(place.substring(1)) < BYTES;
  }

  private void skipLine() throws IOException {
    byte[] bytes = new byte[8192];
    while (true) {
      int n = file.read(bytes, 0, bytes.length);
      if (n < 0) {
        return;
      }
      for (int i = 0; i < n; i++) {
        position++;
        if (bytes[i] == '\n') {
          file.seek(position);
          return;
        }
      }
    }
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("all readers of this stream read blocks");
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= end && lineEnded) {
      return -1;
    }
    int n = file.read(bytes, offset, (int) Math.min(length, Math.max(1, end - position)));
    if (n < 0) {
      return n;
    }
    if (n > 0) {
      position += n;
      lineEnded = bytes[offset + n - 1] == '\n';
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
