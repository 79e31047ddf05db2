package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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

  /** Reads what {@link #writeTo} wrote. */
  static PublishedFile read(JsonNode json) throws IOException {
    JsonNode upload = json.path("upload");
    return new PublishedFile(
        json.path("bucket").asText(),
        new Path(json.path("path").asText()),
        json.path("bytes").asLong(),
        upload.isMissingNode()
            ? null
            : new SerializedRecoverable(
                upload.path("version").asInt(), upload.path("commit").binaryValue()));
  }

  void writeTo(ObjectNode json) {
    json.put("path", path.toString());
    json.put("bucket", bucket);
    json.put("bytes", length);
    if (commit != null) {
      json.putObject("upload").put("version", commit.version()).put("commit", commit.bytes());
    }
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
