package io.clickstreamlake.sink;

import java.util.Objects;
import org.apache.flink.core.fs.Path;

/** A file that is written to its end and waits for a checkpoint to become visible. */
final class CommittableFile {

  private final String identity;
  private final long afterCheckpoint;
  private final String bucket;
  private final Path path;
  private final long openedAt;
  private final long rows;
  private final long length;
  private final SerializedRecoverable commit;

  /**
   * @param afterCheckpoint the last checkpoint that the writer stored before the file rolled; -1 if
   *     there was none
   */
  CommittableFile(
      String identity,
      long afterCheckpoint,
      String bucket,
      Path path,
      long openedAt,
      long rows,
      long length,
      SerializedRecoverable commit) {
    this.identity = Objects.requireNonNull(identity);
    this.afterCheckpoint = afterCheckpoint;
    this.bucket = Objects.requireNonNull(bucket);
    this.path = Objects.requireNonNull(path);
    this.openedAt = openedAt;
    this.rows = rows;
    this.length = length;
    this.commit = Objects.requireNonNull(commit);
  }

  String identity() {
    return identity;
  }

  /** The file holds rows from after this checkpoint, which a restore of it would repeat. */
  long afterCheckpoint() {
    return afterCheckpoint;
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

  /** Bytes that the object has once it is committed. */
  long length() {
    return length;
  }

  SerializedRecoverable commit() {
    return commit;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof CommittableFile)) {
      return false;
    }
    CommittableFile that = (CommittableFile) other;
    return identity.equals(that.identity)
        && afterCheckpoint == that.afterCheckpoint
        && bucket.equals(that.bucket)
        && path.equals(that.path)
        && openedAt == that.openedAt
        && rows == that.rows
        && length == that.length
        && commit.equals(that.commit);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return String.format("%s (%d rows, %d bytes)", path, rows, length);
  }
}
