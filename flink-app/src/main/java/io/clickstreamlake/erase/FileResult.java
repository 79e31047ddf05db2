package io.clickstreamlake.erase;

/** What an erasure found in a file, and did with it. A Flink POJO. */
public final class FileResult {

  /** Name of the table, or of a part of the raw archive. */
  public String table;

  public String path;

  /** Rows of the file before, or records of the object. */
  public long rows;

  /** Rows, or events, of the persons: erased, or only found in a dry run. */
  public long erased;

  /** Records of the raw archive that cannot be erased without the events of others. */
  public long shared;

  /** Whether the object of the raw archive cannot be read to its end, so that it is unchanged. */
  public boolean isDamaged;

  /** Bytes of the file before. */
  public long bytesBefore;

  /** Bytes of the file afterwards; 0 if no row remained and it was deleted. */
  public long bytesAfter;

  public FileResult() {}

  /** A file without a row of the persons. */
  static FileResult none() {
    return new FileResult();
  }

  boolean isNone() {
    return path == null;
  }

  FileResult(String table, String path) {
    this.table = table;
    this.path = path;
  }
}
