package io.clickstreamlake.sink;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.flink.core.fs.Path;

/**
 * Compares the visible files of a table with its {@link PublicationLog}. Only what the log proves
 * is reported: its oldest entries are pruned, an entry is written shortly before its files become
 * visible, and a rewind or an erasure changes files and says so in records of its own.
 *
 * <p>Files are identified by their place in the table, so that a copied lake can be compared too.
 */
public final class PublicationAudit {

  /** Time for an announced file to become visible: the commit of a checkpoint, with its retries. */
  public static final Duration COMMIT = Duration.ofMinutes(10);

  private static final int READS_AT_ONCE = 16;

  /** What contradicts the log; each by path, with what is wrong. */
  public static final class Result {

    /** Files that were published and do not exist. */
    public final Map<String, String> missing = new TreeMap<>();

    /** Files with another length than the published one. */
    public final Map<String, String> changed = new TreeMap<>();

    /** Files that neither the job nor a batch has published. */
    public final Map<String, String> foreign = new TreeMap<>();

    /** Entries of the log that cannot be read. */
    public final Map<String, String> unreadable = new TreeMap<>();
  }

  private final Path table;
  private final PublicationLog log;
  private final ErasedFiles erased;

  /**
   * @param table folder of the table
   * @param metadata folder of its metadata, see {@link RollingParquetSinkBuilder#metadata}
   */
  public PublicationAudit(Path table, Path metadata) {
    this.table = table;
    this.log = new PublicationLog(RollingParquetSinkBuilder.log(metadata));
    this.erased = new ErasedFiles(metadata);
  }

  /**
   * When a file was opened, from its name; empty if it is not written by this sink.
   *
   * @param name without folder
   */
  public static Optional<Instant> openedAt(String name) {
    return FileNames.openedAt(name);
  }

  /**
   * Compares.
   *
   * @param visible length of each visible file by place, such as {@code
   *     year=2026/month=11/day=20/a.parquet}, listed before this call
   * @param isIncluded whether a folder of the table is compared; its argument is a bucket
   * @param mayBeExpired whether a file that was published then may have been deleted since
   * @param isOther whether the file of this name has another known writer than the sink
   */
  public Result compare(
      Map<String, Long> visible,
      Predicate<String> isIncluded,
      Predicate<Instant> mayBeExpired,
      Predicate<String> isOther,
      Instant now)
      throws IOException, InterruptedException {
    Result result = new Result();
    Map<String, Set<Long>> lengths = new HashMap<>();
    List<Publication> entries = log.list();
    Map<String, Publication> newest = new TreeMap<>();
    Map<String, PublishedFile> files = new HashMap<>();
    Map<Publication, List<PublishedFile>> contents = read(entries, result);
    for (Publication entry : entries) {
      for (PublishedFile file : contents.getOrDefault(entry, List.of())) {
        String place = place(file);
        if (isIncluded.test(file.bucket())) {
          lengths.computeIfAbsent(place, key -> new HashSet<>()).add(file.length());
          if (entry.kind() != Publication.Kind.REWOUND) {
            newest.put(place, entry);
            files.put(place, file);
          }
        }
      }
    }
    for (Map.Entry<String, Publication> entry : newest.entrySet()) {
      compare(entry.getKey(), entry.getValue(), files, lengths, visible, mayBeExpired, now, result);
    }
    boolean complete = result.unreadable.isEmpty();
    String pruned =
        entries.stream()
            .filter(entry -> entry.kind() == Publication.Kind.PRUNED)
            .map(Publication::time)
            .reduce("", (one, other) -> one.compareTo(other) > 0 ? one : other);
    for (String place : visible.keySet()) {
      String name = place.substring(place.lastIndexOf('/') + 1);
      if (lengths.containsKey(place) || isOther.test(name)) {
        continue;
      }
      Optional<Instant> opened = FileNames.openedAt(name);
      if (opened.isEmpty()) {
        result.foreign.put(path(place).toString(), "its name is not one that the job gives");
      } else if (complete && FileNames.time(opened.get().toEpochMilli()).compareTo(pruned) > 0) {
        result.foreign.put(path(place).toString(), "no entry of the log has published it");
      }
    }
    forgetWithdrawn(result, newest);
    return result;
  }

  /** The files of all entries: some hundred small objects, so several are requested at a time. */
  private Map<Publication, List<PublishedFile>> read(List<Publication> entries, Result result)
      throws InterruptedException {
    Map<Publication, Future<List<PublishedFile>>> reads = new LinkedHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(READS_AT_ONCE);
    try {
      for (Publication entry : entries) {
        if (entry.kind() != Publication.Kind.PRUNED) {
          reads.put(entry, threads.submit(() -> log.read(entry)));
        }
      }
      Map<Publication, List<PublishedFile>> contents = new HashMap<>();
      for (Map.Entry<Publication, Future<List<PublishedFile>>> read : reads.entrySet()) {
        try {
          contents.put(read.getKey(), read.getValue().get());
        } catch (ExecutionException e) {
          result.unreadable.put(
              new Path(log.folder(), read.getKey().name()).toString(),
              "the entry of the log is damaged");
        }
      }
      return contents;
    } finally {
      threads.shutdownNow();
    }
  }

  private void compare(
      String place,
      Publication entry,
      Map<String, PublishedFile> files,
      Map<String, Set<Long>> lengths,
      Map<String, Long> visible,
      Predicate<Instant> mayBeExpired,
      Instant now,
      Result result)
      throws IOException {
    Instant time = FileNames.parse(entry.time());
    PublishedFile file = files.get(place);
    if (time.plus(COMMIT).isAfter(now) || mayBeExpired.test(time)) {
      return;
    }
    Path path = path(place);
    Long length = visible.get(place);
    if (length == null) {
      // It may have become visible since the listing.
      OptionalLong found = RecoverableFiles.of(path).length(path);
      length = found.isPresent() ? (Long) found.getAsLong() : null;
    }
    if (length != null && lengths.get(place).contains(length)) {
      return;
    }
    OptionalLong before = erased.lengthBefore(file.bucket(), path);
    if (before.isPresent() && lengths.get(place).contains(before.getAsLong())) {
      return;
    }
    if (length == null) {
      result.missing.put(
          path.toString(), "published by " + entry + " with " + file.length() + " bytes");
    } else {
      result.changed.put(
          path.toString(), "it has " + length + " bytes, and was published with " + file.length());
    }
  }

  /** Forgets the files of entries that were withdrawn or removed in the meantime. */
  private void forgetWithdrawn(Result result, Map<String, Publication> newest) throws IOException {
    if (!result.missing.isEmpty()) {
      Set<Publication> still = new HashSet<>(log.list());
      newest.forEach(
          (place, entry) -> {
            if (!still.contains(entry)) {
              result.missing.remove(path(place).toString());
            }
          });
    }
  }

  private Path path(String place) {
    return new Path(table, place);
  }

  private static String place(PublishedFile file) {
    return (file.bucket().isEmpty() ? "" : file.bucket() + "/") + file.path().getName();
  }
}
