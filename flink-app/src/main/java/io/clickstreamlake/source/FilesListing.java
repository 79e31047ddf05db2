package io.clickstreamlake.source;

import io.clickstreamlake.files.FolderListing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The listing of folders and all folders in them. Names that begin with a dot or an underscore are
 * not events, as for Hive and Athena; empty objects neither.
 *
 * <p>Each folder of an object store costs a request, and folders of past days rarely change. So a
 * folder whose objects are all older than a day, and that has no folders, is listed once an hour.
 */
final class FilesListing {

  private static final long QUIET_AGE_MILLIS = Duration.ofDays(1).toMillis();
  private static final long QUIET_INTERVAL_MILLIS = Duration.ofHours(1).toMillis();
  private static final long NONE = Long.MIN_VALUE;

  private final List<Path> paths;
  private final boolean isObjectStore;
  private final Predicate<FileStatus> wanted;

  /** Folders that are left out until the next complete listing. */
  private final Set<Path> quiet = new HashSet<>();

  private long lastComplete;

  /** What is in the folders. */
  static final class Result {

    final List<FileStatus> objects = new ArrayList<>();

    /** Whether no folder was left out. */
    final boolean isComplete;

    private Result(boolean isComplete) {
      this.isComplete = isComplete;
    }
  }

  /**
   * @param paths folders, and also files if {@link #list} is called once
   */
  FilesListing(List<Path> paths, boolean isObjectStore) {
    this(paths, isObjectStore, object -> true);
  }

  private FilesListing(List<Path> paths, boolean isObjectStore, Predicate<FileStatus> wanted) {
    this.paths = List.copyOf(paths);
    this.isObjectStore = isObjectStore;
    this.wanted = wanted;
  }

  /** A listing of paths on one file system. */
  static FilesListing of(List<Path> paths) throws IOException {
    FileSystem files = paths.get(0).getFileSystem();
    return new FilesListing(paths, files.isDistributedFS());
  }

  /** The same listing, of the objects that match. */
  FilesListing of(Predicate<FileStatus> wanted) {
    return new FilesListing(paths, isObjectStore, wanted);
  }

  /** The folders, for messages and to tell them from others. */
  String paths() {
    return paths.stream().map(Path::toString).collect(Collectors.joining(" "));
  }

  /** Whether objects appear as a whole, at a time that the storage sets. */
  boolean isObjectStore() {
    return isObjectStore;
  }

  /**
   * Lists the folders; they may not exist.
   *
   * @param now in milliseconds since 1970
   */
  Result list(long now) throws IOException {
    boolean isComplete = !isObjectStore || now - lastComplete >= QUIET_INTERVAL_MILLIS;
    if (isComplete) {
      quiet.clear();
    }
    Result result = new Result(isComplete);
    for (Path path : paths) {
      Optional<FileStatus> file = file(path);
      if (file.isPresent()) {
        result.objects.add(file.get());
      } else {
        list(path, now, result);
      }
    }
    if (isComplete) {
      lastComplete = now;
    }
    return result;
  }

  private static Optional<FileStatus> file(Path path) throws IOException {
    try {
      return Optional.of(path.getFileSystem().getFileStatus(path)).filter(file -> !file.isDir());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
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
        if (wanted.test(child)) {
          result.objects.add(child);
        }
      }
    }
    if (isObjectStore && !hasFolders && newest != NONE && newest < now - QUIET_AGE_MILLIS) {
      quiet.add(parent);
    }
  }
}
