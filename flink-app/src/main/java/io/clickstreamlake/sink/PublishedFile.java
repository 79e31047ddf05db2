package io.clickstreamlake.sink;

import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;

/**
 * A file in an entry of the {@link PublicationLog}, which is about to become visible. Immutable.
 */
final class PublishedFile {

  private final String bucket;
  private final Path path;
  private final long length;
  @Nullable private final SerializedRecoverable commit;

  /**
   * @param length bytes of the object
   * @param commit point to complete the upload from; null if only the restoring writer can
   */
  PublishedFile(String bucket, Path path, long length, @Nullable SerializedRecoverable commit) {
    this.bucket = Objects.requireNonNull(bucket);
    this.path = Objects.requireNonNull(path);
    this.length = length;
    this.commit = commit;
  }

  String bucket() {
    return bucket;
  }

  Path path() {
    return path;
  }

  /** Bytes of the object. */
  long length() {
    return length;
  }

  @Nullable
  SerializedRecoverable commit() {
    return commit;
  }
}
