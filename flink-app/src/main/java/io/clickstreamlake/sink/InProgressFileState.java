package io.clickstreamlake.sink;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/**
 * One open file in a checkpoint: all that is needed to finish it, without encoder and schema.
 *
 * <pre>
 *   the finished file   0 ───────── uploaded ─────────┬──────────────── length
 *                       parts of the open upload      │ remaining: pages that waited, the waiting
 *                       (resume says how to reach it) │ rows as a last row group, indexes, footer
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
   * @param uploadedCrc CRC-32C of the bytes that were uploaded
   * @param resume where the upload continues; null exactly if no byte was uploaded and no upload
   *     was begun
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
              path, uploaded, resume == null ? "but no" : "yet a"));
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
