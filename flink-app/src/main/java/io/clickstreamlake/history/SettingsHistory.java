package io.clickstreamlake.history;

import io.clickstreamlake.files.FolderListing;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of the settings that the job started with: a folder of small objects beside the
 * publication logs of the tables.
 *
 * <pre>
 *   _sink/settings/20260131T080000.000Z-5e7ed1c4.json      a {@link SettingsRecord}
 * </pre>
 *
 * <p>A start with other settings than the newest record adds one; a start with the same settings
 * adds none. So what applied at a time is in the newest record before it, and restarts do not
 * displace older settings. A record is never changed. The newest {@value #MAX_RECORDS} are kept.
 */
public final class SettingsHistory {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsHistory.class);

  /** Hundreds of changes, autoscaling included; one page of a listing on S3, 1,000 keys. */
  private static final int MAX_RECORDS = 900;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern NAME =
      Pattern.compile("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z-[0-9a-f]{8}\\.json");

  private final Path folder;
  private final Clock clock;
  private final int maxRecords;

  /**
   * @param sinkPath root of the processed zone
   */
  public SettingsHistory(String sinkPath, Clock clock) {
    this(sinkPath, clock, MAX_RECORDS);
  }

  SettingsHistory(String sinkPath, Clock clock, int maxRecords) {
    this.folder = new Path(sinkPath + "/_sink/settings");
    this.clock = clock;
    this.maxRecords = maxRecords;
  }

  /**
   * Compares the settings of this start with the newest record, logs each difference, and adds a
   * record if there is any.
   *
   * @param current creates the settings of this start, given those of the newest record
   * @return the newest record, which has the settings of this start
   * @throws IllegalStateException if the folder cannot be listed or written: the job could not
   *     write its tables either
   */
  public SettingsRecord start(Function<Optional<EffectiveSettings>, EffectiveSettings> current) {
    try {
      List<Path> records = list();
      Optional<SettingsRecord> newest = newest(records);
      Optional<EffectiveSettings> previous = newest.map(SettingsRecord::effective);
      SettingsRecord now = SettingsRecord.of(current.apply(previous), previous, clock);
      if (newest.isPresent() && now.changes.isEmpty()) {
        LOG.info(
            "The settings are those of the last start, unchanged since {}.", newest.get().since);
        return newest.get();
      }
      for (SettingChange change : now.changes) {
        LOG.warn("Setting changed since the start of {}: {}", newest.get().since, change);
      }
      Path added = write(now);
      LOG.info("Recorded the settings of this start in {}.", added);
      prune(records);
      return now;
    } catch (IOException e) {
      throw new IllegalStateException(
          "The settings of this start cannot be recorded in "
              + folder
              + ": "
              + e.getMessage()
              + ". The job writes its tables to the same place. Check sink.path, the network, and"
              + " that the job may list the bucket and read, write and delete objects under _sink/.",
          e);
    }
  }

  /**
   * The records of the starts since a time, oldest first, without those that cannot be read.
   *
   * @throws IllegalStateException if the folder cannot be listed
   */
  public List<SettingsRecord> since(Instant time) {
    try {
      return list().stream()
          .filter(record -> record.getName().compareTo(TIME.format(time)) >= 0)
          .flatMap(record -> read(record).stream())
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new IllegalStateException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** All records, oldest first. */
  private List<Path> list() throws IOException {
    List<Path> records = new ArrayList<>();
    for (FileStatus file : FolderListing.of(folder)) {
      if (NAME.matcher(file.getPath().getName()).matches()) {
        records.add(file.getPath());
      }
    }
    return records.stream()
        .sorted((one, other) -> one.getName().compareTo(other.getName()))
        .collect(Collectors.toList());
  }

  /** The newest record that can be read: a damaged one must not stop the job. */
  private Optional<SettingsRecord> newest(List<Path> records) {
    for (int i = records.size() - 1; i >= 0; i--) {
      Optional<SettingsRecord> record = read(records.get(i));
      if (record.isPresent()) {
        return record;
      }
    }
    return Optional.empty();
  }

  private static Optional<SettingsRecord> read(Path record) {
    try (FSDataInputStream in = record.getFileSystem().open(record)) {
      return Optional.of(SettingsRecord.fromBytes(in.readAllBytes()));
    } catch (IOException e) {
      LOG.warn("{} cannot be read, so the settings are compared with other records.", record, e);
      return Optional.empty();
    }
  }

  private Path write(SettingsRecord record) throws IOException {
    Path file = new Path(folder, name(record.since));
    try (FSDataOutputStream out = file.getFileSystem().create(file, WriteMode.NO_OVERWRITE)) {
      out.write(record.toBytes());
    }
    return file;
  }

  private static String name(Instant time) {
    return TIME.format(time) + "-" + UUID.randomUUID().toString().substring(0, 8) + ".json";
  }

  private void prune(List<Path> older) {
    for (Path record : older.subList(0, Math.max(0, older.size() - maxRecords + 1))) {
      try {
        record.getFileSystem().delete(record, false);
      } catch (IOException e) {
        LOG.warn("The old record {} cannot be deleted; the next start tries again.", record, e);
      }
    }
  }
}
