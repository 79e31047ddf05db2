package io.clickstreamlake.sink;

/**
 * A complete file of a batch that is not visible yet.
 *
 * <p>A Flink POJO.
 */
public final class StagedFile {

  /** Name of the table. */
  public String table;

  /** A serialized {@link CommittableFile}. */
  public byte[] file;

  public StagedFile() {}

  StagedFile(String table, byte[] file) {
    this.table = table;
    this.file = file;
  }
}
