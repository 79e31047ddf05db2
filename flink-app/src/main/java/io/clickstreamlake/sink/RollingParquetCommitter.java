package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.Collection;
import java.util.OptionalLong;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rolled files visible, after the checkpoint that holds them is complete.
 *
 * <p>Flink calls it again with the same files after a failure, so a commit that was done before is
 * a success. Whether it was is decided by the object: its key belongs to this file alone, so an
 * object of the right length is this file. That look also follows every commit that claims success,
 * because {@code commitAfterRecovery()} may return normally with nothing there (the local file
 * system does, when both the file in progress and the target are gone).
 *
 * <p>What cannot be committed fails the job. {@code signalFailedWithKnownReason} is never called:
 * it would drop the file, its rows and the error.
 */
final class RollingParquetCommitter implements Committer<CommittableFile> {

  private static final Logger LOG = LoggerFactory.getLogger(RollingParquetCommitter.class);

  private final String identity;
  private final Retries retries;
  @Nullable private final CommitMarkers markers;
  private long lastMarker = -1;

  RollingParquetCommitter(String identity, Retries retries, @Nullable CommitMarkers markers) {
    this.identity = identity;
    this.retries = retries;
    this.markers = markers;
  }

  @Override
  public void commit(Collection<CommitRequest<CommittableFile>> requests)
      throws IOException, InterruptedException {
    for (CommitRequest<CommittableFile> request : requests) {
      CommittableFile file = request.getCommittable();
      SinkIdentity.check(identity, file.identity(), "a file that waits for its commit, " + file);
    }
    mark(requests);
    for (CommitRequest<CommittableFile> request : requests) {
      commit(request.getCommittable());
    }
  }

  /** Before any file is visible; see {@link CommitMarkers}. */
  private void mark(Collection<CommitRequest<CommittableFile>> requests) throws IOException {
    if (markers == null) {
      return;
    }
    long marker =
        requests.stream().mapToLong(r -> r.getCommittable().afterCheckpoint()).max().orElse(-1);
    if (marker > lastMarker) {
      markers.advanceTo(marker);
      lastMarker = marker;
    }
  }

  private void commit(CommittableFile file) throws IOException, InterruptedException {
    IOException failure = null;
    for (int attempt = 1; attempt <= retries.attempts(); attempt++) {
      RecoverableFiles files = RecoverableFiles.of(file.path());
      try {
        files.commit(file.commit());
      } catch (IOException | RuntimeException e) {
        LOG.warn("Attempt {} of {} to commit {} failed.", attempt, retries.attempts(), file, e);
        failure =
            suppress(e instanceof IOException ? (IOException) e : new IOException(e), failure);
      }
      try {
        OptionalLong length = files.length(file.path());
        if (length.isPresent() && length.getAsLong() == file.length()) {
          LOG.info("Committed {}.", file);
          return;
        }
        failure = suppress(new IOException(describe(file, length)), failure);
      } catch (IOException | RuntimeException e) {
        failure =
            suppress(e instanceof IOException ? (IOException) e : new IOException(e), failure);
      }
      retries.pauseAfter(attempt);
    }
    throw new IOException(
        String.format(
            "Could not commit %s in %d attempts (the causes are below). If the storage answers with"
                + " errors, the job goes on by itself once it recovers. If the cause is NoSuchUpload"
                + " and no object is there, the upload was aborted, as a lifecycle rule does, or the"
                + " object was deleted: restore an older snapshot, or start without one from a"
                + " position of the stream before %s.",
            file, retries.attempts(), java.time.Instant.ofEpochMilli(file.openedAt())),
        failure);
  }

  private static String describe(CommittableFile file, OptionalLong length) {
    return length.isPresent()
        ? String.format(
            "%s has %d bytes and not %d.", file.path(), length.getAsLong(), file.length())
        : String.format("%s is not there.", file.path());
  }

  private static IOException suppress(IOException failure, IOException before) {
    if (before != null) {
      failure.addSuppressed(before);
    }
    return failure;
  }

  @Override
  public void close() {
    // Nothing is held between commits.
  }
}
