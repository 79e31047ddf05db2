package io.clickstreamlake.sink;

import javax.annotation.Nullable;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * A complete file of a batch that is not visible yet: a new one, or one that replaces a visible
 * file.
 *
 * <p>A Flink POJO.
 */
public final class StagedFile {

  /** Name of the table. */
  public String table;

  /** A serialized {@link CommittableFile}; null for a file that replaces another one. */
  @Nullable public byte[] file;

  /** The visible file that is replaced; null for a new one. */
  @Nullable public String replaced;

  /** Folder of {@link #replaced}, relative to the table. */
  @Nullable public String bucket;

  /** Bytes of {@link #replaced}. */
  public long length;

  /** Time at which {@link #replaced} was stored, milliseconds since 1970. */
  public long modified;

  /** Where the new content of {@link #replaced} is; null if no row remains. */
  @Nullable public String staged;

  public StagedFile() {}

  StagedFile(String table, byte[] file) {
    this.table = table;
    this.file = file;
  }

  /**
   * New content of a visible file: some of its rows leave the table.
   *
   * @param bucket folder of the file, relative to the table
   * @param visible the file as it was read
   * @param staged path of the content, below {@link BatchRun#stagingFolder}; null if no row remains
   */
  public static StagedFile replacing(
      String table, String bucket, FileStatus visible, @Nullable Path staged) {
    StagedFile file = new StagedFile();
    file.table = table;
    file.replaced = visible.getPath().toString();
    file.bucket = bucket;
    file.length = visible.getLen();
    file.modified = visible.getModificationTime();
    file.staged = staged == null ? null : staged.toString();
    return file;
  }
}
