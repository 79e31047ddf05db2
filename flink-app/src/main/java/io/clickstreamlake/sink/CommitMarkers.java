package io.clickstreamlake.sink;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Remembers, beside the table, how far the sink committed, so that an older snapshot is recognized
 * even if none of its open files tells.
 *
 * <p>A file's rows come after some checkpoint <i>p</i>, the last that its writer stored before the
 * file rolled. Before the file becomes visible, the empty object {@code committed-after-<p>} is put
 * into the markers' folder; only the largest counts. A snapshot <i>c</i> may be restored exactly if
 * <i>c</i> is larger than every marker: otherwise rows that came after <i>c</i> are visible
 * already, and would come again.
 *
 * <pre>
 *   checkpoint      40 ──────── 41 ──────── 42
 *   file                  open   │   rolls   │ commit: put committed-after-41, then complete
 *   restore of 42: 42 &gt; 41, fine      restore of 41, 40, …: refused
 * </pre>
 *
 * <p>It rests on checkpoint numbers that only grow, which Flink keeps across restores. A start
 * without a snapshot begins a new count, and removes the markers of the last one: nothing of the
 * new run can be committed before all of its writers were made.
 */
final class CommitMarkers {

  private static final String PREFIX = "committed-after-";

  private final Path folder;

  CommitMarkers(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** The largest marker; empty if nothing was committed. */
  OptionalLong last() throws IOException {
    return all().stream().mapToLong(Long::longValue).max();
  }

  /** Says that rows from after {@code checkpoint} are about to become visible. Idempotent. */
  void advanceTo(long checkpoint) throws IOException {
    try (FSDataOutputStream out =
        folder.getFileSystem().create(marker(checkpoint), WriteMode.OVERWRITE)) {
      out.flush();
    }
    removeBelow(checkpoint);
  }

  void removeAll() throws IOException {
    removeBelow(Long.MAX_VALUE);
  }

  /** Subtasks may do this at the same time: the largest marker always stays. */
  private void removeBelow(long limit) throws IOException {
    for (long checkpoint : all()) {
      if (checkpoint < limit) {
        folder.getFileSystem().delete(marker(checkpoint), false);
      }
    }
  }

  private Path marker(long checkpoint) {
    return new Path(folder, PREFIX + checkpoint);
  }

  private List<Long> all() throws IOException {
    FileSystem fileSystem = folder.getFileSystem();
    List<Long> markers = new ArrayList<>();
    FileStatus[] found;
    try {
      found = fileSystem.listStatus(folder);
    } catch (FileNotFoundException e) {
      return markers;
    }
    if (found != null) { // as the local file system says that there is no folder
      for (FileStatus file : found) {
        String name = file.getPath().getName();
        if (name.startsWith(PREFIX)) {
          markers.add(Long.parseLong(name.substring(PREFIX.length())));
        }
      }
    }
    return markers;
  }
}
