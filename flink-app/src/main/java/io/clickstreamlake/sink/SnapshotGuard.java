package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides whether a snapshot may be restored, and whether this job may publish: by the publication
 * logs of all tables of the job, so that every subtask of every table decides alike, before any of
 * them has changed anything.
 *
 * <p>A snapshot may be restored as it is if all that is published lies in its {@link Lineage}. If
 * not, rows from after it are visible already, and would come again: it is refused, or, on request,
 * the tables are rewound ({@link TableRewind}).
 */
final class SnapshotGuard {

  private static final int NAMED = 5;

  private static final String IF_NONE_RUNS =
      "If no other job runs any more, one left a note as it ended: start this one anew from its"
          + " newest snapshot, with sink.on-older-snapshot set to REWIND.";

  private final RollingSettings settings;

  SnapshotGuard(RollingSettings settings) {
    this.settings = settings;
  }

  PublicationLog log() {
    return new PublicationLog(settings.log);
  }

  /** The entries of all tables of this job. */
  List<Publication> published() throws IOException {
    List<Publication> all = new ArrayList<>(log().list());
    for (org.apache.flink.core.fs.Path sibling : settings.siblingLogs) {
      all.addAll(new PublicationLog(sibling).list());
    }
    return all;
  }

  /** What is in the tables and not in the snapshot's past. */
  static List<Publication> after(Lineage snapshot, Collection<Publication> published) {
    return published.stream()
        .filter(entry -> entry.kind() != Publication.Kind.REWOUND && !snapshot.contains(entry))
        .collect(Collectors.toList());
  }

  /**
   * Judges a snapshot that is about to be restored.
   *
   * @return whether the tables must be rewound for it
   * @throws SnapshotRefusedException with the ways out
   */
  boolean mustRewind(Lineage snapshot, Collection<Publication> published)
      throws SnapshotRefusedException {
    refuseIf(
        snapshot,
        published,
        entry ->
            entry.kind() == Publication.Kind.REWOUND
                && (snapshot.contains(entry) || snapshot.wasCutBy(entry)),
        "rows of its past were moved out of the tables when an older snapshot was restored. Ways"
            + " out: restore a snapshot that was taken since; or one that is older than that one;"
            + " or start without a snapshot from a position of the stream.");
    List<Publication> after = after(snapshot, published);
    if (after.isEmpty()) {
      return false;
    }
    if (snapshot.epoch().equals(settings.epoch)) {
      throw refused(
          snapshot,
          after,
          "another job publishes to the same tables. Ways out: stop one of the two; then start the"
              + " other from its newest snapshot. "
              + IF_NONE_RUNS);
    }
    if (!settings.rewind) {
      throw refused(
          snapshot,
          after,
          "rows that are not part of it are visible already and would be written twice: it is older"
              + " than the last publication, or lies on a branch that was abandoned. Ways out:"
              + " restore the newest snapshot; or, to go back on purpose, set sink.on-older-snapshot"
              + " to REWIND: what was published after the snapshot is then moved to "
              + settings.rewound
              + " and comes again from the stream; or start without a snapshot from a later position"
              + " of the stream.");
    }
    refuseIf(
        snapshot,
        after,
        snapshot::wasCutBy,
        "a later restore went back to a checkpoint that this snapshot left behind, and finished the"
            + " files that were open then; their further bytes are lost. Ways out: restore a"
            + " snapshot of the current branch, or one that is older than that checkpoint; or start"
            + " without a snapshot from a position of the stream.");
    refuseIf(
        snapshot,
        after,
        entry -> entry.kind() == Publication.Kind.PRUNED,
        "it is too old to be rewound: which files were published since is no longer known. Ways out:"
            + " restore a newer snapshot; or start without a snapshot from a position of the"
            + " stream.");
    return true;
  }

  /**
   * Announces what is about to become visible, so that other snapshots and other jobs are judged by
   * it. Refuses if another job published too: looked at before, so that a job that was replaced
   * leaves no trace, and again after, so that of two that publish at once not both go on.
   *
   * @param lineage of what is published
   * @param known entries that were judged already
   */
  void announce(
      Publication entry, List<PublishedFile> files, Lineage lineage, Collection<Publication> known)
      throws IOException {
    refuseRivals(lineage, known);
    log().put(entry, files);
    try {
      refuseRivals(lineage, known);
    } catch (SnapshotRefusedException e) {
      log().remove(entry);
      throw e;
    }
  }

  private void refuseRivals(Lineage lineage, Collection<Publication> known) throws IOException {
    List<Publication> rivals =
        published().stream()
            .filter(
                entry ->
                    entry.kind() != Publication.Kind.REWOUND
                        && !entry.epoch().equals(settings.epoch)
                        && !lineage.descendsFrom(entry)
                        && !known.contains(entry))
            .collect(Collectors.toList());
    if (!rivals.isEmpty()) {
      throw refused(
          lineage,
          rivals,
          "another job publishes to the same tables, and started from a snapshot of its own. Ways"
              + " out: stop one of the two; then start the other from its newest snapshot. "
              + IF_NONE_RUNS);
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
            "%s of %s is refused, and nothing was changed: %s (Its lineage is %s. Publications that"
                + " tell: %s%s, in %s and beside it.)",
            which,
            settings.identity,
            explanation,
            lineage,
            entries.stream().limit(NAMED).map(Publication::name).collect(Collectors.joining(", ")),
            entries.size() > NAMED ? " and " + (entries.size() - NAMED) + " more" : "",
            settings.log));
  }
}
