package io.clickstreamlake.source;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The enumerator of a folder: it lists it again and again, and assigns each object once, in the
 * order in which the objects were stored. An object that is replaced under its key is another
 * object.
 *
 * <p>The state is a digest per object, which is dropped when the object is gone; and on an object
 * store also when the object was stored longer ago than {@code forgetAfter}: all older ones have
 * been found, since an object store sets the time itself.
 */
final class FilesEnumerator implements SplitEnumerator<FileSourceSplit, FilesProgress> {

  private static final Logger LOG = LoggerFactory.getLogger(FilesEnumerator.class);

  private final SplitEnumeratorContext<FileSourceSplit> context;
  private final FilesListing listing;

  /** Null if the folder is listed once, and the source ends with its last object. */
  @Nullable private final Duration interval;

  private final Duration forgetAfter;
  private final Clock clock;

  private final Deque<FileSourceSplit> waiting;
  private final Map<UUID, Long> found;
  private long horizon;

  private boolean isListed;

  /** Readers without a file. */
  private final TreeSet<Integer> idle = new TreeSet<>();

  /** Objects of the last listing that may still be growing. */
  private Set<UUID> unsettled = new HashSet<>();

  /**
   * @param listing of the folder
   * @param interval between two listings; null for a source that lists once and ends
   * @param forgetAfter age at which an object is forgotten, on an object store
   * @param restored state of a snapshot, or null
   */
  FilesEnumerator(
      SplitEnumeratorContext<FileSourceSplit> context,
      FilesListing listing,
      @Nullable Duration interval,
      Duration forgetAfter,
      Clock clock,
      @Nullable FilesProgress restored) {
    this.context = context;
    this.listing = listing;
    this.interval = interval;
    this.forgetAfter = forgetAfter;
    this.clock = clock;
    this.waiting = restored == null ? new ArrayDeque<>() : new ArrayDeque<>(restored.waiting);
    // What is known of another folder says nothing about this one.
    boolean isSame = restored != null && restored.folder.equals(listing.paths());
    this.found = isSame ? new HashMap<>(restored.found) : new HashMap<>();
    this.horizon = isSame ? restored.horizon : Long.MIN_VALUE;
  }

  @Override
  public void start() {
    if (interval == null) {
      context.callAsync(() -> listing.list(clock.millis()), this::listed);
    } else {
      context.callAsync(() -> listing.list(clock.millis()), this::listed, 0, interval.toMillis());
    }
  }

  private void listed(FilesListing.Result result, @Nullable Throwable failure) {
    if (failure != null && interval == null) {
      throw new FlinkRuntimeException("Cannot list " + listing.paths(), failure);
    }
    if (failure != null) {
      LOG.warn("Cannot list {}; it is tried again in {}.", listing.paths(), interval, failure);
      return;
    }
    int files = 0;
    Set<UUID> listed = new HashSet<>();
    Set<UUID> growing = new HashSet<>();
    List<FileStatus> objects = new ArrayList<>(result.objects);
    objects.sort(
        comparing(FileStatus::getModificationTime)
            .thenComparing(Comparator.comparing(object -> object.getPath().toString())));
    for (FileStatus object : objects) {
      UUID digest = digest(object);
      listed.add(digest);
      if (found.containsKey(digest) || object.getModificationTime() < horizon) {
        continue;
      }
      if (listing.isObjectStore() || interval == null || unsettled.contains(digest)) {
        found.put(digest, object.getModificationTime());
        files++;
        waiting.addAll(LineRange.splits(object, digest));
      } else {
        growing.add(digest);
      }
    }
    unsettled = growing;
    if (result.isComplete) {
      forget(listed);
    }
    isListed = true;
    if (files > 0) {
      LOG.info("Found {} new files in {}.", files, listing.paths());
    }
    assign();
  }

  /** Drops what is not needed to recognize the objects that are there. */
  private void forget(Set<UUID> listed) {
    found.keySet().retainAll(listed);
    if (listing.isObjectStore()) {
      long before = clock.millis() - forgetAfter.toMillis();
      horizon = Math.max(horizon, before);
      found.values().removeIf(stored -> stored < horizon);
    }
  }

  /** Identifies an object with this content, as far as the storage tells. */
  private static UUID digest(FileStatus object) {
    return UUID.nameUUIDFromBytes(
        (object.getModificationTime() + " " + object.getLen() + " " + object.getPath())
            .getBytes(StandardCharsets.UTF_8));
  }

  private void assign() {
    for (Iterator<Integer> readers = idle.iterator(); readers.hasNext() && !waiting.isEmpty(); ) {
      int reader = readers.next();
      readers.remove();
      if (context.registeredReaders().containsKey(reader)) {
        context.assignSplit(waiting.remove(), reader);
      }
    }
    if (interval == null && isListed && waiting.isEmpty()) {
      idle.forEach(context::signalNoMoreSplits);
      idle.clear();
    }
  }

  @Override
  public void handleSplitRequest(int reader, @Nullable String host) {
    idle.add(reader);
    assign();
  }

  @Override
  public void addSplitsBack(List<FileSourceSplit> splits, int reader) {
    for (int i = splits.size() - 1; i >= 0; i--) {
      waiting.addFirst(splits.get(i));
    }
    assign();
  }

  @Override
  public void addReader(int reader) {
    // Readers request their files.
  }

  @Override
  public FilesProgress snapshotState(long checkpoint) {
    return new FilesProgress(listing.paths(), waiting, found, horizon);
  }

  @Override
  public void close() throws IOException {
    // Holds no resources.
  }
}
