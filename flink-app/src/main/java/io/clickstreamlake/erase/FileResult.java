package io.clickstreamlake.erase;

/** What an erasure found in a file, and did with it. A Flink POJO. */
public final class FileResult {

  /** Name of the table. */
  public String table;

  public String path;

  /** Rows of the file before. */
  public long rows;

  /** Rows of the persons: erased, or only found in a dry run. */
  public long erased;

  /** Bytes of the file before. */
  public long bytesBefore;

  /** Bytes of the file afterwards; 0 if no row remained and it was deleted. */
  public long bytesAfter;

  public FileResult() {}

  FileResult(String table, String path) {
    this.table = table;
    this.path = path;
  }
}
