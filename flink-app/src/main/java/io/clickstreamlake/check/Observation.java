package io.clickstreamlake.check;

import java.time.Instant;
import javax.annotation.Nullable;

/** What was seen in a file: something wrong, or a count. A Flink POJO. */
public final class Observation {

  /** Name of the {@link FindingKind}; null for a count. */
  @Nullable public String kind;

  /** Number of the {@link ListedFile}. */
  public int file;

  /** What is wrong, without any value of a row; null for a count. */
  @Nullable public String problem;

  /** Number of another file that it is about; -1 if there is none. */
  public int otherFile = -1;

  /** Arrival hour of the counted rows, in milliseconds since 1970. */
  public long hour;

  /** Stream of the counted rows; null for the number of all rows of the file. */
  @Nullable public String stream;

  /** Outcome in the ledger; null for rows of other tables. */
  @Nullable public String outcome;

  /** Whether the entry of the ledger has a reason. */
  public boolean hasReason;

  public long rows;

  public Observation() {}

  static Observation finding(FindingKind kind, int file, String problem) {
    Observation observation = new Observation();
    observation.kind = kind.name();
    observation.file = file;
    observation.problem = problem;
    return observation;
  }

  /** The number of rows of a file that was read to its end. */
  static Observation read(int file, long rows) {
    Observation observation = new Observation();
    observation.file = file;
    observation.rows = rows;
    return observation;
  }

  Instant hour() {
    return Instant.ofEpochMilli(hour);
  }
}
