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
 * Finishes the files that were open in a snapshot, when the snapshot is restored.
 *
 * <p>It runs in the writer's restore, before the writer takes a row or stores a checkpoint. Every
 * row of these files is part of the restored checkpoint, which is complete, so the files may become
 * visible at once; no other place knows of them.
 *
 * <p>No file is ever continued. An old TaskManager that was only paused may still upload a part
 * under a number that its successor uploaded too, and then the upload cannot be completed with the
 * successor's list of parts. Completed at once, the upload takes no more parts: the old TaskManager
 * is fenced off, for every file of the snapshot.
 *
 * <p>Finishing is idempotent: the bytes are stored in the snapshot, so every attempt makes the same
 * object. Each attempt first looks at the object:
 *
 * <pre>
 *   absent                       recover the upload, write the stored bytes, complete; look again
 *   this length and this end     done: an earlier attempt got here, perhaps without knowing it
 *   anything else                a later checkpoint committed the file with more rows: refused,
 *                                or, when the table is rewound, made again
 * </pre>
 *
 * <p>A file that is made again gets a name of its own, derived from its name and its rows: the
 * first bytes come from the longer object, which may lie in the table or have been moved already,
 * and are checked against the snapshot; the others come from the snapshot.
 *
 * <p>All objects are looked at before the first is finished, so that a snapshot that is too old is
 * refused with nothing changed.
 */
final class InProgressFileRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(InProgressFileRecovery.class);

  /**
   * How much of the end of an object is compared. It covers the footer's newest row group,
   * created_by and the footer's length: two states of one file never agree in those.
   */
  private static final int COMPARED_END = 64 * 1024;

  private enum Found {
    ABSENT,
    FINISHED,
    OTHER
  }

  private final Retries retries;
  private final TableRewind rewind;
  private final boolean mayBeRewound;
  private final Set<Path> takenBack;
  private final Lineage lineage;
  private final String snapshot;

  /**
   * @param rewind of the table
   * @param mayBeRewound whether files of the snapshot may have been moved out of the table
   * @param takenBack files that are being moved out of the table
   * @param lineage of the snapshot
   * @param identity of the sink
   */
  InProgressFileRecovery(
      Retries retries,
      TableRewind rewind,
      boolean mayBeRewound,
      Set<Path> takenBack,
      Lineage lineage,
      String identity) {
    this.retries = retries;
    this.rewind = rewind;
    this.mayBeRewound = mayBeRewound;
    this.takenBack = takenBack;
    this.lineage = lineage;
    this.snapshot =
        String.format("The snapshot of checkpoint %d of %s", lineage.checkpoint(), identity);
  }

  /**
   * The files that are not finished yet.
   *
   * @throws SnapshotRefusedException if an object says that the snapshot is too old
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
          LOG.info("{} of {} is finished already.", file, snapshot);
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
        takenBack.contains(file.path()) ? Found.ABSENT : inspectWithRetries(file, file.path());
    return found != Found.FINISHED
            && mayBeRewound
            && inspectWithRetries(file, madeAgain(file)) == Found.FINISHED
        ? Found.FINISHED
        : found;
  }

  /** What {@link #finish} makes visible. */
  List<PublishedFile> targets(Collection<InProgressFileState> files) throws IOException {
    List<PublishedFile> targets = new ArrayList<>();
    for (InProgressFileState file : files) {
      Path target = source(file) == null ? file.path() : madeAgain(file);
      targets.add(new PublishedFile(file.bucket(), target, file.length(), null));
    }
    return targets;
  }

  @Nullable
  private Path source(InProgressFileState file) throws IOException {
    return mayBeRewound ? rewind.source(file.bucket(), file.path(), takenBack) : null;
  }

  private Path madeAgain(InProgressFileState file) {
    return FileNames.madeAgain(file.path(), lineage);
  }

  private Found inspectWithRetries(InProgressFileState file, Path path)
      throws IOException, InterruptedException {
    Found[] found = new Found[1];
    try {
      retries.untilDone(
          "to look at " + path,
          () -> {
            found[0] = inspect(file, path);
            return true;
          });
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s cannot be restored: the object %s could not be looked at.", snapshot, path),
          e);
    }
    return found[0];
  }

  /**
   * Makes a file visible.
   *
   * @throws SnapshotRefusedException if its object has other rows by now
   * @throws IOException if it cannot be finished, after all attempts
   */
  void finish(InProgressFileState file) throws IOException, InterruptedException {
    try {
      retries.untilDone("to finish " + file, () -> finishOnce(file));
    } catch (SnapshotRefusedException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "%s holds %s, which could not be finished in %d attempts (the causes are below). If"
                  + " the storage answers with errors, the job goes on by itself once it recovers."
                  + " If the cause is NoSuchUpload or a missing in-progress file, the upload was"
                  + " aborted, as a lifecycle rule does: then these %d rows are not in the lake and"
                  + " not in this snapshot. Ways out: restore an older snapshot whose files are"
                  + " intact; or start without a snapshot, from a position of the stream before %s."
                  + " Make the rule that aborts incomplete uploads longer than the oldest snapshot"
                  + " that you restore.",
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
      Path again = madeAgain(file);
      if (inspect(file, again) != Found.FINISHED) {
        RecoverableFiles.of(again)
            .copy(longer, file.uploaded(), file.uploadedCrc(), file.remaining(), again);
      }
      return inspect(file, again) == Found.FINISHED;
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
                "The upload of %s continues at byte %d, not at %d as the snapshot says.",
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

  private static Found inspect(InProgressFileState file, Path path) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(path);
    OptionalLong length = files.length(path);
    if (length.isEmpty()) {
      return Found.ABSENT;
    }
    if (length.getAsLong() != file.length()) {
      return Found.OTHER;
    }
    byte[] remaining = file.remaining();
    int compared = Math.min(COMPARED_END, remaining.length);
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
            "%s is older than the last commit and is refused, since its rows would be written twice."
                + " Objects that were committed later than it: %s. Ways out: restore the newest"
                + " snapshot; or, to go back on purpose, set sink.on-older-snapshot to REWIND; or"
                + " start without a snapshot from a later position of the stream.",
            snapshot, String.join(", ", others)));
  }
}
