package io.clickstreamlake.check;

import java.util.Locale;

/**
 * What can be wrong in a lake, and what to do about it. Each kind has a paragraph in {@code
 * docs/recovery.md}, under its {@link #text}.
 */
public enum FindingKind {
  UNREADABLE_OBJECT(
      "Restore the object from a version or a backup, or move it out of the table and load its"
          + " events again from the raw archive: ./lake load."),
  DAMAGED_PAGE(
      "Restore the object from a version or a backup, or move it out of the table and load its"
          + " events again from the raw archive: ./lake load."),
  WRONG_ROW_COUNT(
      "Queries that count by the footer are wrong. Move the object out of the table, and load its"
          + " events again from the raw archive."),
  WRONG_SCHEMA(
      "Queries on these columns fail. Move the object out of the table: the job does not write such"
          + " files."),
  FOREIGN_WRITER(
      "Find out who has written the object. If it is a copy, delete it; if it replaces a file of the"
          + " job, restore that."),
  WRONG_STATISTICS(
      "Queries with a filter miss rows of this object. Move it out of the table, and load its events"
          + " again from the raw archive."),
  WRONG_BLOOM_FILTER(
      "Queries for one value miss rows of this object. Move it out of the table, and load its events"
          + " again from the raw archive."),
  WRONG_PARTITION(
      "Queries for a day miss these rows. Move the object to the folder of its day if all of its rows"
          + " are of that day; otherwise load its events again from the raw archive."),
  NO_PARTITION(
      "No query sees the object, since its folder is not year=YYYY/month=MM/day=DD. Move it to its"
          + " day, or out of the table."),
  DUPLICATE_EVENT(
      "Each event should be there once. Delete the object if it is a copy; rows from a start without"
          + " state can be told apart in SQL by sequence_number."),
  MISSING_OBJECT(
      "Start the job if it is stopped: it completes what it has announced. Otherwise restore the"
          + " object from a version or a backup, or load its events again from the raw archive."),
  CHANGED_OBJECT(
      "The object was replaced by something else than an erasure. Restore the published version."),
  FOREIGN_OBJECT(
      "Neither the job nor ./lake load has published the object, but queries read it. Find out who"
          + " has put it there, and move it out of the table."),
  UNFINISHED_LOAD(
      "If no load runs, run the same command again, or any other ./lake load: it first makes the rest"
          + " of these files visible."),
  UNFINISHED_ERASURE(
      "If no erasure runs, erase again: an erasure first finishes those that crashed."),
  ORPHANED_UPLOAD(
      "The upload was begun long ago and never completed; it is invisible and costs storage. If the"
          + " job runs, abort it. If the job is stopped, start it first: its snapshot may need the"
          + " upload."),
  LEDGER_IMBALANCE(
      "In this hour received is not written + rejected + duplicate. Look for a lost object of the"
          + " ledger, above, and for restarts of the job in this hour."),
  LEDGER_DIFFERS(
      "The table has another number of rows of this hour than the ledger counts. Look for lost,"
          + " unreadable or foreign objects, above; the raw archive has the events of the hour."),
  ARCHIVE_EXCESS(
      "Events may be missing in the lake. ./lake fill --from DAY --to DAY adds those that are, and"
          + " nothing twice. The archive holds a record twice after a crash of its writer: if fill adds"
          + " nothing, that is why.");

  private final String whatToDo;

  FindingKind(String whatToDo) {
    this.whatToDo = whatToDo;
  }

  /** The name for people and scripts: {@code unreadable-object}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What to do, in one or two sentences. */
  public String whatToDo() {
    return whatToDo;
  }
}
