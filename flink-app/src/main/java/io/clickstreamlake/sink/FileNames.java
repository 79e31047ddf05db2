package io.clickstreamlake.sink;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import org.apache.flink.core.fs.Path;

/**
 * Names that never repeat, sort by time, and say the hour and the writer.
 *
 * <pre>
 *   20261120T130412Z-w003-6f1c0c5e-7d0a-4a53-9a35-2f5f3f0f8a11-000012.parquet
 *   opened, UTC      writer  drawn when the writer was made     its file
 * </pre>
 *
 * <p>Exactly-once rests on the names: a writer draws its identifier anew whenever it is created or
 * restored, so no two attempts ever write the same key, except to finish a file with the same
 * bytes.
 */
final class FileNames {

  private static final DateTimeFormatter OPENED =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final int subtask;
  private final String writerId;
  private long opened;

  FileNames(int subtask, UUID writerId) {
    this.subtask = subtask;
    this.writerId = writerId.toString();
  }

  /** A time as names have it: {@code 20261120T130412Z}. */
  static String time(long millis) {
    return OPENED.format(Instant.ofEpochMilli(millis));
  }

  /**
   * The name of a file that is made again as it was in a snapshot: the same whoever restores that
   * snapshot, and how often.
   *
   * <pre>
   *   20261120T130412Z-w003-6f1c0c5e-7d0a-4a53-9a35-2f5f3f0f8a11-000012-as-of-42-4f0c2a9be1d37788.parquet
   *   the file's own name                                                     checkpoint  its epoch
   * </pre>
   */
  static Path madeAgain(Path file, Lineage snapshot) {
    String name = file.getName();
    int dot = name.lastIndexOf('.');
    return new Path(
        file.getParent(),
        String.format(
            Locale.ROOT,
            "%s-as-of-%d-%s%s",
            name.substring(0, dot),
            snapshot.checkpoint(),
            snapshot.epoch(),
            name.substring(dot)));
  }

  String next(long openedAt) {
    opened++;
    return String.format(
        Locale.ROOT, "%s-w%03d-%s-%06d.parquet", time(openedAt), subtask, writerId, opened);
  }
}
