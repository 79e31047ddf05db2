package io.clickstreamlake.batch;

import java.io.Serializable;
import java.time.Instant;
import javax.annotation.Nullable;

/**
 * Which rows of one generation of the tables go to the next one as they are, since the raw archive
 * is not read again for them:
 *
 * <pre>
 *   arrival ───────────┬──────────────┬───────────────┬──────────▶
 *                     from            to            until
 *   rows      carried  │ read again   │   carried     │  read again after the switch
 * </pre>
 *
 * <p>Rows of other streams were loaded from files, which the archive does not have: all of them are
 * carried.
 *
 * <p>Immutable.
 */
public final class CarriedRange implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long from;
  private final long to;
  private final long until;
  private final String stream;

  /**
   * @param from first arrival for which the archive is read again
   * @param to end of that, exclusive; null for {@code until}
   * @param until end of what is carried, exclusive
   * @param stream the column {@code stream} of the rows that the job writes
   */
  public CarriedRange(Instant from, @Nullable Instant to, Instant until, String stream) {
    this.from = from.toEpochMilli();
    this.until = until.toEpochMilli();
    this.to = to == null || to.isAfter(until) ? this.until : to.toEpochMilli();
    this.stream = stream;
  }

  /**
   * Whether a row is carried.
   *
   * @param arrival milliseconds since 1970
   */
  boolean contains(long arrival, String ofStream) {
    return !ofStream.equals(stream) || arrival < from || arrival >= to && arrival < until;
  }

  /** Whether all rows with an arrival of these limits, inclusive, are carried. */
  boolean containsAll(long first, long last, String firstStream, String lastStream) {
    return firstStream.equals(lastStream) && !firstStream.equals(stream)
        || last < from
        || first >= to && last < until;
  }

  /** Whether no row with an arrival of these limits, inclusive, is carried. */
  boolean containsNone(long first, long last, String firstStream, String lastStream) {
    return firstStream.equals(stream)
        && lastStream.equals(stream)
        && (first >= from && (last < to || to == until) || first >= until);
  }
}
