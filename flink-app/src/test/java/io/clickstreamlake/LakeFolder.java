package io.clickstreamlake;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.parquet.AvroRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.io.LocalInputFile;

/** A processed zone on disk, read like the lake: only finished files. */
public final class LakeFolder {

  private final Path folder;

  public LakeFolder(Path folder) {
    this.folder = folder;
  }

  /** All events, by folder below click_events. */
  public Map<String, List<ClickEvent>> eventsByFolder() {
    return rowsByFolder("click_events", ClickEvent.class);
  }

  public List<ClickEvent> events() {
    return eventsByFolder().values().stream().flatMap(List::stream).toList();
  }

  /** The ledger's sums: {@code received}, {@code written}, {@code rejected:REASON}, … */
  public Map<String, Long> ledger() {
    Map<String, Long> sums = new TreeMap<>();
    for (List<LedgerEntry> entries : rowsByFolder("ledger", LedgerEntry.class).values()) {
      for (LedgerEntry entry : entries) {
        String name =
            entry.getReason() == null
                ? entry.getOutcome()
                : entry.getOutcome() + ":" + entry.getReason();
        sums.merge(name, entry.getEvents(), Long::sum);
      }
    }
    return sums;
  }

  /** All rejected rows, by folder below rejected_events. */
  public Map<String, List<RejectedEvent>> rejectedByFolder() {
    return rowsByFolder("rejected_events", RejectedEvent.class);
  }

  public List<RejectedEvent> rejected() {
    return rejectedByFolder().values().stream().flatMap(List::stream).toList();
  }

  private <T extends SpecificRecord> Map<String, List<T>> rowsByFolder(String name, Class<T> type) {
    Map<String, List<T>> rows = new TreeMap<>();
    Path table = folder.resolve(name);
    for (Path file : files(table)) {
      try {
        rows.computeIfAbsent(table.relativize(file.getParent()).toString(), k -> new ArrayList<>())
            .addAll(AvroRows.read(new LocalInputFile(file), type));
      } catch (IOException e) {
        throw new UncheckedIOException(file.toString(), e);
      }
    }
    return rows;
  }

  /** Files of a table that readers see. Names that begin with a dot or underscore are hidden. */
  public static List<Path> files(Path table) {
    if (!Files.isDirectory(table)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(table)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("[._].*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(table.toString(), e);
    }
  }
}
