package io.clickstreamlake.erase;

import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.source.StoredRecords;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Erases the events of the persons from a text of records, such as an object of the raw archive.
 * The text is read twice: first to find the records, and only if there are some, to copy the
 * others. All other bytes stay as they are: damaged records too, and separators except for those of
 * the records that are gone ({@link Separators}).
 *
 * <p>Not thread-safe.
 */
final class TextErasure {

  private final RecordErasure records;
  private final int maxRecordBytes;
  private final long arrival;
  private final boolean isFailedDeliveries;
  private final boolean wholeRecords;

  TextErasure(RecordErasure records, int maxRecordBytes, long arrival) {
    this(records, maxRecordBytes, arrival, false, false);
  }

  /**
   * @param arrival milliseconds since the epoch, for events without a time
   * @param isFailedDeliveries whether each line holds a record that could not be delivered
   * @param wholeRecords whether records with events of others are removed if they cannot be cut
   */
  TextErasure(
      RecordErasure records,
      int maxRecordBytes,
      long arrival,
      boolean isFailedDeliveries,
      boolean wholeRecords) {
    this.records = records;
    this.maxRecordBytes = maxRecordBytes;
    this.arrival = arrival;
    this.isFailedDeliveries = isFailedDeliveries;
    this.wholeRecords = wholeRecords;
  }

  /** A record that changes, with the separators before and after it. Offsets are in the text. */
  private static final class Change {
    private final long gapStart;
    private final long start;
    private final long end;

    /** End of the separators after it. */
    private long gapEnd;

    /** Null if the record is removed. */
    @Nullable private final byte[] rest;

    private Change(long gapStart, long start, long end, @Nullable byte[] rest) {
      this.gapStart = gapStart;
      this.start = start;
      this.end = end;
      this.rest = rest;
    }
  }

  /** The records of the persons in a text. */
  static final class Found {
    private final List<Change> changes = new ArrayList<>();
    private long length;

    /** Records of the text. */
    long records;

    /** Events of the persons that can be erased. */
    long events;

    /** Records with events of the persons that cannot be erased without those of others. */
    long shared;

    /** Whether compressed data is damaged, so that the text ends before the object does. */
    boolean isDamaged;

    private long removed;

    boolean changes() {
      return !changes.isEmpty();
    }

    /** Whether no record is left. */
    boolean removesAll() {
      return removed == records;
    }

    /**
     * Writes the text without the events.
     *
     * @param text the same that was searched
     */
    void write(InputStream text, OutputStream out) throws IOException {
      long at = 0;
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        if (change.rest != null) {
          copy(text, change.start - at, out);
          copy(text, change.end - change.start, OutputStream.nullOutputStream());
          out.write(change.rest);
          at = change.end;
          continue;
        }
        copy(text, change.gapStart - at, out);
        StringBuilder gap = new StringBuilder();
        at = change.gapStart;
        boolean isStart = at == 0;
        while (true) {
          gap.append(latin1(text, change.start - at)).append(Separators.REMOVED);
          copy(text, change.end - change.start, OutputStream.nullOutputStream());
          at = change.end;
          Change next = i + 1 < changes.size() ? changes.get(i + 1) : null;
          if (next == null || next.rest != null || next.gapStart != at) {
            break;
          }
          change = next;
          i++;
        }
        gap.append(latin1(text, change.gapEnd - at));
        at = change.gapEnd;
        out.write(
            Separators.without(gap.toString(), isStart, at == length)
                .getBytes(StandardCharsets.ISO_8859_1));
      }
      copy(text, length - at, out);
      if (text.read() >= 0) {
        throw new IOException("the object has changed while it was read");
      }
    }

    private static String latin1(InputStream text, long length) throws IOException {
      byte[] bytes = text.readNBytes(Math.toIntExact(length));
      if (bytes.length < length) {
        throw new EOFException("the object has changed while it was read");
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void copy(InputStream text, long length, OutputStream out) throws IOException {
      byte[] buffer = new byte[1 << 16];
      for (long left = length; left > 0; ) {
        int n = text.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        if (n == 0) {
          throw new EOFException("the object has changed while it was read");
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }

  /**
   * Finds what is to be erased.
   *
   * @param object bytes of the object, which may be compressed
   */
  Found find(InputStream object) throws IOException {
    Found found = new Found();
    try (StoredRecords text = new StoredRecords(object, maxRecordBytes)) {
      long previousEnd = 0;
      Change open = null;
      while (text.next()) {
        found.records++;
        if (open != null) {
          open.gapEnd = text.start();
        }
        open = change(text, previousEnd, found);
        previousEnd = text.end();
      }
      found.length = text.end();
      if (open != null) {
        open.gapEnd = found.length;
      }
    }
    return found;
  }

  @Nullable
  private Change change(StoredRecords text, long previousEnd, Found found) throws IOException {
    RecordErasure.Outcome outcome =
        isFailedDeliveries
            ? records.applyToFailedDelivery(text.record(), arrival)
            : records.apply(text.record(), arrival);
    boolean isShared = outcome.kind == RecordErasure.Kind.SHARED;
    if (text.reason() == RejectionReason.INVALID_COMPRESSION) {
      found.isDamaged = true;
      isShared = outcome.events > 0;
    }
    if (outcome.kind == RecordErasure.Kind.KEPT) {
      return null;
    }
    if (isShared && (found.isDamaged || !wholeRecords)) {
      found.shared++;
      return null;
    }
    found.events += outcome.events;
    found.removed += outcome.rest == null ? 1 : 0;
    Change change = new Change(previousEnd, text.start(), text.end(), outcome.rest);
    found.changes.add(change);
    return change;
  }
}
