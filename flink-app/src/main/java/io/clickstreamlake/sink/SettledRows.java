package io.clickstreamlake.sink;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settled rows of one writer, from which its {@link SettledMark} is made: rows that are
 * visible, and that arrived before any row that is not, or that is still to come.
 *
 * <pre>
 *   arrival  ──────────────────┬─────────────────────┬───────────────────────┬──────────▶
 *                              │ file that rolled,   │ open file             │ rows to
 *       visible                │ not seen as visible │                       │ come
 *                     watermark when it was opened   watermark when opened   watermark now
 *                              = the mark
 * </pre>
 *
 * <p>A row that is not visible is in an open file, or in one that rolled and is not yet committed;
 * it arrived after the watermark at which its file was opened. A row that is still to come arrives
 * after the current watermark. So the least of these watermarks is the mark. That a rolled file was
 * committed shows in its object, whose length identifies it (see {@link RollingParquetCommitter});
 * Flink does not tell a writer.
 *
 * <p>The mark remains true after a failure. The rows before it are visible; therefore the
 * checkpoint that contains them is complete, and no later attempt reads them again. This rests on
 * four assumptions:
 *
 * <ol>
 *   <li>The watermark is exact: no later row arrives at or before it, in any attempt that continues
 *       this job. The source's is, and the operators in between pass on neither earlier rows nor
 *       later watermarks.
 *   <li>A row goes to the same writer in each attempt with as many writers: by its shard, or by its
 *       key. So what one writer has not received, no other has received in its place.
 *   <li>If duplicates are dropped, then by an operator that is keyed like this. An event may be
 *       dropped since one that arrived later was read earlier, and may pass instead of that one
 *       when both are read again. But then that one is in a file that was opened before the mark,
 *       so the file is visible, and neither is read again.
 *   <li>Flink takes the first checkpoint of an attempt after all tasks are restored. Then all files
 *       of the restored checkpoint are visible, so this class need not know of them. Therefore
 *       marks are stored at checkpoints only.
 * </ol>
 *
 * <p>A mark is only a record: if it cannot be stored, or an object cannot be inspected, the writer
 * tries again at the next checkpoint. After a restart of the job the stored mark may step back,
 * which keeps it true.
 */
final class SettledRows {

  private static final Logger LOG = LoggerFactory.getLogger(SettledRows.class);

  /**
   * Minimum difference to the stored mark: an idle stream advances it all the time. Less than the
   * usual interval of checkpoints on AWS, a minute, and not much for who waits for a mark.
   */
  private static final long ADVANCE_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final long NONE = Long.MIN_VALUE;

  private final SettledMark mark;
  private final ErasedFiles erased;

  /** The watermark at which each open file was opened. */
  private final Map<Path, Long> open = new HashMap<>();

  /** Files that rolled and have not been seen as visible, oldest first. */
  private final Deque<RolledFile> rolled = new ArrayDeque<>();

  private long watermark = NONE;
  private long stored = NONE;
  private boolean isFailing;

  SettledRows(SettledMark mark, ErasedFiles erased) {
    this.mark = mark;
    this.erased = erased;
  }

  /** Receives an arrival time, in milliseconds since 1970, which no later row falls below. */
  void watermark(long time) {
    // The end of a bounded input says nothing about what arrived when.
    if (time != Long.MAX_VALUE) {
      watermark = time;
    }
  }

  /** Receives a file before its first row. */
  void opened(Path file) {
    open.put(file, watermark);
  }

  void rolled(CommittableFile file) {
    rolled.add(new RolledFile(file, open.remove(file.path())));
  }

  /** Stores the mark if it has advanced. Costs a request per file that became visible. */
  void checkpoint() {
    try {
      while (!rolled.isEmpty() && isVisible(rolled.peek())) {
        rolled.remove();
      }
      long settled = settled();
      if (settled >= stored + ADVANCE_MILLIS) {
        mark.put(Instant.ofEpochMilli(settled));
        stored = settled;
      }
      isFailing = false;
    } catch (IOException | RuntimeException e) {
      if (!isFailing) {
        LOG.warn(
            "The settled mark of {} is not advanced; the next checkpoint tries again.", mark, e);
      }
      isFailing = true;
    }
  }

  private long settled() {
    long settled = open.isEmpty() ? watermark : Math.min(watermark, Collections.min(open.values()));
    for (RolledFile file : rolled) {
      settled = Math.min(settled, file.openedAt);
    }
    return settled;
  }

  private boolean isVisible(RolledFile file) throws IOException {
    return erased.isVisible(file.bucket, file.path, file.length);
  }

  private static final class RolledFile {

    private final String bucket;
    private final Path path;
    private final long length;

    /** The watermark at which it was opened. */
    private final long openedAt;

    RolledFile(CommittableFile file, long openedAt) {
      this.bucket = file.bucket();
      this.path = file.path();
      this.length = file.length();
      this.openedAt = openedAt;
    }
  }
}
