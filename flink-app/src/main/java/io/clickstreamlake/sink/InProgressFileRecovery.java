package io.clickstreamlake.sink;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recovery of a snapshot's open files, which it finishes when the snapshot is restored.
 *
 * <p>It runs in the writer's restore, before the writer receives a row or stores a checkpoint.
 * Every row of these files is part of the restored checkpoint, which is complete. So the files may
 * become visible immediately; they are not stored anywhere else.
 *
 * <p>No file is ever continued. An old TaskManager that was only paused may still upload a part
 * with the same number as a part of its successor, and then the upload cannot be completed with the
 * successor's list of parts. If the upload is completed immediately, it accepts no more parts: the
 * old TaskManager is fenced off, for every file of the snapshot.
 *
 * <p>Finishing is idempotent: the bytes are stored in the snapshot, so every attempt creates the
 * same object. Each attempt first inspects the object:
 *
 * <pre>
 *   absent                       recover the upload, write the stored bytes, complete; inspect again
 *   this length and this end     done: an earlier attempt finished it, perhaps without a response
 *   recorded in ErasedFiles      done: rows were erased since, and must not come back
 *   with this length
 *   anything else                a later checkpoint committed the file with more rows: refused,
 *                                or, if the table is rewound, rebuilt
 * </pre>
 *
 * <p>A file that is rebuilt gets a new name, derived from its name and the snapshot. The first
 * bytes are copied from the longer object, which may be in the table or already moved aside, and
 * are verified by their CRC in the snapshot; the other bytes come from the snapshot.
 *
 * <p>All objects are inspected before the first file is finished, so that a snapshot that is too
 * old is refused with nothing changed.
 */
final class InProgressFileRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(InProgressFileRecovery.class);

  /**
   * Number of bytes at the end of an object that are compared. They include the footer's newest row
   * group, created_by and the footer's length, in which two states of one file always differ.
   */
  private static final int COMPARED_END_BYTES = 64 * 1024;

  private enum Found {
    ABSENT,
    FINISHED,
    OTHER
  }

  private final Retries retries;
  private final TableRewind rewind;
  private final ErasedFiles erased;
  private final boolean mayBeRewound;
  private final Set<Path> withdrawn;
  private final Lineage lineage;
  private final String snapshot;

  /**
   * @param rewind finds files that were moved out of the table
   * @param erased finds files from which rows were erased
   * @param mayBeRewound whether files of the snapshot may have been moved out of the table
   * @param withdrawn files that are being moved out of the table
   * @param lineage of the snapshot
   * @param identity of the sink
   */
  InProgressFileRecovery(
      Retries retries,
      TableRewind rewind,
      ErasedFiles erased,
      boolean mayBeRewound,
      Set<Path> withdrawn,
      Lineage lineage,
      String identity) {
    this.retries = retries;
    this.rewind = rewind;
    this.erased = erased;
    this.mayBeRewound = mayBeRewound;
    this.withdrawn = withdrawn;
    this.lineage = lineage;
    this.snapshot =
        String.format("The snapshot of checkpoint %d of %s", lineage.checkpoint(), identity);
  }

  /**
   * The files that are not yet finished.
   *
   * @throws SnapshotRefusedException if an object shows that the snapshot is too old
   */
  List<InProgressFileState> unfinished(Collection<InProgressFileState> files)
      throws IOException, InterruptedException {
    List<InProgressFileState> unfinished = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (InProgressFileState file : files) {
      switch (inspectUnderAnyName(file)) {
        case ABSENT:
          unfinished.add(file);
          break;
        case FINISHED:
          LOG.info("{} of {} is already finished.", file, snapshot);
          break;
        case OTHER:
          others.add(describeOther(file));
          break;
      }
    }
    if (!others.isEmpty()) {
      throw tooOld(others);
    }
    return unfinished;
  }

  private Found inspectUnderAnyName(InProgressFileState file)
      throws IOException, InterruptedException {
    Found found =
        withdrawn.contains(file.path()) ? Found.ABSENT : inspectWithRetries(file, file.path());
    return found != Found.FINISHED
            && mayBeRewound
            && inspectWithRetries(file, rebuilt(file)) == Found.FINISHED
        ? Found.FINISHED
        : found;
  }

  /** The objects that {@link #finish} makes visible. */
  List<PublishedFile> targets(Collection<InProgressFileState> files) throws IOException {
    List<PublishedFile> targets = new ArrayList<>();
    for (InProgressFileState file : files) {
      Path target = source(file) == null ? file.path() : rebuilt(file);
      targets.add(new PublishedFile(file.bucket(), target, file.length(), null));
    }
    return targets;
  }

  @Nullable
  private Path source(InProgressFileState file) throws IOException {
    return mayBeRewound ? rewind.source(file.bucket(), file.path(), withdrawn) : null;
  }

  private Path rebuilt(InProgressFileState file) {
    return FileNames.rebuilt(file.path(), lineage);
  }

  private Found inspectWithRetries(InProgressFileState file, Path path)
      throws IOException, InterruptedException {
    Found[] found = new Found[1];
    try {
      retries.untilDone(
          "to inspect " + path,
          () -> {
            found[0] = inspect(file, path);
            return true;
          });
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s cannot be restored: the object %s could not be inspected.", snapshot, path),
          e);
    }
    return found[0];
  }

  /**
   * Finishes a file, which makes it visible.
   *
   * @throws SnapshotRefusedException if its object has other rows in the meantime
   * @throws IOException if all attempts failed
   */
  void finish(InProgressFileState file) throws IOException, InterruptedException {
    try {
      retries.untilDone("to finish " + file, () -> finishOnce(file));
    } catch (SnapshotRefusedException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s contains %s, which could not be finished in %d attempts (the causes are below). If"
                  + " the storage returns errors, the job recovers by itself as soon as the storage"
                  + " does. If the cause is NoSuchUpload or a missing in-progress file, the upload"
                  + " was aborted, for example by a lifecycle rule: then these %d rows are neither in"
                  + " the lake nor in this snapshot. Ways out: restore an older snapshot with intact"
                  + " files; or start without a snapshot, from a position of the stream before %s."
                  + " Let the rule that aborts incomplete uploads wait for longer than the age of"
                  + " the oldest snapshot that you restore.",
              snapshot,
              file,
              retries.attempts(),
              file.rows(),
              Instant.ofEpochMilli(file.openedAt())),
          e);
    }
    LOG.info("Finished {} of {}.", file, snapshot);
  }

  private boolean finishOnce(InProgressFileState file) throws IOException {
    Path longer = source(file);
    if (longer != null) {
      Path target = rebuilt(file);
      if (inspect(file, target) != Found.FINISHED) {
        RecoverableFiles.of(target)
            .copy(longer, file.uploaded(), file.uploadedCrc(), file.remaining(), target);
      }
      return inspect(file, target) == Found.FINISHED;
    }
    switch (inspect(file, file.path())) {
      case FINISHED:
        return true;
      case OTHER:
        throw tooOld(List.of(describeOther(file)));
      default:
        uploadRemaining(file);
        return inspect(file, file.path()) == Found.FINISHED;
    }
  }

  private void uploadRemaining(InProgressFileState file) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(file.path());
    RecoverableFsDataOutputStream stream =
        file.resume().isPresent() ? files.resume(file.resume().get()) : files.open(file.path());
    SerializedRecoverable commit;
    try {
      if (stream.getPos() != file.uploaded()) {
        throw new IOException(
            String.format(
                "The upload of %s continues at byte %d, not at byte %d as in the snapshot.",
                file.path(), stream.getPos(), file.uploaded()));
      }
      stream.write(file.remaining(), 0, file.remaining().length);
      commit = files.closeForCommit(stream);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, stream);
      throw e;
    }
    files.commit(commit);
  }

  private static void closeAfter(Exception failure, RecoverableFsDataOutputStream stream) {
    try {
      stream.close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private Found inspect(InProgressFileState file, Path path) throws IOException {
    Found found = inspectObject(file, path);
    return found != Found.FINISHED && erased.wasVisible(file.bucket(), path, file.length())
        ? Found.FINISHED
        : found;
  }

  private static Found inspectObject(InProgressFileState file, Path path) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(path);
    OptionalLong length = files.length(path);
    if (length.isEmpty()) {
      return Found.ABSENT;
    }
    if (length.getAsLong() != file.length()) {
      return Found.OTHER;
    }
    byte[] remaining = file.remaining();
    int compared = Math.min(COMPARED_END_BYTES, remaining.length);
    byte[] end = files.read(path, file.length() - compared, compared);
    return Arrays.equals(end, 0, compared, remaining, remaining.length - compared, remaining.length)
        ? Found.FINISHED
        : Found.OTHER;
  }

  private static String describeOther(InProgressFileState file) throws IOException {
    OptionalLong length = RecoverableFiles.of(file.path()).length(file.path());
    return String.format(
        "%s (%d bytes in the snapshot, %s in the object)",
        file.path(), file.length(), length.isPresent() ? length.getAsLong() : "none");
  }

  private SnapshotRefusedException tooOld(List<String> others) {
    return new SnapshotRefusedException(
        String.format(
            "%s is older than the last commit and is refused, since rows would be written twice."
                + " Objects that were committed after it: %s. Ways out: restore the newest snapshot;"
                + " or, to go back on purpose, set sink.on-older-snapshot to REWIND; or start without"
                + " a snapshot from a later position of the stream.",
            snapshot, String.join(", ", others)));
  }
}
