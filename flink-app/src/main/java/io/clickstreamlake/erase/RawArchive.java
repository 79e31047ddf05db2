package io.clickstreamlake.erase;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders of the raw archive, from whose objects the records of persons are erased. Immutable.
 */
public final class RawArchive implements Serializable {

  private static final long serialVersionUID = 1L;

  /** There is no archive, or it stays as it is. */
  public static final RawArchive NONE = new RawArchive(List.of(), List.of(), false);

  /** In place of the name of a table: objects with records as producers sent them. */
  static final String RECORDS = "raw_events";

  /** In place of the name of a table: objects with records that Firehose could not deliver. */
  static final String FAILED = "raw_errors";

  private final ArrayList<String> records;
  private final ArrayList<String> failed;
  private final boolean wholeRecords;

  /**
   * @param records folders with objects of records
   * @param failed folders with objects of failed deliveries, whose lines hold records in base64
   * @param wholeRecords whether a record that holds events of several persons, and cannot be cut,
   *     is removed with the events of the others; if not, it stays, and the report says so
   */
  public RawArchive(List<String> records, List<String> failed, boolean wholeRecords) {
    this.records = new ArrayList<>(records);
    this.failed = new ArrayList<>(failed);
    this.wholeRecords = wholeRecords;
  }

  List<String> records() {
    return records;
  }

  List<String> failed() {
    return failed;
  }

  boolean wholeRecords() {
    return wholeRecords;
  }
}
