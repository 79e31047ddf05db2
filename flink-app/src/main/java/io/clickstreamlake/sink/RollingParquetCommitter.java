package io.clickstreamlake.sink;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's committer. It makes rolled files visible after the checkpoint that contains them is
 * complete.
 *
 * <p>Flink calls it again with the same files after a failure, so a file that was already committed
 * counts as a success. The object decides that: its key belongs to this file alone, so an object of
 * the right length is this file. Every commit that reports success is checked in the same way,
 * because {@code commitAfterRecovery()} may return normally without an object (the local file
 * system does so if both the file in progress and the target are missing). A file from which rows
 * were erased since it was visible counts too, see {@link ErasedFiles}.
 *
 * <p>A file that cannot be committed fails the job. {@code signalFailedWithKnownReason} is never
 * called, since it would drop the file, its rows and the error.
 */
final class RollingParquetCommitter implements Committer<CommittableFile> {

  private static final Logger LOG = LoggerFactory.getLogger(RollingParquetCommitter.class);

  private final RollingSettings settings;
  private final SnapshotGuard guard;
  private final ErasedFiles erased;
  private final OptionalLong restored;
  private final Clock clock;

  /**
   * @param restored the checkpoint that the job was restored from; empty if it was not restored
   */
  RollingParquetCommitter(RollingSettings settings, OptionalLong restored, Clock clock) {
    this.settings = settings;
    this.guard = new SnapshotGuard(settings);
    this.erased = guard.erased();
    this.restored = restored;
    this.clock = clock;
  }

  @Override
  public void commit(Collection<CommitRequest<CommittableFile>> requests)
      throws IOException, InterruptedException {
    TreeMap<Long, List<CommittableFile>> own = new TreeMap<>();
    List<CommittableFile> inherited = new ArrayList<>();
    for (CommitRequest<CommittableFile> request : requests) {
      CommittableFile file = request.getCommittable();
      SinkIdentity.check(
          settings.identity, file.identity(), "a file that is not yet committed, " + file);
      if (file.lineage().epoch().equals(settings.epoch)) {
        own.computeIfAbsent(file.checkpoint(), checkpoint -> new ArrayList<>()).add(file);
      } else {
        inherited.add(file);
      }
    }
    if (!inherited.isEmpty()) {
      commitInherited(inherited);
    }
    for (Map.Entry<Long, List<CommittableFile>> files : own.entrySet()) {
      commitOwn(files.getKey(), files.getValue());
    }
  }

  private void commitOwn(long checkpoint, List<CommittableFile> files)
      throws IOException, InterruptedException {
    // This must happen before any file is visible; see PublicationLog.
    guard.announce(
        Publication.committed(clock.millis(), settings.epoch, checkpoint),
        files.stream().map(RollingParquetCommitter::published).collect(Collectors.toList()),
        files.get(0).lineage(),
        List.of());
    for (CommittableFile file : files) {
      commit(file, () -> commitOnce(file));
    }
    guard.log().prune(guard.log().list());
  }

  /**
   * Commits files of a snapshot from another submission. They become visible as part of its
   * restore, and only if it may be restored. The writers check that too, but the committer does not
   * wait for them.
   */
  private void commitInherited(List<CommittableFile> files)
      throws IOException, InterruptedException {
    long checkpoint =
        restored.orElseThrow(
            () ->
                new IllegalStateException(
                    "files of another submission, but Flink passed no checkpoint ID: " + files));
    Lineage snapshot = files.get(0).lineage().at(checkpoint);
    List<Publication> published = guard.published();
    boolean rewinds = guard.mustRewind(snapshot, published);
    TableRewind rewind = new TableRewind(guard.log(), settings.rewound);
    Set<Path> withdrawn =
        rewinds ? rewind.files(SnapshotGuard.publishedAfter(snapshot, published)) : Set.of();
    Map<CommittableFile, Path> unfinished = new LinkedHashMap<>();
    List<PublishedFile> targets = new ArrayList<>();
    for (CommittableFile file : files) {
      boolean isVisible =
          isVisible(file, file.path()) && !withdrawn.contains(file.path())
              || isVisible(file, FileNames.rebuilt(file.path(), snapshot));
      if (!isVisible) {
        boolean isAside = rewind.source(file.bucket(), file.path(), withdrawn) != null;
        Path target = isAside ? FileNames.rebuilt(file.path(), snapshot) : file.path();
        unfinished.put(file, target);
        targets.add(new PublishedFile(file.bucket(), target, file.length(), file.commit()));
      }
    }
    if (unfinished.isEmpty()) {
      return;
    }
    guard.announce(
        Publication.restored(clock.millis(), settings.epoch, snapshot.epoch(), checkpoint),
        targets,
        snapshot,
        published);
    for (Map.Entry<CommittableFile, Path> entry : unfinished.entrySet()) {
      CommittableFile file = entry.getKey();
      Path target = entry.getValue();
      commit(
          file,
          target.equals(file.path())
              ? () -> commitOnce(file)
              : () -> rebuild(file, rewind.source(file.bucket(), file.path(), withdrawn), target));
    }
  }

  /** Copies a file that was, or is being, moved out of the table; it gets another name. */
  private boolean rebuild(CommittableFile file, Path source, Path target) throws IOException {
    if (!isVisible(file, target)) {
      RecoverableFiles.of(target).copy(source, file.length(), null, new byte[0], target);
    }
    return isVisible(file, target);
  }

  private boolean isVisible(CommittableFile file, Path path) throws IOException {
    return erased.isVisible(file.bucket(), path, file.length());
  }

  private static PublishedFile published(CommittableFile file) {
    return new PublishedFile(file.bucket(), file.path(), file.length(), file.commit());
  }

  private void commit(CommittableFile file, Retries.Attempt attempt)
      throws IOException, InterruptedException {
    try {
      settings.retries.untilDone("to commit " + file, attempt);
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "Could not commit %s in %d attempts (the causes are below). If the storage returns"
                  + " errors, the job recovers by itself as soon as the storage does. If the cause is"
                  + " NoSuchUpload and there is no object, the upload was aborted, for example by a"
                  + " lifecycle rule, or the object was deleted: restore an older snapshot, or start"
                  + " without a snapshot from a position of the stream before %s.",
              file, settings.retries.attempts(), Instant.ofEpochMilli(file.openedAt())),
          e);
    }
    LOG.info("Committed {}.", file);
  }

  /** Commits a file and checks the object, since a successful commit may have had no effect. */
  private boolean commitOnce(CommittableFile file) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(file.path());
    IOException failure = null;
    try {
      files.commit(file.commit());
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException ? (IOException) e : new IOException(e);
    }
    if (isVisible(file, file.path())) {
      return true;
    }
    OptionalLong length = files.length(file.path());
    IOException notVisible = new IOException(describe(file, length));
    if (failure != null) {
      notVisible.addSuppressed(failure);
    }
    throw notVisible;
  }

  private static String describe(CommittableFile file, OptionalLong length) {
    return length.isPresent()
        ? String.format("%s has %d bytes, not %d.", file.path(), length.getAsLong(), file.length())
        : String.format("%s does not exist.", file.path());
  }

  @Override
  public void close() {
    // No resources are held between commits.
  }
}
