package io.clickstreamlake;

import io.clickstreamlake.batch.ArrivalRange;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobOptions.SourceType;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.sink.FileNames;
import io.clickstreamlake.source.ArchivedObjects;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * What the command fill reads of the raw archive, and which rows it compares that with.
 *
 * <pre>
 *   arrival ─────┬──────────┬────────┬─────────────────┬──────────────┬──────────▶
 *                                  from                to        settled mark
 *   objects                 ├ buffer ┼─────────────────┤
 *   rows         ├  window  ┼────────┴─────────────────┼─ buffer, window ─ ─ ─▶
 * </pre>
 *
 * <p>All records of the objects are settled: the rows of those that the job has read are visible,
 * and it will not write others. A copy of such a record may have arrived {@code dedup.window}
 * earlier or later, and its row stands for both.
 *
 * <p>Immutable.
 */
final class FillRange {

  /** A file is opened at most so long before its last row: roll.interval is at most a day. */
  private static final Duration MAX_OPEN = Duration.ofDays(1);

  /** The clock of the job that names the files may be wrong by that. */
  private static final Duration CLOCKS = Duration.ofMinutes(10);

  final ArchivedObjects objects;

  /** Number of objects. */
  final long files;

  final Instant from;
  final Instant to;
  final ArrivalRange rows;

  /** Beginning of the names of the files that may have such rows. */
  final String openedSince;

  private FillRange(
      ArchivedObjects objects,
      ArchivedObjects.Found found,
      Instant from,
      Instant to,
      FillSteps steps) {
    this.objects = objects;
    this.files = found.objects();
    this.from = from;
    this.to = to;
    Duration window = steps.settings.get(JobOptions.DEDUP_WINDOW);
    Rows compared =
        rows(
            from.minus(steps.buffer).minus(window),
            found.lastStored().plus(ArchivedObjects.PRECISION).plus(window),
            steps);
    this.rows = compared.arrivals;
    this.openedSince = compared.openedSince;
  }

  /** Rows that arrived in a range, and in which files they may be. Immutable. */
  static final class Rows {

    final ArrivalRange arrivals;

    /** Beginning of the names of the files that may have such rows. */
    final String openedSince;

    private Rows(ArrivalRange arrivals, String openedSince) {
      this.arrivals = arrivals;
      this.openedSince = openedSince;
    }
  }

  /**
   * The rows that arrived in a range.
   *
   * @param first arrival
   * @param last arrival
   */
  static Rows rows(Instant first, Instant last, FillSteps steps) {
    return new Rows(
        new ArrivalRange(first, last, steps.settings.get(JobOptions.SOURCE_STREAM)),
        FileNames.time(first.minus(MAX_OPEN).minus(CLOCKS).toEpochMilli()));
  }

  /**
   * Determines the range, after the run has begun.
   *
   * @param archive folder of the archive, which has the folders of the years
   * @param from beginning, by arrival
   * @param to end, exclusive; null for as far as the rows of the job are settled
   * @throws IllegalArgumentException if it cannot be filled, with the way out
   */
  static FillRange of(FillSteps steps, String archive, Instant from, @Nullable Instant to)
      throws IOException {
    if (to != null && !from.isBefore(to)) {
      throw new IllegalArgumentException(
          "--from " + from + " is not before --to " + to + ". The end is exclusive.");
    }
    Instant settled = settled(steps);
    Instant limit = settled.minus(ArchivedObjects.PRECISION);
    Instant end = to == null ? limit : to;
    if (end.isAfter(limit) || !from.isBefore(end)) {
      throw new IllegalArgumentException(
          "The job still writes rows of events that arrived since "
              + limit
              + ", so "
              + from
              + (to == null ? "" : " to " + to)
              + " cannot be filled yet. Give an earlier "
              + (from.isBefore(limit) ? "--to" : "range")
              + ", or run the command again later: the time advances when files become visible,"
              + " which takes up to "
              + JobOptions.ROLL_INTERVAL.key()
              + ", and not while the job is stopped.");
    }
    ArchivedObjects objects = ArchivedObjects.of(archive, from, end, steps.buffer, settled);
    ArchivedObjects.Found found = objects.find();
    if (to != null && found.unsettled() > 0) {
      throw new IllegalArgumentException(
          found.unsettled()
              + " objects of the archive that begin before "
              + to
              + " were stored after "
              + limit
              + ", and the job still writes rows of events that arrived since then. Run the command"
              + " again later, or without --to to fill what is possible now.");
    }
    if (found.objects() == 0) {
      throw new IllegalArgumentException(
          "There is no object of the raw archive in "
              + archive
              + " with records that arrived from "
              + from
              + " to "
              + end
              + ", in folders like "
              + objects.firstFolder()
              + ". Nothing was filled. Check --archive, and whether its objects have expired.");
    }
    return new FillRange(objects, found, from, end, steps);
  }

  /**
   * Determines the range for a new generation of the tables, which no job writes yet.
   *
   * @param archive folder of the archive, which has the folders of the years
   * @param from beginning, by arrival
   * @param to end, exclusive
   * @param settled mark of the former generation: younger objects are left to a later fill
   * @return empty if the archive has no object of the range
   */
  static Optional<FillRange> ofNewGeneration(
      FillSteps steps, String archive, Instant from, Instant to, Instant settled)
      throws IOException {
    if (!from.isBefore(to)) {
      return Optional.empty();
    }
    ArchivedObjects objects = ArchivedObjects.of(archive, from, to, steps.buffer, settled);
    ArchivedObjects.Found found = objects.find();
    return found.objects() == 0
        ? Optional.empty()
        : Optional.of(new FillRange(objects, found, from, to, steps));
  }

  private static Instant settled(FillSteps steps) throws IOException {
    JobSettings settings = steps.settings;
    if (settings.get(JobOptions.SOURCE_TYPE) != SourceType.KINESIS) {
      throw new IllegalArgumentException(
          JobOptions.SOURCE_TYPE.key()
              + " is "
              + settings.get(JobOptions.SOURCE_TYPE)
              + ": only a stream has a raw archive. Load files with the command load.");
    }
    Optional<Instant> settled = steps.ofArchive.sinks.settled();
    return settled.orElseThrow(
        () ->
            new IllegalArgumentException(
                "It is not known which rows the job still writes: it has not run yet, or has just"
                    + " been started. Start the job if it does not run, and run the command again"
                    + " after its next checkpoints. If this remains, check its log for \"settled"
                    + " mark\"."));
  }
}
