package io.clickstreamlake.source;

import java.io.IOException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * The objects of the raw archive that have records of a range of arrival. Firehose writes a key
 * with the arrival of the oldest record in the object, in UTC:
 *
 * <pre>
 *   raw/year=2026/month=11/day=20/hour=10/clickstream-archive-1-2026-11-20-10-15-30-UUID.gz
 * </pre>
 *
 * <p>The other records arrived later, up to the time at which the object was stored. So an object
 * may have records of the range if it begins before the end of the range, and after its beginning
 * or less than the time before it that an object spans. Its records are settled if the object was
 * stored before the settled mark of the tables.
 *
 * <p>Immutable.
 */
public final class ArchivedObjects implements Serializable {

  private static final long serialVersionUID = 1L;

  /** S3 cuts times to the second, and two clocks of AWS are closer than that. */
  public static final Duration PRECISION = Duration.ofSeconds(5);

  private static final Pattern NAME =
      Pattern.compile(".*-(\\d{4}-\\d{2}-\\d{2}-\\d{2}-\\d{2}-\\d{2})-[^/]*");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm-ss", Locale.ROOT);

  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("'year='uuuu/'month='MM/'day='dd/'hour='HH", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final String archive;
  private final Instant first;
  private final Instant to;
  private final Instant settled;

  private ArchivedObjects(String archive, Instant first, Instant to, Instant settled) {
    this.archive = archive;
    this.first = first;
    this.to = to;
    this.settled = settled;
  }

  /**
   * The objects of a range.
   *
   * @param archive the folder that has the folders of the years
   * @param from beginning of the range
   * @param to end of the range, exclusive
   * @param buffer the time that an object spans at most
   * @param settled mark of the tables
   */
  public static ArchivedObjects of(
      String archive, Instant from, Instant to, Duration buffer, Instant settled) {
    return new ArchivedObjects(archive, from.minus(buffer), to, settled);
  }

  /** The folders of the hours in which the objects are; some may not exist. */
  List<String> folders() {
    List<String> folders = new ArrayList<>();
    for (Instant hour = first.truncatedTo(ChronoUnit.HOURS);
        hour.isBefore(to);
        hour = hour.plus(1, ChronoUnit.HOURS)) {
      folders.add(archive + (archive.endsWith("/") ? "" : "/") + FOLDER.format(hour));
    }
    return folders;
  }

  /** The folder of the first hour, for messages. */
  public String firstFolder() {
    return folders().get(0);
  }

  /** Whether an object of these folders is one of them. */
  boolean includes(FileStatus object) {
    return isInRange(object) && isSettled(object);
  }

  private boolean isInRange(FileStatus object) {
    Instant begins = arrival(object.getPath(), object.getModificationTime());
    return !begins.isBefore(first) && begins.isBefore(to);
  }

  private boolean isSettled(FileStatus object) {
    return !Instant.ofEpochMilli(object.getModificationTime()).plus(PRECISION).isAfter(settled);
  }

  /**
   * When the oldest record of an object arrived, which stands for the arrival of all of them.
   *
   * @param stored when the object was stored, if its name has no time; milliseconds since 1970
   */
  static Instant arrival(Path object, long stored) {
    Matcher name = NAME.matcher(object.getName());
    if (name.matches()) {
      try {
        return LocalDateTime.parse(name.group(1), TIME).toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        // Another name.
      }
    }
    return Instant.ofEpochMilli(stored);
  }

  /** What the archive has now. */
  public Found find() throws IOException {
    Found found = new Found();
    for (FileStatus object :
        FilesSource.listing(folders(), this::isInRange).list(System.currentTimeMillis()).objects) {
      if (isSettled(object)) {
        found.objects++;
        Instant stored = Instant.ofEpochMilli(object.getModificationTime());
        found.lastStored = stored.isAfter(found.lastStored) ? stored : found.lastStored;
      } else {
        found.unsettled++;
      }
    }
    return found;
  }

  /** What a listing found. */
  public static final class Found {

    private long objects;
    private long unsettled;
    private Instant lastStored = Instant.EPOCH;

    private Found() {}

    /** Number of objects. */
    public long objects() {
      return objects;
    }

    /** Number of objects of the range that may have records that are not settled. */
    public long unsettled() {
      return unsettled;
    }

    /** When the last of the objects was stored: all their records arrived before. */
    public Instant lastStored() {
      return lastStored;
    }
  }
}
