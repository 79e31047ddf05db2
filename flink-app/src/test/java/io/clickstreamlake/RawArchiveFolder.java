package io.clickstreamlake;

import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** A raw archive on disk, as Firehose writes it. */
final class RawArchiveFolder {

  private static final DateTimeFormatter KEY =
      DateTimeFormatter.ofPattern(
              "'year='uuuu/'month='MM/'day='dd/'hour='HH/'clicks-archive-1-'uuuu-MM-dd-HH-mm-ss-")
          .withZone(ZoneOffset.UTC);

  private static final Duration BUFFER = Duration.ofMinutes(10);

  private final Path folder;

  RawArchiveFolder(Path folder) {
    this.folder = folder;
  }

  String uri() {
    return folder.toUri().toString();
  }

  /** Adds records: an object per shard and ten minutes, named by its oldest record. */
  void add(List<SourceRecord> records) {
    Map<String, List<SourceRecord>> objects = new TreeMap<>();
    for (SourceRecord record : records) {
      objects
          .computeIfAbsent(
              record.origin.partition + "@" + record.arrivalTime / BUFFER.toMillis(),
              key -> new ArrayList<>())
          .add(record);
    }
    objects.values().forEach(this::write);
  }

  private void write(List<SourceRecord> records) {
    long oldest = records.stream().mapToLong(record -> record.arrivalTime).min().orElseThrow();
    long newest = records.stream().mapToLong(record -> record.arrivalTime).max().orElseThrow();
    Path file =
        folder.resolve(KEY.format(Instant.ofEpochMilli(oldest)) + UUID.randomUUID() + ".gz");
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        for (SourceRecord record : records) {
          out.write(record.data);
          out.write('\n');
        }
      }
      Files.setLastModifiedTime(file, FileTime.fromMillis(newest + 1000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
