package io.clickstreamlake.sink;

import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.files.OverwrittenFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * The settled mark of a table: an arrival time. Of the rows that arrived before it, all that the
 * job that writes the table has read are visible, and it will never write another one: none is in
 * an open file, in a snapshot, or still to be read. Who writes such rows from elsewhere, for
 * example from the raw archive, writes none that the job writes too.
 *
 * <p>Each writer stores a mark of its own ({@link SettledRows}), and the least of them is that of
 * the table:
 *
 * <pre>
 *   _sink/click_events/settled/4f0c2a9be1d37788-w003-of-008      2026-11-20T13:00:02.113Z
 *                              epoch            writer  writers
 * </pre>
 *
 * <p>A mark of an epoch remains true as long as no other epoch starts, also while the job is
 * stopped and after restarts, with any number of writers: so each set of marks that is complete
 * counts, and the latest of them is returned. But another epoch may read the stream again from an
 * earlier position, after a rewind or without a snapshot. Therefore only the marks of the newest
 * epoch count, and there is none until each of its writers has stored one. The {@link
 * PublicationLog} shows which epoch is the newest, since an epoch records its start there before it
 * does anything else. So a job that was replaced can neither stop the others from being read, nor
 * be read itself, even if it still runs.
 */
public final class SettledMark {

  private static final Pattern NAME = Pattern.compile("([0-9a-z]+)-w(\\d{3,})-of-(\\d{3,})");

  private final Path folder;
  private final String epoch;
  private final int writer;
  private final int writers;

  /** The mark of one writer. */
  SettledMark(Path folder, String epoch, int writer, int writers) {
    this.folder = folder;
    this.epoch = epoch;
    this.writer = writer;
    this.writers = writers;
  }

  /**
   * Reads the mark of a table.
   *
   * @param metadata folder of the table's metadata, see {@link RollingParquetSinkBuilder#metadata}
   * @return empty if nothing is known about the job that writes the table now: there is no job, it
   *     has just started, or its source has no watermarks
   */
  public static Optional<Instant> read(Path metadata) throws IOException {
    Path folder = RollingParquetSinkBuilder.settled(metadata);
    Map<String, Map<Integer, Map<Integer, Instant>>> marks = new HashMap<>();
    for (FileStatus file : FolderListing.of(folder)) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches()) {
        Optional<Instant> mark = readOne(new Path(folder, name.group()));
        if (mark.isPresent()) {
          marks
              .computeIfAbsent(name.group(1), epoch -> new HashMap<>())
              .computeIfAbsent(Integer.parseInt(name.group(3)), writers -> new HashMap<>())
              .put(Integer.parseInt(name.group(2)), mark.get());
        }
      }
    }
    // The log is read last: then these marks counted when they were read.
    PublicationLog log = new PublicationLog(RollingParquetSinkBuilder.log(metadata));
    return newestEpoch(log.list())
        .flatMap(
            epoch ->
                marks.getOrDefault(epoch, Map.of()).entrySet().stream()
                    .filter(set -> set.getValue().size() == set.getKey())
                    .map(set -> set.getValue().values().stream().min(Instant::compareTo))
                    .flatMap(Optional::stream)
                    .max(Instant::compareTo));
  }

  /** Empty if the mark was deleted, or is being written on a file system without atomic writes. */
  private static Optional<Instant> readOne(Path file) throws IOException {
    try {
      // No beginning of an instant is an instant: its last character is a Z.
      return Optional.of(
          Instant.parse(new String(OverwrittenFile.read(file), StandardCharsets.US_ASCII)));
    } catch (FileNotFoundException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The epoch that started last. What a job recorded after it was replaced does not count: only its
   * start does. The entries of abandoned epochs are rewound.
   *
   * @return empty if there is none, or if two started within the precision of the log
   */
  static Optional<String> newestEpoch(List<Publication> log) {
    Map<String, String> starts = new HashMap<>();
    Map<String, String> firsts = new HashMap<>();
    Set<String> replaced = new HashSet<>();
    for (Publication entry : log) {
      if (entry.kind() != Publication.Kind.REWOUND) {
        firsts.putIfAbsent(entry.epoch(), entry.time());
        if (entry.startsEpoch()) {
          starts.put(entry.epoch(), entry.time());
          replaced.add(entry.parent());
        }
      }
    }
    if (starts.isEmpty()) {
      // All are older than the log, or the table was added to a running job.
      starts = firsts;
    }
    starts.keySet().removeAll(replaced);
    Optional<String> last = starts.values().stream().max(Comparator.naturalOrder());
    List<String> newest =
        starts.entrySet().stream()
            .filter(start -> start.getValue().equals(last.orElseThrow()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toList());
    return newest.size() == 1 ? Optional.of(newest.get(0)) : Optional.empty();
  }

  /** Stores the mark of this writer. */
  void put(Instant mark) throws IOException {
    Path file =
        new Path(folder, String.format(Locale.ROOT, "%s-w%03d-of-%03d", epoch, writer, writers));
    try (FSDataOutputStream out = folder.getFileSystem().create(file, WriteMode.OVERWRITE)) {
      out.write(mark.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Deletes the marks of other epochs. */
  void deleteOthers() throws IOException {
    for (FileStatus file : FolderListing.of(folder)) {
      Matcher name = NAME.matcher(file.getPath().getName());
      if (name.matches() && !name.group(1).equals(epoch)) {
        folder.getFileSystem().delete(new Path(folder, name.group()), false);
      }
    }
  }

  @Override
  public String toString() {
    return String.format("writer %d of %d, epoch %s, in %s", writer, writers, epoch, folder);
  }
}
