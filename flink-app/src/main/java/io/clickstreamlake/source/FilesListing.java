package io.clickstreamlake.source;

import io.clickstreamlake.files.FolderListing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The listing of a folder and all folders in it. Names that begin with a dot or an underscore are
 * not events, as for Hive and Athena; empty objects neither.
 *
 * <p>Each folder of an object store costs a request, and folders of past days rarely change. So a
 * folder whose objects are all older than a day, and that has no folders, is listed once an hour.
 */
final class FilesListing {

  private static final long QUIET_AGE_MILLIS = Duration.ofDays(1).toMillis();
  private static final long QUIET_INTERVAL_MILLIS = Duration.ofHours(1).toMillis();
  private static final long NONE = Long.MIN_VALUE;

  private final Path folder;
  private final boolean isObjectStore;

  /** Folders that are left out until the next complete listing. */
  private final Set<Path> quiet = new HashSet<>();

  private long lastComplete;

  /** What is in the folder. */
  static final class Result {

    final List<FileStatus> objects = new ArrayList<>();

    /** Whether no folder was left out. */
    final boolean isComplete;

    private Result(boolean isComplete) {
      this.isComplete = isComplete;
    }
  }

  FilesListing(Path folder, boolean isObjectStore) {
    this.folder = folder;
    this.isObjectStore = isObjectStore;
  }

  static FilesListing of(Path folder) throws IOException {
    FileSystem files = folder.getFileSystem();
    return new FilesListing(folder, files.isDistributedFS());
  }

  Path folder() {
    return folder;
  }

  /** Whether objects appear as a whole, at a time that the storage sets. */
  boolean isObjectStore() {
    return isObjectStore;
  }

  /**
   * Lists the folder; it may not exist.
   *
   * @param now in milliseconds since 1970
   */
  Result list(long now) throws IOException {
    boolean isComplete = !isObjectStore || now - lastComplete >= QUIET_INTERVAL_MILLIS;
    if (isComplete) {
      quiet.clear();
    }
    Result result = new Result(isComplete);
    list(folder, now, result);
    if (isComplete) {
      lastComplete = now;
    }
    return result;
  }

  private void list(Path parent, long now, Result result) throws IOException {
    long newest = NONE;
    boolean hasFolders = false;
    for (FileStatus child : FolderListing.of(parent)) {
      String name = child.getPath().getName();
      if (name.startsWith(".") || name.startsWith("_")) {
        continue;
      }
      if (child.isDir()) {
        hasFolders = true;
        if (!quiet.contains(child.getPath())) {
          list(child.getPath(), now, result);
        }
      } else if (child.getLen() > 0) {
        newest = Math.max(newest, child.getModificationTime());
        result.objects.add(child);
      }
    }
    if (isObjectStore && !hasFolders && newest != NONE && newest < now - QUIET_AGE_MILLIS) {
      quiet.add(parent);
    }
  }
}
