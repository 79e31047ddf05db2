package io.clickstreamlake.sink;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/**
 * The state of one open file in a checkpoint: everything that is needed to finish it, without
 * encoder and schema. Immutable.
 *
 * <pre>
 *   the finished file   0 ───────── uploaded ─────────┬──────────────── length
 *                       parts of the open upload      │ remaining: waiting pages, the buffered
 *                       (resume identifies it)        │ rows as a last row group, indexes, footer
 * </pre>
 */
final class InProgressFileState {

  private final String bucket;
  private final Path path;
  private final long openedAt;
  private final long rows;
  private final long uploaded;
  private final long uploadedCrc;
  @Nullable private final SerializedRecoverable resume;
  private final byte[] remaining;

  /**
   * @param openedAt processing time, in milliseconds since 1970
   * @param uploaded number of bytes that were uploaded
   * @param uploadedCrc CRC-32C of these bytes
   * @param resume point at which the upload continues; null if and only if no upload was started
   * @param remaining bytes that finish the file
   */
  InProgressFileState(
      String bucket,
      Path path,
      long openedAt,
      long rows,
      long uploaded,
      long uploadedCrc,
      @Nullable SerializedRecoverable resume,
      byte[] remaining) {
    if ((uploaded == 0) != (resume == null)) {
      throw new IllegalArgumentException(
          String.format(
              "%s: %d bytes uploaded, %s resume point",
              path, uploaded, resume == null ? "but no" : "but a"));
    }
    this.bucket = Objects.requireNonNull(bucket);
    this.path = Objects.requireNonNull(path);
    this.openedAt = openedAt;
    this.rows = rows;
    this.uploaded = uploaded;
    this.uploadedCrc = uploadedCrc;
    this.resume = resume;
    this.remaining = Objects.requireNonNull(remaining);
  }

  String bucket() {
    return bucket;
  }

  Path path() {
    return path;
  }

  /** Processing time, in milliseconds since 1970. */
  long openedAt() {
    return openedAt;
  }

  long rows() {
    return rows;
  }

  long uploaded() {
    return uploaded;
  }

  long uploadedCrc() {
    return uploadedCrc;
  }

  Optional<SerializedRecoverable> resume() {
    return Optional.ofNullable(resume);
  }

  byte[] remaining() {
    return remaining;
  }

  /** Length of the finished file. */
  long length() {
    return uploaded + remaining.length;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof InProgressFileState)) {
      return false;
    }
    InProgressFileState that = (InProgressFileState) other;
    return bucket.equals(that.bucket)
        && path.equals(that.path)
        && openedAt == that.openedAt
        && rows == that.rows
        && uploaded == that.uploaded
        && uploadedCrc == that.uploadedCrc
        && Objects.equals(resume, that.resume)
        && Arrays.equals(remaining, that.remaining);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return String.format(
        "%s (%d rows, %d bytes, %d of them uploaded)", path, rows, length(), uploaded);
  }
}
