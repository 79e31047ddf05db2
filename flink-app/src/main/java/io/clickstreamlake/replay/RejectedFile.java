package io.clickstreamlake.replay;

import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.tables.DayBuckets;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** A visible file of rejected_events. A Flink POJO. */
public final class RejectedFile {

  /** Folder relative to the table: {@code year=2026/month=11/day=20}. */
  public String bucket;

  public String path;

  /** Bytes of the object. */
  public long length;

  public RejectedFile() {}

  private RejectedFile(String bucket, FileStatus file) {
    this.bucket = bucket;
    this.path = file.getPath().toString();
    this.length = file.getLen();
  }

  /**
   * Lists the files that may have rows to try.
   *
   * @param lake {@code sink.path}
   */
  public static List<RejectedFile> list(String lake, RejectedRows rows) throws IOException {
    List<RejectedFile> files = new ArrayList<>();
    add(LakeTable.REJECTED_EVENTS.location(lake), "", rows, files);
    return files;
  }

  private static void add(Path folder, String bucket, RejectedRows rows, List<RejectedFile> files)
      throws IOException {
    for (FileStatus status : FolderListing.of(folder)) {
      String name = status.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue; // Hidden from queries too.
      }
      if (status.isDir()) {
        String inner = bucket.isEmpty() ? name : bucket + "/" + name;
        if (!isDay(inner) || rows.mayBeIn(inner)) {
          add(status.getPath(), inner, rows, files);
        }
      } else if (status.getLen() > 0) {
        files.add(new RejectedFile(bucket, status));
      }
    }
  }

  private static boolean isDay(String bucket) {
    return bucket.length() == DayBuckets.day(0).length();
  }

  Path path() {
    return new Path(path);
  }

  @Override
  public String toString() {
    return path;
  }
}
