package io.clickstreamlake.sink;

import java.util.Objects;
import org.apache.flink.core.fs.Path;

/** A file that is written to its end and waits for a checkpoint to become visible. */
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
   * @param lineage of the attempt that wrote it
   * @param checkpoint the first that knows of the file as rolled
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

  /** Of the attempt that wrote the file. */
  Lineage lineage() {
    return lineage;
  }

  /**
   * The first checkpoint that knows of the file as rolled, so the first that can be restored once
   * it is visible.
   */
  long checkpoint() {
    return checkpoint;
  }

  /** The same, when it is known in which checkpoint the writer handed it over. */
  CommittableFile handedOverIn(long checkpoint) {
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
