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
 * Takes back what one table published after a snapshot: the files are moved out of the table, never
 * deleted, and the log says so.
 *
 * <pre>
 *   click_events/day=1/a.parquet  ──copy, then delete──▶  _sink/click_events/rewound/day=1/a.parquet
 *   _sink/click_events/published/…-committed-…  ────────▶  _sink/click_events/published/…-rewound-…
 * </pre>
 *
 * <p>One subtask of the table does this, alone. It may be interrupted at any call: the entry of a
 * publication is renamed after all of its files were moved, so the next attempt goes on there. A
 * rolled file whose upload was not completed is completed first: a job that was only paused can
 * then not complete it afterwards. That does not hold for a file that a restore was about to
 * finish: its bytes are in that snapshot, not in the log (see the limits of {@link
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

  /** Where a file of the table lies after it was moved. */
  private static Path aside(Path rewound, String bucket, Path file) {
    Path folder = bucket.isEmpty() ? rewound : new Path(rewound, bucket);
    return new Path(folder, file.getName());
  }

  /** The files of publications that are to be taken back, or were since they were listed. */
  Set<Path> files(Collection<Publication> entries) throws IOException {
    Set<Path> paths = new HashSet<>();
    for (Publication entry : entries) {
      log.read(entry).forEach(file -> paths.add(file.path()));
      log.read(entry.rewound()).forEach(file -> paths.add(file.path()));
    }
    return paths;
  }

  /**
   * An object of this file that is no longer part of the table, or soon will not be, or null.
   *
   * @param takenBack see {@link #files}
   */
  @Nullable
  Path source(String bucket, Path file, Set<Path> takenBack) throws IOException {
    if (takenBack.contains(file) && RecoverableFiles.of(file).length(file).isPresent()) {
      return file;
    }
    Path aside = aside(rewound, bucket, file);
    return RecoverableFiles.of(aside).length(aside).isPresent() ? aside : null;
  }

  /**
   * Takes publications back.
   *
   * @param entries of this table's log; those of other tables are left to them
   * @return how many files were moved
   */
  int takeBack(Collection<Publication> entries) throws IOException {
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
        LOG.info("Took back {}: {} files.", entry, files.size());
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
    Path target = aside(rewound, file.bucket(), file.path());
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
      LOG.info("The upload of {} was not completed, and cannot be any more.", file.path(), e);
    }
  }
}
