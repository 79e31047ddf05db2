package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.files.AtomicFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.IOUtils;

/**
 * A visible file in the manifest of a {@link BatchRun}, which loses rows that the run publishes
 * elsewhere. Its new content is stored already. Immutable.
 */
final class ReplacedFile {

  private static final int COPY_BYTES = 1 << 16;

  private final Path metadata;
  private final String bucket;
  private final Path path;
  private final long length;
  private final long modified;
  @Nullable private final Path staged;

  private ReplacedFile(
      Path metadata, String bucket, Path path, long length, long modified, @Nullable Path staged) {
    this.metadata = metadata;
    this.bucket = Objects.requireNonNull(bucket);
    this.path = path;
    this.length = length;
    this.modified = modified;
    this.staged = staged;
  }

  /**
   * @param metadata folder of the table's metadata
   */
  static ReplacedFile of(Path metadata, StagedFile file) {
    return new ReplacedFile(
        metadata,
        file.bucket,
        new Path(file.replaced),
        file.length,
        file.modified,
        file.staged == null ? null : new Path(file.staged));
  }

  /** Reads what {@link #writeTo} wrote. */
  static ReplacedFile read(JsonNode json) {
    return new ReplacedFile(
        new Path(json.path("metadata").asText()),
        json.path("bucket").asText(),
        new Path(json.path("path").asText()),
        json.path("bytes").asLong(),
        json.path("modified").asLong(),
        json.has("staged") ? new Path(json.path("staged").asText()) : null);
  }

  void writeTo(ObjectNode json) {
    json.put("metadata", metadata.toString());
    json.put("bucket", bucket);
    json.put("path", path.toString());
    json.put("bytes", length);
    json.put("modified", modified);
    if (staged != null) {
      json.put("staged", staged.toString());
    }
  }

  /** Whether the file is as it was when its new content was made. */
  boolean isUnchanged() throws IOException {
    try {
      FileStatus now = path.getFileSystem().getFileStatus(path);
      return now.getLen() == length && now.getModificationTime() == modified;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Replaces or deletes the file at once, unless that was done. */
  void replace() throws IOException {
    if (!isUnchanged()) {
      return;
    }
    new ErasedFiles(metadata).record(bucket, path, length);
    if (staged == null) {
      path.getFileSystem().delete(path, false);
      return;
    }
    AtomicFile.write(
        path,
        out -> {
          try (FSDataInputStream in = staged.getFileSystem().open(staged)) {
            IOUtils.copyBytes(in, out, COPY_BYTES, false);
          }
        });
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
