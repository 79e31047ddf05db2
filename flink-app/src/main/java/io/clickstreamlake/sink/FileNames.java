package io.clickstreamlake.sink;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

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

  String next(long openedAt) {
    opened++;
    return String.format(
        Locale.ROOT,
        "%s-w%03d-%s-%06d.parquet",
        OPENED.format(Instant.ofEpochMilli(openedAt)),
        subtask,
        writerId,
        opened);
  }
}
