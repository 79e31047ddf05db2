package io.clickstreamlake.benchmarks.input;

import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The events that all peers read: JSON lines of one day, a million per hour, in a few files named
 * after the number of their first event ({@code 000125000.jsonl}). The same number of events of the
 * same generator has the same bytes, so an existing folder is reused.
 *
 * @param folder the files' folder
 * @param events number of events
 * @param bytes size of all files
 */
public record BenchmarkInput(Path folder, int events, long bytes) {

  private static final int FILES = 8;
  private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
  private static final double MILLIS_PER_EVENT = 3_600_000 / 1e6;

  /** Events that show whether the generator is the same: some of each type. */
  private static final int FINGERPRINTED = 2_000;

  /** More events would reach into the next day, but all must be in one partition. */
  private static final int MAX_EVENTS = 20_000_000;

  /**
   * Writes the events below {@code parent}, unless they exist.
   *
   * @param events number of events
   */
  public static BenchmarkInput prepare(Path parent, int events) throws IOException {
    if (events < 1 || events > MAX_EVENTS) {
      throw new IllegalArgumentException(
          "--events " + events + ": is not between 1 and " + MAX_EVENTS);
    }
    Path folder = parent.resolve("events-" + events + "-" + fingerprint(events));
    if (!Files.exists(folder)) {
      Path unfinished = Files.createTempDirectory(Files.createDirectories(parent), "writing-");
      write(events, unfinished);
      Files.move(unfinished, folder);
    }
    long bytes = 0;
    for (Path file : files(folder)) {
      bytes += Files.size(file);
    }
    return new BenchmarkInput(folder, events, bytes);
  }

  /** Files of an input, in the order of their events. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jsonl"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  /** Number of the first event in the file with this name, counted from 0 over all files. */
  public static long firstNumber(String fileName) {
    return Long.parseLong(fileName.substring(0, fileName.indexOf('.')));
  }

  /** Arrival time of an event by its number, in milliseconds: one second after event time. */
  public static long arrivalMillis(long number) {
    return FROM.toEpochMilli() + 1_000 + (long) (number * MILLIS_PER_EVENT);
  }

  private static Iterator<GeneratedEvent> generate(int events) {
    return EventGenerator.builder()
        .events(events)
        .from(FROM)
        .to(FROM.plusMillis(Math.max(1, (long) (events * MILLIS_PER_EVENT))))
        .build()
        .iterator();
  }

  /** Differs if the generator does: events of an earlier version must not be reused. */
  private static String fingerprint(int events) {
    Iterator<GeneratedEvent> generated = generate(events);
    CRC32 crc = new CRC32();
    for (int i = 0; i < Math.min(events, FINGERPRINTED); i++) {
      crc.update(generated.next().bytes());
    }
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static void write(int events, Path folder) throws IOException {
    Iterator<GeneratedEvent> generated = generate(events);
    for (int file = 0; file < FILES; file++) {
      int first = (int) ((long) events * file / FILES);
      int next = (int) ((long) events * (file + 1) / FILES);
      String name = String.format(Locale.ROOT, "%09d.jsonl", first);
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)), 1 << 16)) {
        for (int i = first; i < next; i++) {
          out.write(generated.next().bytes());
          out.write('\n');
        }
      }
    }
  }
}
