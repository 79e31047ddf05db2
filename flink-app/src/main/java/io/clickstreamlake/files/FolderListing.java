package io.clickstreamlake.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The files of a folder to which others add files, and from which they remove some. */
public final class FolderListing {

  private static final int MAX_ATTEMPTS = 100;

  private FolderListing() {}

  /**
   * Lists a folder; the result is empty if it does not exist. A file that is there all the time is
   * never missing.
   *
   * <p>Flink's local file system reads the names first, and fails as if there were no folder if one
   * of the files is removed before it reads their sizes. The folder is then listed again.
   */
  public static List<FileStatus> of(Path folder) throws IOException {
    FileSystem fileSystem = folder.getFileSystem();
    for (int attempt = 1; ; attempt++) {
      try {
        FileStatus[] found = fileSystem.listStatus(folder);
        return found == null ? List.of() : List.of(found); // null: no such folder
      } catch (FileNotFoundException e) {
        if (!fileSystem.exists(folder)) {
          return List.of();
        }
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
