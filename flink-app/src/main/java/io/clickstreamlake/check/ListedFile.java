package io.clickstreamlake.check;

import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.sink.PublicationAudit;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** An object in the folder of a table, as it was listed. A Flink POJO. */
public final class ListedFile {

  private static final Pattern DAY = Pattern.compile("year=(\\d{4})/month=(\\d{2})/day=(\\d{2})");

  /** Its number in this check. */
  public int number;

  /** Name of the table. */
  public String table;

  /** Folder relative to the table: {@code year=2026/month=11/day=20}. */
  public String bucket;

  public String path;

  /** Bytes. */
  public long length;

  /** Milliseconds since 1970. */
  public long modified;

  public ListedFile() {}

  private ListedFile(LakeTable<?> table, String bucket, FileStatus status) {
    this.table = table.name();
    this.bucket = bucket;
    this.path = status.getPath().toString();
    this.length = status.getLen();
    this.modified = status.getModificationTime();
  }

  /**
   * Lists a table.
   *
   * @param lake {@code sink.path}
   * @param visible receives the files that queries read
   * @param hidden receives those whose names begin with a dot or an underscore
   */
  static void list(
      LakeTable<?> table, String lake, List<ListedFile> visible, List<ListedFile> hidden)
      throws IOException {
    list(table, table.location(lake), "", visible, hidden);
  }

  private static void list(
      LakeTable<?> table,
      Path folder,
      String bucket,
      List<ListedFile> visible,
      List<ListedFile> hidden)
      throws IOException {
    for (FileStatus status : FolderListing.of(folder)) {
      String name = status.getPath().getName();
      boolean isHidden = name.startsWith(".") || name.startsWith("_");
      if (status.isDir()) {
        list(
            table,
            status.getPath(),
            bucket.isEmpty() ? name : bucket + "/" + name,
            isHidden ? hidden : visible,
            hidden);
      } else {
        (isHidden ? hidden : visible).add(new ListedFile(table, bucket, status));
      }
    }
  }

  LakeTable<?> table() {
    return LakeTable.all().stream()
        .filter(each -> each.name().equals(table))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no table " + table));
  }

  Path path() {
    return new Path(path);
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Place in the table. */
  String place() {
    return bucket.isEmpty() ? name() : bucket + "/" + name();
  }

  /** Its day; empty if the folder is not that of a day. */
  Optional<LocalDate> day() {
    return day(bucket);
  }

  /** The day of a folder of a table; empty if it is not that of a day. */
  static Optional<LocalDate> day(String bucket) {
    Matcher day = DAY.matcher(bucket);
    if (!day.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          LocalDate.of(
              Integer.parseInt(day.group(1)),
              Integer.parseInt(day.group(2)),
              Integer.parseInt(day.group(3))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** When its writer opened it, or if the name does not tell, when it was modified. */
  Instant openedAt() {
    return PublicationAudit.openedAt(name()).orElse(Instant.ofEpochMilli(modified));
  }

  @Override
  public String toString() {
    return path;
  }
}
