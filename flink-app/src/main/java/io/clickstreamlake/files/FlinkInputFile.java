package io.clickstreamlake.files;

import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A Parquet file on one of Flink's file systems, which parquet-java can read. Immutable.
 *
 * <p>Its length is that of the moment in which this object was created. If the object is replaced
 * later, a reader must not combine bytes of both: S3's file system compares the ETag and fails.
 */
public final class FlinkInputFile implements InputFile {

  private final Path path;
  private final long length;

  private FlinkInputFile(Path path, long length) {
    this.path = path;
    this.length = length;
  }

  /**
   * @throws java.io.FileNotFoundException if there is no such file
   */
  public static FlinkInputFile of(Path path) throws IOException {
    return of(path.getFileSystem().getFileStatus(path));
  }

  /** A file of a listing. */
  public static FlinkInputFile of(FileStatus file) {
    return new FlinkInputFile(file.getPath(), file.getLen());
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    FSDataInputStream in = path.getFileSystem().open(path);
    return new DelegatingSeekableInputStream(in) {
      @Override
      public long getPos() throws IOException {
        return in.getPos();
      }

      @Override
      public void seek(long position) throws IOException {
        in.seek(position);
      }
    };
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
