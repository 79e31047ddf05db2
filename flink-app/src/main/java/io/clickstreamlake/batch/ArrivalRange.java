package io.clickstreamlake.batch;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.gtEq;
import static org.apache.parquet.filter2.predicate.FilterApi.longColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.ltEq;
import static org.apache.parquet.filter2.predicate.FilterApi.notEq;
import static org.apache.parquet.filter2.predicate.FilterApi.or;

import java.io.Serializable;
import java.time.Instant;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/**
 * The rows with which a part of the raw archive is compared: those that arrived in a range, and
 * those of other streams. The latter were loaded from files, with the times of the files.
 */
public final class ArrivalRange implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Instant from;
  private final Instant to;
  private final String stream;

  /**
   * @param from first arrival
   * @param to last arrival
   * @param stream the column {@code stream} of the rows that the job writes
   */
  public ArrivalRange(Instant from, Instant to, String stream) {
    this.from = from;
    this.to = to;
    this.stream = stream;
  }

  /** The filter, of which Parquet's statistics decide most. */
  FilterPredicate filter() {
    return or(
        and(
            gtEq(longColumn("arrival_time"), from.toEpochMilli()),
            ltEq(longColumn("arrival_time"), to.toEpochMilli())),
        notEq(binaryColumn("stream"), Binary.fromString(stream)));
  }
}
