package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
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
 *   anything else                refused: a later checkpoint committed the file with more rows
 * </pre>
 *
 * <p>All objects are looked at before the first is finished, so that a snapshot that is too old is
 * refused with nothing changed.
 */
final class InterruptedFileFinisher {

  private static final Logger LOG = LoggerFactory.getLogger(InterruptedFileFinisher.class);

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

  /** How a path gets its file system; a snapshot may come from another base path. */
  @FunctionalInterface
  interface FileSystems {
    RecoverableFiles of(org.apache.flink.core.fs.Path path) throws IOException;
  }

  private final FileSystems fileSystems;
  private final Retries retries;

  InterruptedFileFinisher(FileSystems fileSystems, Retries retries) {
    this.fileSystems = fileSystems;
    this.retries = retries;
  }

  /**
   * @param snapshot how the snapshot is named in errors
   * @return how many files this call finished; the others were finished before
   * @throws SnapshotRefusedException if an object says that the snapshot is too old
   * @throws IOException if a file cannot be finished, after all attempts
   */
  int finishAll(Collection<OpenFileState> files, String snapshot)
      throws IOException, InterruptedException {
    List<OpenFileState> unfinished = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (OpenFileState file : files) {
      switch (lookStubbornly(file, snapshot)) {
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
      throw tooOld(others, snapshot);
    }
    for (OpenFileState file : unfinished) {
      finish(file, snapshot);
      LOG.info("Finished {} of {}.", file, snapshot);
    }
    return unfinished.size();
  }

  private Found lookStubbornly(OpenFileState file, String snapshot)
      throws IOException, InterruptedException {
    IOException failure = null;
    for (int attempt = 1; attempt <= retries.attempts(); attempt++) {
      try {
        return look(file);
      } catch (IOException | RuntimeException e) {
        failure = failed("Could not look at " + file.path(), failure, e);
        retries.pauseAfter(attempt);
      }
    }
    throw new IOException(
        String.format(
            "%s cannot be restored: the object %s could not be looked at, %d times.",
            snapshot, file.path(), retries.attempts()),
        failure);
  }

  private void finish(OpenFileState file, String snapshot)
      throws IOException, InterruptedException {
    IOException failure = null;
    for (int attempt = 1; attempt <= retries.attempts(); attempt++) {
      try {
        switch (look(file)) {
          case FINISHED:
            return;
          case OTHER:
            throw tooOld(List.of(describeOther(file)), snapshot);
          case ABSENT:
            break;
        }
        uploadRemaining(file);
        if (look(file) == Found.FINISHED) {
          return;
        }
        failure = failed("completed, yet not there", failure, null);
      } catch (SnapshotRefusedException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "Attempt {} of {} to finish {} of {} failed.",
            attempt,
            retries.attempts(),
            file,
            snapshot,
            e);
        failure = failed("Attempt " + attempt, failure, e);
      }
      retries.pauseAfter(attempt);
    }
    throw new IOException(
        String.format(
            "%s holds %s, which could not be finished in %d attempts (the causes are below). If the"
                + " storage answers with errors, the job goes on by itself once it recovers. If the"
                + " cause is NoSuchUpload or a missing in-progress file, the upload was aborted, as a"
                + " lifecycle rule does: then these %d rows are not in the lake and not in this"
                + " snapshot. Ways out: restore an older snapshot whose files are intact; or start"
                + " without a snapshot, from a position of the stream before %s. Make the rule that"
                + " aborts incomplete uploads longer than the oldest snapshot that you restore.",
            snapshot,
            file,
            retries.attempts(),
            file.rows(),
            java.time.Instant.ofEpochMilli(file.openedAt())),
        failure);
  }

  private void uploadRemaining(OpenFileState file) throws IOException {
    RecoverableFiles files = fileSystems.of(file.path());
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

  private Found look(OpenFileState file) throws IOException {
    RecoverableFiles files = fileSystems.of(file.path());
    OptionalLong length = files.length(file.path());
    if (length.isEmpty()) {
      return Found.ABSENT;
    }
    if (length.getAsLong() != file.length()) {
      return Found.OTHER;
    }
    byte[] remaining = file.remaining();
    int compared = Math.min(COMPARED_END, remaining.length);
    byte[] end = files.read(file.path(), file.length() - compared, compared);
    return Arrays.equals(end, 0, compared, remaining, remaining.length - compared, remaining.length)
        ? Found.FINISHED
        : Found.OTHER;
  }

  private String describeOther(OpenFileState file) throws IOException {
    OptionalLong length = fileSystems.of(file.path()).length(file.path());
    return String.format(
        "%s (%d bytes in the snapshot, %s in the object)",
        file.path(), file.length(), length.isPresent() ? length.getAsLong() : "none");
  }

  private static SnapshotRefusedException tooOld(List<String> others, String snapshot) {
    return new SnapshotRefusedException(
        String.format(
            "%s is older than the last commit and is not restored, since its rows would be written"
                + " twice. Objects that were committed later than it: %s. Ways out: restore the newest"
                + " snapshot; or, to go back on purpose, move these objects and all that the sink wrote"
                + " after the snapshot out of the table (names begin with the time of opening), and"
                + " restore again; or start without a snapshot from a later position of the stream.",
            snapshot, String.join(", ", others)));
  }

  private static IOException failed(String what, IOException before, Exception cause) {
    IOException failure = new IOException(what, cause);
    if (before != null) {
      failure.addSuppressed(before);
    }
    return failure;
  }
}
