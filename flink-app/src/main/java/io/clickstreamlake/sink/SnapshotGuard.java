package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.Path;

/**
 * Decides whether a snapshot may be restored and whether this job may publish. It uses the
 * publication logs of all tables of the job, so that all subtasks of all tables reach the same
 * decision before any of them has changed anything.
 *
 * <p>A snapshot may be restored unchanged if its {@link Lineage} contains all publications. If not,
 * rows from after it are already visible and would be written twice: it is refused, or, on request,
 * the tables are rewound ({@link TableRewind}).
 */
final class SnapshotGuard {

  /** Maximum number of publications in a message. */
  private static final int MAX_NAMED = 5;

  private static final String IF_NO_OTHER_JOB_RUNS =
      "If no other job is running, one recorded a publication before it ended: start this job again"
          + " from its newest snapshot, with sink.on-older-snapshot set to REWIND.";

  private final RollingSettings settings;

  SnapshotGuard(RollingSettings settings) {
    this.settings = settings;
  }

  PublicationLog log() {
    return new PublicationLog(settings.log);
  }

  ErasedFiles erased() {
    return new ErasedFiles(settings.metadata);
  }

  /** The entries of all tables of this job. */
  List<Publication> published() throws IOException {
    List<Publication> all = new ArrayList<>(log().list());
    for (Path sibling : settings.siblingLogs) {
      all.addAll(new PublicationLog(sibling).list());
    }
    return all;
  }

  /** Publications that are in the tables, but not in the snapshot's lineage. */
  static List<Publication> publishedAfter(Lineage snapshot, Collection<Publication> published) {
    return published.stream()
        .filter(entry -> entry.kind() != Publication.Kind.REWOUND && !snapshot.contains(entry))
        .collect(Collectors.toList());
  }

  /**
   * Checks a snapshot that is about to be restored.
   *
   * @return whether the tables must be rewound for it
   * @throws SnapshotRefusedException if it may not be restored, with the ways out
   */
  boolean mustRewind(Lineage snapshot, Collection<Publication> published) throws IOException {
    refuseIf(
        snapshot,
        published,
        entry ->
            entry.kind() == Publication.Kind.REWOUND
                && (snapshot.contains(entry) || snapshot.wasCutOffBy(entry)),
        "rows that it contains were moved out of the tables when an older snapshot was restored."
            + " Ways out: restore a snapshot that was taken after that restore, or one that is older"
            + " than the restored snapshot; or start without a snapshot from a position of the"
            + " stream.");
    List<Publication> after = publishedAfter(snapshot, published);
    if (after.isEmpty()) {
      return false;
    }
    if (snapshot.epoch().equals(settings.epoch)) {
      throw refused(
          snapshot,
          after,
          "another job publishes to the same tables. Ways out: stop one of the two; then start the"
              + " other from its newest snapshot. "
              + IF_NO_OTHER_JOB_RUNS);
    }
    if (!settings.rewind) {
      throw refused(
          snapshot,
          after,
          "rows that are not part of it are already visible and would be written twice: it is older"
              + " than the last publication, or on a branch that was abandoned. Ways out: restore"
              + " the newest snapshot; or, to go back on purpose, set sink.on-older-snapshot to"
              + " REWIND, which moves the files that were published after the snapshot to "
              + settings.rewound
              + " and reads their rows from the stream again; or start without a snapshot from a"
              + " later position of the stream.");
    }
    refuseIf(
        snapshot,
        after,
        snapshot::wasCutOffBy,
        "a later restore went back to a checkpoint before this snapshot, and finished the files that"
            + " were open at that checkpoint; the bytes that were added to them later are lost. Ways"
            + " out: restore a snapshot of the current branch, or one that is older than that"
            + " checkpoint; or start without a snapshot from a position of the stream.");
    refuseIf(
        snapshot,
        after,
        entry -> entry.kind() == Publication.Kind.PRUNED,
        "it is too old to be rewound to: the log no longer contains all files that were published"
            + " since. Ways out: restore a newer snapshot; or start without a snapshot from a"
            + " position of the stream.");
    refuseIf(
        snapshot,
        publishedWithErasures(after),
        entry -> true,
        "rows of persons were erased from files that were published after it, or rejected events were"
            + " moved to other files. The rewind would read these rows from the stream again, and it"
            + " cannot rebuild the files. Ways out: restore a newer snapshot; or start without a"
            + " snapshot from a position of the stream, and repeat the erasures if the stream still"
            + " has events of these persons.");
    return true;
  }

  /** The entries of all tables with a file from which rows were erased. */
  private List<Publication> publishedWithErasures(List<Publication> entries) throws IOException {
    List<Path> logs = new ArrayList<>(settings.siblingLogs);
    logs.add(settings.log);
    List<Publication> found = new ArrayList<>();
    for (Path folder : logs) {
      PublicationLog log = new PublicationLog(folder);
      ErasedFiles erased = new ErasedFiles(folder.getParent());
      for (Publication entry : entries) {
        for (PublishedFile file : log.read(entry)) {
          if (erased.lengthBefore(file.bucket(), file.path()).isPresent()) {
            found.add(entry);
            break;
          }
        }
      }
    }
    return found;
  }

  /**
   * Records what is about to become visible, for the checks of other snapshots and other jobs. It
   * refuses if another job has published too. This is checked before, so that a job that was
   * replaced leaves no entry, and again after, so that two jobs that publish at the same time
   * cannot both continue.
   *
   * @param lineage of the files that are published
   * @param known entries that were already checked
   * @throws SnapshotRefusedException if another job has published, with the ways out
   */
  void announce(
      Publication entry, List<PublishedFile> files, Lineage lineage, Collection<Publication> known)
      throws IOException {
    refuseCompetingJobs(lineage, known);
    log().put(entry, files);
    try {
      refuseCompetingJobs(lineage, known);
    } catch (SnapshotRefusedException e) {
      log().remove(entry);
      throw e;
    }
  }

  private void refuseCompetingJobs(Lineage lineage, Collection<Publication> known)
      throws IOException {
    List<Publication> competing =
        published().stream()
            .filter(
                entry ->
                    entry.kind() != Publication.Kind.REWOUND
                        && !entry.epoch().equals(settings.epoch)
                        && !lineage.descendsFrom(entry)
                        && !known.contains(entry))
            .collect(Collectors.toList());
    if (!competing.isEmpty()) {
      throw refused(
          lineage,
          competing,
          "another job publishes to the same tables, and was started separately. Ways out: stop one"
              + " of the two; then start the other from its newest snapshot. "
              + IF_NO_OTHER_JOB_RUNS);
    }
  }

  private void refuseIf(
      Lineage snapshot,
      Collection<Publication> entries,
      Predicate<Publication> reason,
      String explanation)
      throws SnapshotRefusedException {
    List<Publication> matching = entries.stream().filter(reason).collect(Collectors.toList());
    if (!matching.isEmpty()) {
      throw refused(snapshot, matching, explanation);
    }
  }

  private SnapshotRefusedException refused(
      Lineage lineage, List<Publication> entries, String explanation) {
    String which =
        lineage.checkpoint() == Lineage.OPEN
            ? "The job " + lineage.epoch()
            : String.format("The snapshot of checkpoint %d", lineage.checkpoint());
    return new SnapshotRefusedException(
        String.format(
            "%s of %s is refused, and nothing was changed: %s (Its lineage is %s. Conflicting"
                + " publications: %s%s, in %s or in the logs of the other tables.)",
            which,
            settings.identity,
            explanation,
            lineage,
            entries.stream()
                .limit(MAX_NAMED)
                .map(Publication::name)
                .collect(Collectors.joining(", ")),
            entries.size() > MAX_NAMED ? " and " + (entries.size() - MAX_NAMED) + " more" : "",
            settings.log));
  }
}
