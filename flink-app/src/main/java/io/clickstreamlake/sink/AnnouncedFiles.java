package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that an earlier job announced in the {@link PublicationLog}, and may not have made
 * visible before it ended.
 *
 * <p>The snapshot of that job contains them, and a restore commits them. A start without a snapshot
 * counts them as published, so it completes their uploads itself. Files that were open are not
 * announced: only a snapshot can finish them.
 */
final class AnnouncedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(AnnouncedFiles.class);

  private final PublicationLog log;
  private final ErasedFiles erased;

  AnnouncedFiles(PublicationLog log, ErasedFiles erased) {
    this.log = log;
    this.erased = erased;
  }

  /** Completes the uploads of files that are not visible. Idempotent. */
  void complete() throws IOException {
    for (Publication entry : last()) {
      complete(entry);
    }
  }

  /**
   * The last publications of the last job. All earlier files are visible, or were since: a job
   * publishes the files of a checkpoint after those of the previous ones, and completes at its
   * start what the job before it announced.
   */
  private List<Publication> last() throws IOException {
    List<Publication> publications =
        log.list().stream()
            .filter(
                entry ->
                    entry.kind() == Publication.Kind.COMMITTED
                        || entry.kind() == Publication.Kind.RESTORED)
            .collect(Collectors.toList());
    if (publications.isEmpty()) {
      return publications;
    }
    String job = publications.get(publications.size() - 1).epoch();
    publications.removeIf(entry -> !entry.epoch().equals(job));
    long checkpoint = publications.stream().mapToLong(Publication::checkpoint).max().orElse(0);
    publications.removeIf(entry -> entry.checkpoint() != checkpoint);
    return publications;
  }

  /** A damaged entry must not block the last way to start. */
  private void complete(Publication entry) throws IOException {
    List<PublishedFile> files;
    try {
      files = log.read(entry);
    } catch (IOException e) {
      LOG.error("{} cannot be read: the files that it announced are not completed.", entry, e);
      return;
    }
    for (PublishedFile file : files) {
      complete(file);
    }
  }

  private void complete(PublishedFile file) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(file.path());
    if (file.commit() == null || isVisible(file)) {
      return;
    }
    IOException failure = null;
    try {
      files.commit(file.commit());
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException ? (IOException) e : new IOException(e);
    }
    if (isVisible(file)) {
      LOG.info("Completed {}, which an earlier job had announced.", file.path());
    } else {
      LOG.error(
          "{} was announced by an earlier job, and its upload cannot be completed: its rows are lost"
              + " unless the stream still has them.",
          file.path(),
          failure);
    }
  }

  private boolean isVisible(PublishedFile file) throws IOException {
    return erased.isVisible(file.bucket(), file.path(), file.length());
  }
}
