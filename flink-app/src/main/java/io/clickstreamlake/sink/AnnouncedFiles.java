package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
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

  AnnouncedFiles(PublicationLog log) {
    this.log = log;
  }

  /** Completes the uploads of files that are not visible. Idempotent. */
  void complete() throws IOException {
    List<Publication> entries = log.list();
    Map<String, Long> last = new TreeMap<>();
    for (Publication entry : entries) {
      if (entry.kind() == Publication.Kind.COMMITTED) {
        last.merge(entry.epoch(), entry.checkpoint(), Math::max);
      }
    }
    for (Publication entry : entries) {
      // A job publishes the files of a checkpoint only after all files of the previous ones.
      if (entry.kind() == Publication.Kind.COMMITTED
          && last.get(entry.epoch()) == entry.checkpoint()) {
        for (PublishedFile file : log.read(entry)) {
          complete(file);
        }
      }
    }
  }

  private static void complete(PublishedFile file) throws IOException {
    RecoverableFiles files = RecoverableFiles.of(file.path());
    if (file.commit() == null || isVisible(files, file)) {
      return;
    }
    IOException failure = null;
    try {
      files.commit(file.commit());
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException ? (IOException) e : new IOException(e);
    }
    if (isVisible(files, file)) {
      LOG.info("Completed {}, which an earlier job had announced.", file.path());
    } else {
      LOG.error(
          "{} was announced by an earlier job, and its upload cannot be completed: its rows are lost"
              + " unless the stream still has them.",
          file.path(),
          failure);
    }
  }

  private static boolean isVisible(RecoverableFiles files, PublishedFile file) throws IOException {
    OptionalLong length = files.length(file.path());
    return length.isPresent() && length.getAsLong() == file.length();
  }
}
