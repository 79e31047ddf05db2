package io.clickstreamlake.batch;

/**
 * What a comparison of two generations knows of a row of click_events. No value of a column is
 * kept. A Flink POJO.
 */
public final class ComparedRow {

  /** The id of the event; of an event without one, the digest of its content. */
  public String key;

  /** Whether it is a row of the new generation. */
  public boolean isNew;

  /** Milliseconds since 1970. */
  public long arrival;

  /** Day of the event, such as 2026-11-20. */
  public String day;

  /** Type of the event. */
  public String type;

  /** Id of the event. */
  public String id;

  /**
   * A hash of each column; 0 if the column is null, or depends on where and when the event was
   * read. Two values with the same hash, one in four billion, count as the same.
   */
  public int[] hashes;
}
