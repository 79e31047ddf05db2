package io.clickstreamlake.sink;

import java.util.Objects;
import org.apache.flink.core.fs.Path;

/** A complete file that becomes visible after the next checkpoint. Immutable. */
final class CommittableFile {

  private final String identity;
  private final Lineage lineage;
  private final long checkpoint;
  private final String bucket;
  private final Path path;
  private final long openedAt;
  private final long rows;
  private final long length;
  private final SerializedRecoverable commit;

  /**
   * @param identity of the sink, see {@link RollingParquetSinkBuilder#identity}
   * @param lineage of the attempt that wrote the file
   * @param checkpoint the first one that contains the file as rolled
   * @param openedAt processing time, in milliseconds since 1970
   * @param length bytes of the object
   */
  CommittableFile(
      String identity,
      Lineage lineage,
      long checkpoint,
      String bucket,
      Path path,
      long openedAt,
      long rows,
      long length,
      SerializedRecoverable commit) {
    this.identity = Objects.requireNonNull(identity);
    this.lineage = Objects.requireNonNull(lineage);
    this.checkpoint = checkpoint;
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

  /** Lineage of the attempt that wrote the file. */
  Lineage lineage() {
    return lineage;
  }

  /**
   * The first checkpoint that contains the file as rolled, and so the first that can be restored
   * after the file is visible.
   */
  long checkpoint() {
    return checkpoint;
  }

  /** This file with the checkpoint in which the writer handed it over. */
  CommittableFile withCheckpoint(long checkpoint) {
    return new CommittableFile(
        identity, lineage, checkpoint, bucket, path, openedAt, rows, length, commit);
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
        && lineage.equals(that.lineage)
        && checkpoint == that.checkpoint
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
