package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rewind of one table: it withdraws what the table published after a snapshot. The files are
 * moved out of the table, never deleted, and their entries in the log are renamed.
 *
 * <pre>
 *   click_events/day=1/a.parquet  ──copy, then delete──▶  _sink/click_events/rewound/day=1/a.parquet
 *   _sink/click_events/published/…-committed-…  ────────▶  _sink/click_events/published/…-rewound-…
 * </pre>
 *
 * <p>Only one subtask of the table does this. It may be interrupted at any call: the entry of a
 * publication is renamed after all of its files were moved, so the next attempt continues there. If
 * the upload of a rolled file was not completed, it is completed first, so that a job that was only
 * paused cannot complete it later. That is not possible for a file that a restore was about to
 * finish, since its bytes are in that snapshot, not in the log (see the limits of {@link
 * RollingParquetSink}).
 */
final class TableRewind {

  private static final Logger LOG = LoggerFactory.getLogger(TableRewind.class);

  private final PublicationLog log;
  private final Path rewound;

  TableRewind(PublicationLog log, Path rewound) {
    this.log = log;
    this.rewound = rewound;
  }

  /** Path of a file of the table after it was moved. */
  private static Path asidePath(Path rewound, String bucket, Path file) {
    Path folder = bucket.isEmpty() ? rewound : new Path(rewound, bucket);
    return new Path(folder, file.getName());
  }

  /** The files of publications that must be withdrawn, or were withdrawn after the listing. */
  Set<Path> files(Collection<Publication> entries) throws IOException {
    Set<Path> paths = new HashSet<>();
    for (Publication entry : entries) {
      log.read(entry).forEach(file -> paths.add(file.path()));
      log.read(entry.rewound()).forEach(file -> paths.add(file.path()));
    }
    return paths;
  }

  /**
   * The object of a file that was, or is being, moved out of the table; null if there is none.
   *
   * @param withdrawn see {@link #files}
   */
  @Nullable
  Path source(String bucket, Path file, Set<Path> withdrawn) throws IOException {
    if (withdrawn.contains(file) && RecoverableFiles.of(file).length(file).isPresent()) {
      return file;
    }
    Path aside = asidePath(rewound, bucket, file);
    return RecoverableFiles.of(aside).length(aside).isPresent() ? aside : null;
  }

  /**
   * Withdraws publications.
   *
   * @param entries to withdraw; those that are not in this table's log are ignored
   * @return number of files that were moved
   */
  int withdraw(Collection<Publication> entries) throws IOException {
    List<Publication> own = log.list();
    int moved = 0;
    for (Publication entry : own) {
      if (entries.contains(entry)) {
        List<PublishedFile> files = log.read(entry);
        for (PublishedFile file : files) {
          moved += move(file) ? 1 : 0;
        }
        log.put(entry.rewound(), files);
        log.remove(entry);
        LOG.info("Withdrew {}: {} files.", entry, files.size());
      }
    }
    return moved;
  }

  private boolean move(PublishedFile file) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(file.path());
    OptionalLong length = files.length(file.path());
    if (length.isEmpty() && file.commit() != null) {
      completeUpload(files, file);
      length = files.length(file.path());
    }
    if (length.isEmpty() || length.getAsLong() != file.length()) {
      return false;
    }
    Path target = asidePath(rewound, file.bucket(), file.path());
    RecoverableFiles targets = RecoverableFiles.of(target);
    OptionalLong copied = targets.length(target);
    if (copied.isEmpty() || copied.getAsLong() != file.length()) {
      files.copy(file.path(), file.length(), null, new byte[0], target);
    }
    files.delete(file.path());
    LOG.info("Moved {} to {}.", file.path(), target);
    return true;
  }

  private static void completeUpload(RecoverableFiles files, PublishedFile file) {
    try {
      files.commit(file.commit());
    } catch (IOException | RuntimeException e) {
      LOG.info("The upload of {} can no longer be completed.", file.path(), e);
    }
  }
}
