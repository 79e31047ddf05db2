package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.storage.Buckets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The publication logs of the job on disk, {@code _sink/TABLE/published} of the processed bucket:
 * the times at which rows became visible. The S3 of a stack stores objects as plain files, so they
 * can be read before it runs.
 */
final class Publications {

  /** The job's class Publication describes the names: time, kind, epoch, checkpoint. */
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX");

  /** The entry of a job that started without a snapshot; it has no files. */
  private static final String FIRST_START = ".*-committed-[0-9a-z]+-0-.*";

  private final Path processed;

  Publications(StateFolder state) {
    this.processed = state.s3().resolve(Buckets.PROCESSED).resolve("_sink");
  }

  /** The time of the last publication; empty if nothing was published. */
  Optional<Instant> newest() {
    if (!Files.isDirectory(processed)) {
      return Optional.empty();
    }
    try (Stream<Path> tables = Files.list(processed)) {
      return tables
          .map(table -> table.resolve("published"))
          .filter(Files::isDirectory)
          .flatMap(log -> names(log).stream())
          .filter(name -> !name.matches(FIRST_START))
          .flatMap(name -> time(name).stream())
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path log) {
    try (Stream<Path> entries = Files.list(log)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Instant> time(String name) {
    try {
      return Optional.of(
          LocalDateTime.parse(name.split("-", 2)[0], TIME).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
