package io.clickstreamlake.sink;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import org.apache.flink.core.fs.Path;

/**
 * Generates the file names of one writer. They never repeat, sort by time, and contain the time and
 * the writer.
 *
 * <pre>
 *   20261120T130412Z-w003-6f1c0c5e-7d0a-4a53-9a35-2f5f3f0f8a11-000012.parquet
 *   opened, UTC      writer  random per instance of the writer  file number
 * </pre>
 *
 * <p>Exactly-once rests on the names: a writer gets a new random identifier whenever it is created
 * or restored, so no two attempts ever write the same key, except to finish a file with the same
 * bytes.
 */
public final class FileNames {

  private static final DateTimeFormatter OPENED =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final int subtask;
  private final String writerId;
  private long opened;

  FileNames(int subtask, UUID writerId) {
    this.subtask = subtask;
    this.writerId = writerId.toString();
  }

  /** Formats a time, in milliseconds since 1970, as in names: {@code 20261120T130412Z}. */
  public static String time(long millis) {
    return OPENED.format(Instant.ofEpochMilli(millis));
  }

  /**
   * The path of a file that is rebuilt as it was in a snapshot. It is the same in every restore of
   * that snapshot.
   *
   * <pre>
   *   20261120T130412Z-w003-6f1c0c5e-7d0a-4a53-9a35-2f5f3f0f8a11-000012-as-of-42-4f0c2a9be1d37788.parquet
   *   name of the file                                                        checkpoint  epoch
   * </pre>
   */
  static Path rebuilt(Path file, Lineage snapshot) {
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

  /**
   * The name of the next file.
   *
   * @param openedAt processing time, in milliseconds since 1970
   */
  String next(long openedAt) {
    opened++;
    return String.format(
        Locale.ROOT, "%s-w%03d-%s-%06d.parquet", time(openedAt), subtask, writerId, opened);
  }
}
