package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * The visible files of a table from which rows were erased after the job had published them.
 *
 * <p>For the job a visible file is immutable: it decides by the object's length whether a file of
 * its snapshot is already visible. An erasure replaces or deletes such files. So it first records
 * the length that the job knows, in a small object outside of the table:
 *
 * <pre>
 *   click_events/year=2026/month=11/day=20/a.parquet                  replaced or deleted
 *   _sink/click_events/erased/year=2026/month=11/day=20/a.parquet     {"bytes": 73511}
 * </pre>
 *
 * <p>Only a visible file is recorded, and visible files are complete. So a file of this length that
 * is recorded was visible, and must never be written again: its state in a snapshot, or in an
 * upload, still has the erased rows. It does not matter whether the erasure has happened yet. The
 * record is never removed, since old snapshots may be restored at any time.
 */
public final class ErasedFiles {

  private static final JsonMapper JSON = new JsonMapper();

  private static final String BYTES = "bytes";

  private final Path folder;

  /**
   * @param metadata folder of the table's metadata, see {@link RollingParquetSinkBuilder#metadata}
   */
  public ErasedFiles(Path metadata) {
    this.folder = new Path(metadata, "erased");
  }

  /**
   * Records that rows of a visible file are about to be erased. If that was recorded before, the
   * length before the first erasure stays.
   *
   * @param bucket folder of the file relative to its table
   * @param length bytes of the visible object
   */
  public void record(String bucket, Path file, long length) throws IOException {
    if (lengthBefore(bucket, file).isPresent()) {
      return;
    }
    Path path = path(bucket, file);
    try (FSDataOutputStream out = path.getFileSystem().create(path, WriteMode.OVERWRITE)) {
      out.write(JSON.writeValueAsBytes(JSON.createObjectNode().put(BYTES, length)));
    }
  }

  /** Bytes of a file before rows were erased; empty if none were. */
  OptionalLong lengthBefore(String bucket, Path file) throws IOException {
    Path path = path(bucket, file);
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      return OptionalLong.of(JSON.readTree(in).required(BYTES).asLong());
    } catch (FileNotFoundException e) {
      return OptionalLong.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(path + " is damaged: it does not say how many bytes the file had", e);
    }
  }

  /**
   * Whether a file with this length is visible, or was, until rows were erased.
   *
   * @param length that the job knows
   */
  public boolean isVisible(String bucket, Path file, long length) throws IOException {
    OptionalLong found = RecoverableFiles.of(file).length(file);
    return found.isPresent() && found.getAsLong() == length || wasVisible(bucket, file, length);
  }

  /** Whether a file with this length was visible, until rows were erased. */
  boolean wasVisible(String bucket, Path file, long length) throws IOException {
    OptionalLong before = lengthBefore(bucket, file);
    return before.isPresent() && before.getAsLong() == length;
  }

  private Path path(String bucket, Path file) {
    return new Path(bucket.isEmpty() ? folder : new Path(folder, bucket), file.getName());
  }
}
