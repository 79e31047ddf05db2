package io.clickstreamlake.erase;

import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** A file with rows of a table, or an object of the raw archive. A Flink POJO. */
public final class TableFile {

  private static final String REWOUND = "rewound";

  /** Name of the table, or of a part of the raw archive. */
  public String table;

  /** Folder relative to the table: {@code year=2026/month=11/day=20}. */
  public String bucket;

  public String path;

  /**
   * False if a rewind moved it out of the table, so that its rows are in no count of the ledger.
   */
  public boolean inTable;

  public TableFile() {}

  private TableFile(String table, String bucket, String path, boolean inTable) {
    this.table = table;
    this.bucket = bucket;
    this.path = path;
    this.inTable = inTable;
  }

  /**
   * The files of a table that queries read, and those that a rewind moved out of it.
   *
   * @param lake {@code sink.path}
   */
  static List<TableFile> list(LakeTable<?> table, String lake) throws IOException {
    List<TableFile> files = new ArrayList<>();
    add(table, table.location(lake), "", true, files);
    add(table, new Path(table.metadata(lake), REWOUND), "", false, files);
    return files;
  }

  /** The objects of the raw archive. */
  static List<TableFile> list(RawArchive archive) throws IOException {
    List<TableFile> files = new ArrayList<>();
    for (String folder : archive.records()) {
      add(RawArchive.RECORDS, new Path(folder), files);
    }
    for (String folder : archive.failed()) {
      add(RawArchive.FAILED, new Path(folder), files);
    }
    return files;
  }

  private static void add(String part, Path folder, List<TableFile> files) throws IOException {
    for (FileStatus status : FolderListing.of(folder)) {
      String name = status.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue;
      }
      if (status.isDir()) {
        add(part, status.getPath(), files);
      } else {
        files.add(new TableFile(part, "", status.getPath().toString(), false));
      }
    }
  }

  private static void add(
      LakeTable<?> table, Path folder, String bucket, boolean inTable, List<TableFile> files)
      throws IOException {
    for (FileStatus status : FolderListing.of(folder)) {
      String name = status.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue; // Hidden from queries too: for example files that are not yet complete.
      }
      if (status.isDir()) {
        add(table, status.getPath(), bucket.isEmpty() ? name : bucket + "/" + name, inTable, files);
      } else if (name.endsWith(".parquet")) {
        files.add(new TableFile(table.name(), bucket, status.getPath().toString(), inTable));
      }
    }
  }

  boolean isInArchive() {
    return table.equals(RawArchive.RECORDS) || table.equals(RawArchive.FAILED);
  }

  LakeTable<?> table() {
    return PersonRows.tables().stream()
        .filter(each -> each.name().equals(table))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no table " + table + " has rows of persons"));
  }

  Path path() {
    return new Path(path);
  }

  @Override
  public String toString() {
    return path;
  }
}
